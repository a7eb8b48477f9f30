/* block.c - what is done with whole lines. */
#include <stdlib.h>
#include <string.h>

#include "client/block.h"
#include "client/change.h"
#include "client/place.h"
#include "client/select.h"

/* --- deleting, duplicating, moving --- */

void
block_delete(struct editor *e)
{
	const struct text *t = editor_text(e);
	struct span lines = select_lines(e);
	size_t start = text_line_start(t, lines.from);
	size_t end = text_line_start(t, lines.to);
	struct op op;

	/* the last line takes the newline before it along */
	if (lines.to == text_line_count(t) && start > 0)
		start--;
	if (end == start)
		return;
	op_init(&op);
	op_splice(&op, start, end - start, NULL, 0);
	change_alone(e, &op, 0, start, start);
}

/* The lines' bytes without the last newline, in *OUT, which the caller frees;
 * NULL, and it is said why: one operation cannot hold them. */
static char *
copy_lines(struct editor *e, struct span lines, size_t *len)
{
	const struct text *t = editor_text(e);
	size_t start = text_line_start(t, lines.from);
	char *copy;

	*len = text_line_end(t, lines.to - 1) - start;
	if (*len >= OP_MAX_INSERT) {
		editor_say(e, TOAST_ANSWER,
		    "Too much for one change: %zu bytes, at most %d", *len,
		    OP_MAX_INSERT - 1);
		return NULL;
	}
	if ((copy = malloc(*len + 1)) != NULL)
		text_copy(t, start, *len, copy);
	return copy;
}

void
block_duplicate(struct editor *e)
{
	struct caret c = peer_caret(e->peer);
	size_t start = text_line_start(editor_text(e), select_lines(e).from);
	size_t len;
	struct op op;
	char *copy;

	if (!change_allowed(e) ||
	    (copy = copy_lines(e, select_lines(e), &len)) == NULL)
		return;
	copy[len++] = '\n';
	op_init(&op);
	op_splice(&op, start, 0, copy, len);
	change_alone(e, &op, 0, c.anchor + len, c.head + len);
	free(copy);
}

/* Over the line above, or below. The lines that move are inserted anew, so that
 * the text which they pass stays its authors'. */
static void
move_lines(struct editor *e, bool up)
{
	const struct text *t = editor_text(e);
	struct span lines = select_lines(e);
	size_t start = text_line_start(t, lines.from);
	size_t end = text_line_end(t, lines.to - 1), to, len, by;
	struct caret c = peer_caret(e->peer);
	struct op op;
	char *copy;

	if (!change_allowed(e) || (up && lines.from == 0) ||
	    (!up && lines.to == text_line_count(t)) ||
	    (copy = copy_lines(e, lines, &len)) == NULL)
		return;
	op_init(&op);
	if (up) {
		to = text_line_start(t, lines.from - 1);
		by = start - to;
		copy[len] = '\n';
		op_skip(&op, to);
		op_insert(&op, copy, len + 1);
		op_skip(&op, by - 1);
		op_delete(&op, len + 1); /* with the newline before */
		change_alone(e, &op, 0, c.anchor - by, c.head - by);
	} else {
		to = text_line_end(t, lines.to);
		by = to - end;
		op_skip(&op, start);
		op_delete(&op, len + 1);
		op_skip(&op, by - 1);
		op_insert(&op, "\n", 1);
		op_insert(&op, copy, len);
		change_alone(e, &op, 0, c.anchor + by, c.head + by);
	}
	free(copy);
}

void
block_up(struct editor *e)
{
	move_lines(e, true);
}

void
block_down(struct editor *e)
{
	move_lines(e, false);
}

/* --- changing the beginning of each line --- */

/* An operation on many lines, from the first to the last. */
struct lines_op {
	const struct text *text;
	struct op op;
	size_t at; /* as far as it has come, in the text before */
};

static void
replace(struct lines_op *o, size_t pos, size_t del, const char *ins)
{
	op_skip(&o->op, pos - o->at);
	op_delete(&o->op, del);
	op_insert(&o->op, ins, strlen(ins));
	o->at = pos + del;
}

