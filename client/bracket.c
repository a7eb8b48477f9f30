/* bracket.c - brackets that belong together. The colours know what is code. */
#include <stdlib.h>
#include <string.h>

#include "client/bracket.h"
#include "client/select.h"

#define NOWHERE SIZE_MAX

/* The brackets that open, and in their places those that close. */
static const char opening[] = "([{", closing[] = ")]}";

/* A line and the role of each of its bytes. */
struct code {
	size_t start, len;
	uint8_t *bytes, *roles; /* owned, in one piece */
};

/* False: there is no memory. */
static bool
code_init(struct code *c, const struct editor *e, size_t line)
{
	const struct text *t = editor_text(e);

	c->start = text_line_start(t, line);
	c->len = text_line_end(t, line) - c->start;
	if ((c->bytes = malloc(2 * c->len + 1)) == NULL)
		return false;
	c->roles = c->bytes + c->len;
	text_copy(t, c->start, c->len, c->bytes);
	syntax_line(e->syntax.language, syntax_state(&e->syntax, line),
	    c->bytes, c->len, c->roles);
	return true;
}

static void
code_release(struct code *c)
{
	free(c->bytes);
}

/* Byte AT of C as one of BRACKETS: 1 to 3, or 0. */
static int
which(const struct code *c, size_t at, const char *brackets)
{
	const char *found;

	if (at >= c->len || c->bytes[at] == '\0' ||
	    c->roles[at] == SYN_STRING || c->roles[at] == SYN_COMMENT)
		return 0;
	found = strchr(brackets, c->bytes[at]);
	return found != NULL ? (int)(found - brackets) + 1 : 0;
}

/* What is being looked for: the other of KIND, DEPTH more of which are open. */
struct hunt {
	bool forward;
	int kind;
	size_t depth;
};

/* Look at byte AT of C; true: that is it. */
static bool
step(struct hunt *h, const struct code *c, size_t at)
{
	const char *same = h->forward ? opening : closing;
	const char *other = h->forward ? closing : opening;

	if (which(c, at, same) == h->kind)
		h->depth++;
	else if (which(c, at, other) == h->kind)
		return h->depth-- == 0;
	return false;
}

/* From byte AT of C on, or from before it back; NOWHERE if it is not there. */
static size_t
hunt_line(struct hunt *h, const struct code *c, size_t at)
{
	if (h->forward) {
		for (; at < c->len; at++)
			if (step(h, c, at))
				return c->start + at;
		return NOWHERE;
	}
	while (at-- > 0)
		if (step(h, c, at))
			return c->start + at;
	return NOWHERE;
}

/* From the bracket at POS, in line LINE. */
static size_t
hunt(const struct editor *e, struct hunt *h, size_t line, size_t pos)
{
	size_t lines = text_line_count(editor_text(e)), found = NOWHERE;
	struct code c;

	for (size_t n = 0; n < BRACKET_LINES && line < lines; n++) {
		if (!code_init(&c, e, line))
			return NOWHERE;
		if (n > 0)
			pos = c.start + (h->forward ? 0 : c.len);
		else if (h->forward)
			pos++;
		found = hunt_line(h, &c, pos - c.start);
		code_release(&c);
		if (found != NOWHERE)
			break;
		line += h->forward ? 1 : (size_t)-1; /* past the first: huge */
	}
	return found;
}

/* Is there a bracket at POS of line LINE? */
static bool
is_bracket(const struct editor *e, size_t line, size_t pos, struct hunt *h)
{
	struct code c;
	int open, close;

	if (!code_init(&c, e, line))
		return false;
	open = which(&c, pos - c.start, opening);
	close = which(&c, pos - c.start, closing);
	code_release(&c);
	*h = (struct hunt){ open != 0, open + close, 0 };
	return h->kind != 0;
}

/* Most places have none: that is seen without looking at the line's code. */
static bool
may_be_bracket(const struct text *t, size_t pos)
{
	int c = text_byte(t, pos);

	return c > 0 && (strchr(opening, c) != NULL || strchr(closing, c));
}

bool
bracket_pair(const struct editor *e, size_t *at, size_t *other)
{
	const struct text *t = editor_text(e);
	size_t head = select_head(e), line = text_line_of(t, head);
	struct hunt h;

	if (may_be_bracket(t, head) && is_bracket(e, line, head, &h))
		*at = head;
	else if (head > text_line_start(t, line) &&
		 may_be_bracket(t, head - 1) &&
		 is_bracket(e, line, head - 1, &h))
		*at = head - 1;
	else
		return false;
	*other = hunt(e, &h, line, *at);
	return *other != NOWHERE;
}

void
bracket_go(struct editor *e)
{
	size_t at, other;

	if (bracket_pair(e, &at, &other))
		select_go(e, other);
	else
		editor_say(e, TOAST_ANSWER,
		    "There is no bracket here that belongs to another");
}
