/* vimobj.c - vim's text objects. */
#include "client/place.h"
#include "client/vimobj.h"
#include "client/vimtext.h"

/* --- brackets and quotes --- */

static char
closing(char open)
{
	return open == '(' ? ')' : open == '[' ? ']' : '}';
}

/* The nearest OPEN before POS, or at it, that is not closed before. */
static bool
opening(const struct text *t, size_t pos, char open, size_t *at)
{
	char close = closing(open);
	int c, depth = 0;

	if (text_byte(t, pos) == close)
		return vimtext_other(t, pos, at);
	for (;; pos--) {
		c = text_byte(t, pos);
		if (c == open && depth-- == 0)
			break;
		depth += c == close;
		if (pos == 0)
			return false;
	}
	*at = pos;
	return true;
}

/* Both brackets around the caret, the Nth pair from inside; or, where there are
 * none, the next ones. */
static bool
around(const struct aim *a, char open, size_t *from, size_t *to)
{
	char close = closing(open);
	size_t pos = a->at;
	int c;

	for (unsigned i = 0; i < a->n; i++) {
		if (i > 0 && pos-- == 0)
			return false;
		if (opening(a->t, pos, open, &pos))
			continue;
		if (i > 0)
			return false;
		while (
		    (c = text_byte(a->t, pos)) != open && c != close && c != -1)
			pos++;
		if (c != open)
			return false;
	}
	*from = pos;
	return vimtext_other(a->t, pos, to);
}

bool
vimobj_around(struct editor *e, struct aim *a)
{
	(void)e;
	if (!around(a, a->keys[1], &a->from, &a->at))
		return false;
	a->reach = REACH_ON;
	return true;
}

/* What stands alone on its lines is these lines. */
bool
vimobj_inside(struct editor *e, struct aim *a)
{
	size_t from, to;

	(void)e;
	if (!around(a, a->keys[1], &from, &to))
		return false;
	from++;
	a->reach = REACH_EXACT;
	if (vimtext_is_end(a->t, from) && from < to)
		from++;
	a->from = from;
	a->at = to > from ? to : from;
	if (from == vimtext_start(a->t, from) &&
	    vimtext_start(a->t, to) > from &&
	    place_indent(a->t, text_line_of(a->t, to)) == to) {
		a->at = vimtext_start(a->t, to) - 1;
		a->reach = REACH_LINES;
		return true;
	}
	return a->at > a->from || a->op == 'c' || a->op == 0;
}

/* The next QUOTE from POS on, none that a backslash precedes; END if there is
 * none. */
static size_t
next_quote(const struct text *t, size_t pos, size_t end, char quote)
{
	for (; pos < end && text_byte(t, pos) != quote; pos++)
		if (text_byte(t, pos) == '\\')
			pos++;
	return pos < end ? pos : end;
}

/* The one before POS, which is not there itself. */
static bool
quote_before(const struct text *t, size_t pos, char quote, size_t *at)
{
	size_t start = vimtext_start(t, pos), n;

	while (pos > start) {
		if (text_byte(t, --pos) != quote)
			continue;
		for (n = 0;
		     pos > start + n && text_byte(t, pos - 1 - n) == '\\'; n++)
			;
		if (n % 2 == 0) {
			*at = pos;
			return true;
		}
	}
	return false;
}

/* On a quote they are paired from the line's start on; else it begins with the
 * one before, or if there is none with the one behind. */
bool
vimobj_quoted(struct editor *e, struct aim *a)
{
	size_t end = vimtext_end(a->t, a->at), from, to = 0;
	char quote = a->keys[1];

	(void)e;
	if (text_byte(a->t, a->at) == quote) {
		from = next_quote(a->t, vimtext_start(a->t, a->at), end, quote);
		while (from < end &&
		       (to = next_quote(a->t, from + 1, end, quote)) < a->at)
			from = next_quote(a->t, to + 1, end, quote);
	} else {
		if (!quote_before(a->t, a->at, quote, &from))
			from = next_quote(a->t, a->at, end, quote);
		to = from < end ? next_quote(a->t, from + 1, end, quote) : end;
	}
	if (from >= end || to >= end)
		return false;
	a->from = from + 1;
	a->at = to;
	a->reach = REACH_EXACT;
	return a->at > a->from || a->op == 'c';
}

/* --- words and paragraphs --- */

bool
vimobj_in_word(struct editor *e, struct aim *a)
{
	size_t end = vimtext_end(a->t, a->at);

	(void)e;
	a->from = vimtext_alike_before(a->t, a->at, vimtext_start(a->t, a->at));
	for (unsigned i = 0; i < a->n && a->at < end; i++)
		a->at = vimtext_alike(a->t, a->at, end);
	a->reach = REACH_EXACT;
	return a->at > a->from || a->op == 'c';
}

/* With the blanks behind it, or else those before it that do not indent. */
bool
vimobj_a_word(struct editor *e, struct aim *a)
{
	size_t start = vimtext_start(a->t, a->at),
	       end = vimtext_end(a->t, a->at);
	bool blanks = vimtext_sort(a->t, a->at) == BLANK, behind = blanks;
	size_t before;

	(void)e;
	a->from = vimtext_alike_before(a->t, a->at, start);
	for (unsigned i = 0; i < a->n; i++) {
		if (a->at >= end)
			return false;
		if (vimtext_sort(a->t, a->at) == BLANK && blanks)
			a->at = vimtext_alike(a->t, a->at, end);
		if (a->at >= end)
			return false;
		a->at = vimtext_alike(a->t, a->at, end);
		if (!blanks && (behind = a->at < end &&
					 vimtext_sort(a->t, a->at) == BLANK))
			a->at = vimtext_alike(a->t, a->at, end);
	}
	if (!behind && a->from > start) {
		before = text_prev(a->t, a->from);
		if (vimtext_sort(a->t, before) == BLANK &&
		    (before = vimtext_alike_before(a->t, before, start)) >
			start)
			a->from = before;
	}
	a->reach = REACH_EXACT;
	return true;
}

bool
vimobj_in_paragraph(struct editor *e, struct aim *a)
{
	size_t line = text_line_of(a->t, a->at), first = line;
	bool blank = vimtext_is_blank(a->t, line);

	(void)e;
	while (first > 0 && vimtext_is_blank(a->t, first - 1) == blank)
		first--;
	for (unsigned i = 0; i < a->n; i++, blank = !blank) {
		if (i > 0 && line++ == vimtext_last(a->t))
			return false;
		while (line < vimtext_last(a->t) &&
		       vimtext_is_blank(a->t, line + 1) == blank)
			line++;
	}
	a->from = text_line_start(a->t, first);
	a->at = text_line_start(a->t, line);
	return true;
}