/* Where POS is after O: what is inserted where a line begins is selected along
 * with it. */
static size_t
moved(const struct lines_op *o, size_t pos, bool end)
{
	const struct text *t = o->text;
	bool at_start = pos == text_line_start(t, text_line_of(t, pos));

	return op_move_pos(&o->op, pos, end || !at_start);
}

/* Without a selection the caret stays before the character where it was. */
static void
apply(struct editor *e, struct lines_op *o)
{
	struct caret c = peer_caret(e->peer);
	bool none = c.anchor == c.head;
	size_t anchor = moved(o, c.anchor, none), head = moved(o, c.head, none);

	if (op_is_noop(&o->op) && o->op.err == 0)
		op_release(&o->op);
	else
		change_alone(e, &o->op, 0, anchor, head);
}

static bool
is_empty(const struct text *t, size_t line)
{
	return place_indent(t, line) == text_line_end(t, line);
}

void
block_indent(struct editor *e)
{
	struct lines_op o = { .text = editor_text(e) };
	struct span lines = select_lines(e);

	op_init(&o.op);
	for (size_t line = lines.from; line < lines.to; line++)
		if (!is_empty(o.text, line))
			replace(&o, text_line_start(o.text, line), 0, "    ");
	apply(e, &o);
}

/* What is to be taken from LINE: a tab, or blanks up to the stop before. */
static size_t
outdent_of(const struct text *t, size_t line)
{
	size_t start = text_line_start(t, line), n = 0;

	if (text_byte(t, start) == '\t')
		return 1;
	while (n < TAB_SIZE && text_byte(t, start + n) == ' ')
		n++;
	return n;
}

void
block_outdent(struct editor *e)
{
	struct lines_op o = { .text = editor_text(e) };
	struct span lines = select_lines(e);
	size_t n;

	op_init(&o.op);
	for (size_t line = lines.from; line < lines.to; line++)
		if ((n = outdent_of(o.text, line)) > 0)
			replace(&o, text_line_start(o.text, line), n, "");
	apply(e, &o);
}

/* --- comments --- */

static bool
has_at(const struct text *t, size_t pos, const char *what)
{
	for (; *what != '\0'; what++)
		if (text_byte(t, pos++) != (uint8_t)*what)
			return false;
	return true;
}

/* How the lines are now: are all comments, and at which byte of a line does the
 * text of the least deep one begin? */
static bool
are_comments(
    const struct text *t, struct span lines, const char *comment, size_t *depth)
{
	bool all = true, any = false;
	size_t indent;

	*depth = SIZE_MAX;
	for (size_t line = lines.from; line < lines.to; line++) {
		if (is_empty(t, line))
			continue;
		indent = place_indent(t, line) - text_line_start(t, line);
		*depth = indent < *depth ? indent : *depth;
		all &= has_at(t, place_indent(t, line), comment);
		any = true;
	}
	return any && all;
}

static void
uncomment(struct lines_op *o, size_t line, const char *comment)
{
	size_t pos = place_indent(o->text, line), n = strlen(comment);

	if (text_byte(o->text, pos + n) == ' ')
		n++;
	replace(o, pos, n, "");
}

void
block_comment(struct editor *e)
{
	struct lines_op o = { .text = editor_text(e) };
	const char *comment = e->syntax.language->comment;
	struct span lines = select_lines(e);
	size_t depth;
	bool comments;

	if (comment == NULL) {
		editor_say(e, TOAST_ANSWER,
		    "It is not known how %s has comments",
		    peer_file_name(e->peer, e->file));
		return;
	}
	comments = are_comments(o.text, lines, comment, &depth);
	op_init(&o.op);
	for (size_t line = lines.from; line < lines.to; line++) {
		if (is_empty(o.text, line))
			continue;
		if (comments) {
			uncomment(&o, line, comment);
			continue;
		}
		replace(&o, text_line_start(o.text, line) + depth, 0, comment);
		op_insert(&o.op, " ", 1);
	}
	apply(e, &o);
}
