/* vimdo.c - what vim's operators and other commands do to the text. */
#include <stdlib.h>
#include <string.h>

#include "client/change.h"
#include "client/clip.h"
#include "client/command.h"
#include "client/place.h"
#include "client/vim.h"
#include "client/vimdo.h"
#include "client/vimtext.h"
#include "proto/utf8.h"

static const struct text *
text(const struct editor *e)
{
	return editor_text(e);
}

static size_t
line_here(const struct editor *e)
{
	return text_line_of(text(e), select_head(e));
}

void
vimdo_go(struct editor *e, size_t pos)
{
	select_set(e, pos, pos);
}

static void
go_to_text(struct editor *e, size_t line)
{
	size_t last = text_line_count(text(e)) - 1;

	vimdo_go(e, place_indent(text(e), line < last ? line : last));
}

/* --- operators --- */

struct span
vimdo_selected_lines(const struct editor *e)
{
	struct caret c = peer_caret(e->peer);
	size_t a = text_line_of(text(e), c.anchor);
	size_t b = text_line_of(text(e), c.head);

	return a < b ? (struct span){ a, b + 1 } : (struct span){ b, a + 1 };
}

size_t
vimdo_selected_start(const struct editor *e)
{
	struct caret c = peer_caret(e->peer);

	return text_line_of(text(e), c.head) < text_line_of(text(e), c.anchor)
		   ? c.head
		   : select_span(e).from;
}

static struct span
bytes_of(const struct editor *e, struct span lines)
{
	return (struct span){ text_line_start(text(e), lines.from),
		text_line_start(text(e), lines.to) };
}

static bool
has_last(const struct editor *e, struct span lines)
{
	return lines.to == text_line_count(text(e));
}

/* Into the clipboard. What is only deleted is not for the terminal's. */
static bool
yank(struct editor *e, struct span s, bool lines, bool tell)
{
	struct span part = lines ? bytes_of(e, s) : s;
	bool fresh = e->clip.fresh;

	if (s.from == s.to)
		return true;
	if (!clip_keep(e, part, lines))
		return false;
	/* the last one is empty and had no newline to be copied */
	if (lines && has_last(e, s) && s.to - s.from > 1 &&
	    text_line_start(text(e), s.to - 1) == text_len(text(e)))
		buf_put_u8(&e->clip.text, '\n');
	e->clip.fresh = tell || fresh;
	return true;
}

static bool
cut(struct editor *e, size_t from, size_t to)
{
	struct op op;

	if (from == to)
		return change_allowed(e);
	op_init(&op);
	op_splice(&op, from, to - from, NULL, 0);
	return change_alone(e, &op, 0, from, from);
}

/* The last line takes the newline before it along. */
static void
delete_lines(struct editor *e, struct span lines)
{
	struct span s = bytes_of(e, lines);
	bool before = s.from > 0 && has_last(e, lines);

	if (cut(e, s.from - before, s.to))
		go_to_text(e, lines.from);
}

/* One line stays, with the indentation of the first. Undone, it leaves the caret
 * below AT, in the second. */
static void
change_lines(struct editor *e, struct span lines, size_t at)
{
	size_t from = place_indent(text(e), lines.from);
	size_t end = text_line_end(text(e), lines.to - 1);

	if (lines.to - lines.from > 1)
		e->vim.undo_pos = place_at_column(text(e), lines.from + 1,
		    place_column(text(e), lines.from, at));
	if (!cut(e, from, end))
		return;
	vimdo_go(e, from);
	vim_insert(e, 1);
	e->vim.fresh = true;
}

/* LINE's indentation becomes so many blanks; *AT is as far as OP has come. */
static void
indent_line(struct op *op, const struct text *t, size_t line, size_t columns,
    size_t *at)
{
	size_t start = text_line_start(t, line), end = place_indent(t, line);
	size_t keep = 0;

	while (keep < columns && text_byte(t, start + keep) == ' ')
		keep++;
	op_skip(op, start + keep - *at);
	op_delete(op, end - start - keep);
	for (; keep < columns && op->err == 0; keep++)
		op_insert(op, " ", 1);
	*at = end;
}

/* All lines but empty ones, by columns: tabs become blanks. */
static void
shift(struct editor *e, const struct deed *d, struct span s, bool lines)
{
	const struct text *t = text(e);
	size_t by = (size_t)d->n * TAB_SIZE, at = 0, columns;
	struct op op;

	if (!change_allowed(e))
		return;
	if (!lines)
		s = (struct span){ text_line_of(t, s.from),
			text_line_of(t, s.to) + 1 };
	op_init(&op);
	for (size_t line = s.from; line < s.to && op.err == 0; line++) {
		if (vimtext_is_empty(t, text_line_start(t, line)))
			continue;
		columns = place_column(t, line, place_indent(t, line));
		if (d->op == '>')
			columns += by;
		else
			columns -= columns < by ? columns : by;
		indent_line(&op, t, line, columns, &at);
	}
	if (op_is_noop(&op) && op.err == 0)
		op_release(&op);
	else
		change_alone(e, &op, 0, select_head(e), select_head(e));
	go_to_text(e, s.from);
}

void
vimdo_operate(struct editor *e, const struct deed *d, struct span s, bool lines)
{
	if (d->op != 'y')
		e->vim.undo_pos = d->at;
	if (d->op == '>' || d->op == '<') {
		shift(e, d, s, lines);
	} else if (d->op == 'y') {
		if (yank(e, s, lines, true))
			vimdo_go(e, d->at);
	} else if (change_allowed(e) && yank(e, s, lines, false)) {
		if (lines && d->op == 'd') {
			delete_lines(e, s);
		} else if (lines) {
			change_lines(e, s, d->at);
		} else if (cut(e, s.from, s.to)) {
			vimdo_go(e, s.from);
			if (d->op == 'c')
				vim_insert(e, 1);
		}
	}
}

/* --- inserting --- */

/* Here, and here is the caret when it is undone. */
static void
insert(struct editor *e, const struct deed *d)
{
	e->vim.undo_pos = select_head(e);
	vim_insert(e, d->n);
}

static void
insert_at_text(struct editor *e, const struct deed *d)
{
	vimdo_go(e, place_indent(text(e), line_here(e)));
	insert(e, d);
}

static void
append(struct editor *e, const struct deed *d)
{
	size_t pos = select_head(e);

	if (pos < text_line_end(text(e), line_here(e)))
		vimdo_go(e, text_next(text(e), pos));
	insert(e, d);
}

static void
append_at_end(struct editor *e, const struct deed *d)
{
	vimdo_go(e, text_line_end(text(e), line_here(e)));
	insert(e, d);
}

static void
overtype(struct editor *e, const struct deed *d)
{
	insert(e, d);
	e->vim.over = e->vim.mode == VIM_INSERT;
}

/* Above: as deep as the line itself. */
static void
open_above(struct editor *e)
{
	size_t start = text_line_start(text(e), line_here(e));
	size_t len = place_indent(text(e), line_here(e)) - start;
	char *indent;
	struct op op;

	if ((indent = malloc(len + 1)) == NULL)
		return;
	text_copy(text(e), start, len, indent);
	indent[len] = '\n';
	op_init(&op);
	op_splice(&op, start, 0, indent, len + 1);
	change_alone(e, &op, 0, start + len, start + len);
	free(indent);
}

void
vimdo_open(struct editor *e, uint32_t how)
{
	if (how == 'O') {
		open_above(e);
	} else {
		vimdo_go(e, text_line_end(text(e), line_here(e)));
		command_press(e, "Enter");
	}
}

static void
open_line(struct editor *e, const struct deed *d, uint32_t how)
{
	if (!change_allowed(e))
		return;
	vimdo_open(e, how);
	vim_insert(e, d->n);
	e->vim.opened = how;
	e->vim.fresh = true;
}

static void
open_down(struct editor *e, const struct deed *d)
{
	open_line(e, d, 'o');
}

static void
open_up(struct editor *e, const struct deed *d)
{
	open_line(e, d, 'O');
}

/* --- pasting --- */

/* The clipboard N times into OP, at POS. */
static size_t
put(const struct editor *e, struct op *op, size_t pos, unsigned n)
{
	const struct buf *b = &e->clip.text;

	op_skip(op, pos);
	for (unsigned i = 0; i < n && op->err == 0; i++)
		op_insert(op, b->data, b->len);
	return b->len * n;
}

static void
paste_lines(struct editor *e, unsigned n, bool below)
{
	size_t line = line_here(e) + below;
	size_t pos = text_line_start(text(e), line), len = text_len(text(e));
	bool at_end = line == text_line_count(text(e));
	struct op op;

	op_init(&op);
	if (at_end) { /* the newline comes before, not behind */
		op_skip(&op, len);
		op_insert(&op, "\n", 1);
		for (unsigned i = 0; i < n && op.err == 0; i++) {
			if (i > 0)
				op_insert(&op, "\n", 1);
			op_insert(&op, e->clip.text.data, e->clip.text.len - 1);
		}
		pos = len + 1;
	} else {
		put(e, &op, pos, n);
	}
	if (change_alone(e, &op, 0, pos, pos))
		go_to_text(e, text_line_of(text(e), pos));
}

static void
paste_part(struct editor *e, unsigned n, bool behind)
{
	const struct buf *b = &e->clip.text;
	size_t pos = select_head(e), len;
	struct op op;

	if (behind && pos < text_line_end(text(e), line_here(e)))
		pos = text_next(text(e), pos);
	op_init(&op);
	len = put(e, &op, pos, n);
	if (!change_alone(e, &op, 0, pos + len, pos + len))
		return;
	if (memchr(b->data, '\n', b->len) != NULL)
		vimdo_go(e, pos);
	else
		vimdo_go(e, text_prev(text(e), pos + len));
}

static void
paste(struct editor *e, const struct deed *d, bool after)
{
	if (!change_allowed(e))
		return;
	if (e->clip.text.len == 0)
		editor_say(e, TOAST_ANSWER,
		    "Nothing is copied here - paste with your terminal's key");
	else if (e->clip.line)
		paste_lines(e, d->n, after);
	else
		paste_part(e, d->n, after);
}

static void
paste_after(struct editor *e, const struct deed *d)
{
	paste(e, d, true);
}

static void
paste_before(struct editor *e, const struct deed *d)
{
	paste(e, d, false);
}

/* What takes the place of S, bytes of what is selected: OLD N times,
 * which is LINE or not. Returns where it begins. */
static size_t
put_over(const struct editor *e, struct op *op, struct span s,
    const struct buf *old, bool line, unsigned n)
{
	bool lines = e->vim.mode == VIM_LINES;
	bool last = lines && has_last(e, vimdo_selected_lines(e));

	op_skip(op, s.from);
	op_delete(op, s.to - s.from);
	if (line && !lines)
		op_insert(op, "\n", 1);
	for (unsigned i = 0; i < n && op->err == 0; i++)
		op_insert(
		    op, old->data, old->len - (last && line && i + 1 == n));
	if (lines && !line && !last)
		op_insert(op, "\n", 1);
	return s.from + (line && !lines);
}

/* What is selected and the clipboard change places. */
static void
paste_over(struct editor *e, const struct deed *d)
{
	struct span s = select_span(e);
	bool line = e->clip.line, lines = e->vim.mode == VIM_LINES;
	struct buf old = e->clip.text;
	struct op op;
	size_t pos;

	if (!change_allowed(e) || old.len == 0)
		return;
	buf_init(&e->clip.text, CLIP_MAX);
	if (!yank(e, lines ? vimdo_selected_lines(e) : s, lines, false)) {
		buf_release(&e->clip.text);
		e->clip.text = old;
		return;
	}
	op_init(&op);
	pos = put_over(e, &op, s, &old, line, d->n);
	vim_normal(e);
	if (change_alone(e, &op, 0, pos, pos)) {
		if (line || lines)
			go_to_text(e, text_line_of(text(e), pos));
		else if (memchr(old.data, '\n', old.len) == NULL)
			vimdo_go(e, text_prev(text(e), pos + old.len * d->n));
	}
	buf_release(&old);
}

/* --- characters --- */

/* The bytes of the N characters from the caret on, in its line; TO is set if
 * there are so many. */
static bool
characters(const struct editor *e, unsigned n, size_t *to)
{
	size_t end = text_line_end(text(e), line_here(e));

	for (*to = select_head(e); n > 0 && *to < end; n--)
		*to = text_next(text(e), *to);
	return n == 0;
}

/* Every character of S by what FN makes of it; WHOLE: with its marks. */
static bool
each(struct editor *e, struct span s, uint32_t arg, bool whole,
    uint32_t (*fn)(uint32_t cp, uint32_t arg))
{
	size_t len = s.to - s.from, used;
	uint8_t *old = malloc(len + 1), utf[4];
	int n, instead;
	struct op op;
	uint32_t cp;
	bool done;

	if (old == NULL)
		return false;
	text_copy(text(e), s.from, len, old);
	op_init(&op);
	op_skip(&op, s.from);
	for (size_t at = 0; at < len; at += used) {
		if ((n = utf8_decode(old + at, len - at, &cp)) <= 0)
			break;
		used = whole ? utf8_cluster(old + at, len - at) : (size_t)n;
		instead = utf8_encode(fn(cp, arg), utf);
		if (cp == '\n' || ((size_t)instead == used &&
				      memcmp(utf, old + at, used) == 0)) {
			op_skip(&op, used);
		} else {
			op_delete(&op, used);
			op_insert(&op, utf, (size_t)instead);
		}
	}
	op.skipped = 0;
	done = op_is_noop(&op) && op.err == 0;
	if (done)
		op_release(&op);
	else
		done = change_alone(e, &op, 0, s.from, s.from);
	free(old);
	return done;
}

static uint32_t
other_case(uint32_t cp, uint32_t arg)
{
	(void)arg;
	return utf8_other_case(cp);
}

static uint32_t
be(uint32_t cp, uint32_t arg)
{
	(void)cp;
	return arg;
}

static void
swap_case(struct editor *e, const struct deed *d)
{
	struct span s = { select_head(e), 0 };

	characters(e, d->n, &s.to);
	if (change_allowed(e) && each(e, s, 0, false, other_case))
		vimdo_go(e, s.to);
}

static void
swap_selected(struct editor *e, const struct deed *d)
{
	struct span s = select_span(e);
	size_t start = vimdo_selected_start(e);

	(void)d;
	if (!change_allowed(e))
		return;
	each(e, s, 0, false, other_case);
	vimdo_go(e, start);
}

static void
replace(struct editor *e, const struct deed *d)
{
	struct span s = { select_head(e), 0 };
	uint8_t utf[4];

	if (!change_allowed(e) || !characters(e, d->n, &s.to))
		return;
	if (d->arg == '\r') {
		if (cut(e, s.from, s.to))
			command_press(e, "Enter");
	} else if (d->arg >= 0x20 && each(e, s, d->arg, true, be)) {
		vimdo_go(
		    e, s.from + (d->n - 1) * (size_t)utf8_encode(d->arg, utf));
	}
}

static void
replace_selected(struct editor *e, const struct deed *d)
{
	struct span s = select_span(e);

	if (!change_allowed(e))
		return;
	if (d->arg >= 0x20)
		each(e, s, d->arg, true, be);
	vimdo_go(e, s.from);
}

/* --- lines --- */

/* The lines from FIRST up to LAST become one; the caret is where the last two
 * met, or where there is only one at its start. */
static void
join_lines(struct editor *e, size_t first, size_t last)
{
	const struct text *t = text(e);
	size_t at = 0, from = text_line_start(t, first), end, next, pos = 0;
	size_t gone = 0, added = 0;
	struct op op;
	bool blank;

	if (first == last) {
		vimdo_go(e, from);
		return;
	}
	op_init(&op);
	for (size_t line = first; line < last; line++) {
		end = text_line_end(t, line);
		next = place_indent(t, line + 1);
		blank = end - gone + added == text_line_start(t, first) ||
			(end > from && vimtext_sort(t, end - 1) == BLANK);
		pos = end - gone + added;
		op_skip(&op, end - at);
		op_delete(&op, next - end);
		if (!blank && next < text_line_end(t, line + 1) &&
		    text_byte(t, next) != ')') {
			op_insert(&op, " ", 1);
			added++;
		}
		gone += next - end;
		at = from = next;
	}
	change_alone(e, &op, 0, pos, pos);
}

static void
join(struct editor *e, const struct deed *d)
{
	size_t line = line_here(e), last = text_line_count(text(e)) - 1;
	size_t to = line + (d->n > 1 ? d->n - 1 : 1);

	if (!change_allowed(e) || (to > last && d->n <= 2))
		return;
	join_lines(e, line, to < last ? to : last);
}

/* All of the lines, however they are selected. */
static void
change_selected_lines(struct editor *e, const struct deed *d)
{
	struct deed change = { .n = 1, .op = 'c' };
	struct span lines = vimdo_selected_lines(e);

	(void)d;
	change.at = text_line_start(text(e), lines.from);
	vim_normal(e);
	vimdo_operate(e, &change, lines, true);
}

static void
join_selected(struct editor *e, const struct deed *d)
{
	struct span lines = select_lines(e);
	size_t last = text_line_count(text(e)) - 1;

	(void)d;
	if (!change_allowed(e))
		return;
	if (lines.to - lines.from < 2)
		lines.to = lines.from + 2;
	if (lines.to - 1 > last) /* there is nothing to join */
		vimdo_go(e, select_span(e).from);
	else
		join_lines(e, lines.from, lines.to - 1);
}

/* --- the others --- */

/* Is the caret's place before the change, POS, in the lines of what was
 * undone, or right before them? */
static bool
is_near(const struct editor *e, size_t pos)
{
	size_t line;

	if (pos > text_len(text(e)) || !text_is_boundary(text(e), pos))
		return false;
	line = text_line_of(text(e), pos);
	return line + 1 >= text_line_of(text(e), e->own_change) &&
	       line <= text_line_of(text(e), e->own_change_end);
}

/* As the standard KEY does, but the caret is where it begins then or, after what
 * was done last, where it was before that. */
static void
travel(struct editor *e, const char *key, unsigned n, size_t pos)
{
	for (unsigned i = 0; i < n; i++) {
		e->own_change = SIZE_MAX;
		command_press(e, key);
		if (e->own_change > text_len(text(e)))
			break; /* there was nothing */
		vimdo_go(e, i == 0 && is_near(e, pos) ? pos : e->own_change);
	}
	e->vim.undo_pos = SIZE_MAX;
}

static void
undo(struct editor *e, const struct deed *d)
{
	travel(e, "C-z", d->n, e->vim.undo_pos);
}

static void
redo(struct editor *e, const struct deed *d)
{
	travel(e, "C-y", d->n, SIZE_MAX);
}

static void
again(struct editor *e, const struct deed *d)
{
	vim_again(e, d->counted ? d->n : 0);
}

/* Half a screen, or what was said last: what is seen moves as far as the caret. */
static void
half(struct editor *e, const struct deed *d, bool down)
{
	size_t line = line_here(e), last = text_line_count(text(e)) - 1, by;

	if (d->counted)
		e->vim.scroll = d->n;
	by = e->vim.scroll > 0 ? e->vim.scroll
	     : e->page > 3     ? (size_t)e->page / 2
			       : 1;
	e->skip = 0;
	if (down) {
		e->top += by;
		line = line + by < last ? line + by : last;
	} else {
		e->top -= e->top > by ? by : e->top;
		line -= line > by ? by : line;
	}
	select_go(e, place_indent(text(e), line));
}

static void
half_down(struct editor *e, const struct deed *d)
{
	half(e, d, true);
}

static void
half_up(struct editor *e, const struct deed *d)
{
	half(e, d, false);
}

static void
visual(struct editor *e, const struct deed *d)
{
	(void)d;
	e->vim.mode = VIM_VISUAL;
	e->mark = true;
}

static void
visual_lines(struct editor *e, const struct deed *d)
{
	(void)d;
	e->vim.mode = VIM_LINES;
	e->mark = true;
}

/* v and V end what they began, and else change to the other. */
static void
visual_again(struct editor *e, const struct deed *d)
{
	if (e->vim.mode == VIM_VISUAL)
		vim_normal(e);
	else
		visual(e, d);
}

static void
visual_lines_again(struct editor *e, const struct deed *d)
{
	if (e->vim.mode == VIM_LINES)
		vim_normal(e);
	else
		visual_lines(e, d);
}

static void
search(struct editor *e, const struct deed *d)
{
	(void)d;
	vimline_search(e, false);
}

static void
search_back(struct editor *e, const struct deed *d)
{
	(void)d;
	vimline_search(e, true);
}

static void
command(struct editor *e, const struct deed *d)
{
	(void)d;
	vimline_command(e);
}

static void
leave(struct editor *e, const struct deed *d)
{
	(void)d;
	command_press(e, "C-q");
}

#define ARG VIMDO_ARG
#define CHANGE VIMDO_CHANGE
#define NORMAL VIMDO_NORMAL
#define VISUAL VIMDO_VISUAL

/* clang-format off */
static const struct act_key table[] = {
	{ "i",		insert,			NORMAL | CHANGE },
	{ "I",		insert_at_text,		NORMAL | CHANGE },
	{ "a",		append,			NORMAL | CHANGE },
	{ "A",		append_at_end,		NORMAL | CHANGE },
	{ "o",		open_down,		NORMAL | CHANGE },
	{ "O",		open_up,		NORMAL | CHANGE },
	{ "R",		overtype,		NORMAL | CHANGE },
	{ "R",		change_selected_lines,	VISUAL | CHANGE },
	{ "S",		change_selected_lines,	VISUAL | CHANGE },
	{ "C",		change_selected_lines,	VISUAL | CHANGE },
	{ "p",		paste_after,		NORMAL | CHANGE },
	{ "P",		paste_before,		NORMAL | CHANGE },
	{ "p",		paste_over,		VISUAL | CHANGE },
	{ "r",		replace,		NORMAL | CHANGE | ARG },
	{ "r",		replace_selected,	VISUAL | CHANGE | ARG },
	{ "~",		swap_case,		NORMAL | CHANGE },
	{ "~",		swap_selected,		VISUAL | CHANGE },
	{ "J",		join,			NORMAL | CHANGE },
	{ "J",		join_selected,		VISUAL | CHANGE },
	{ "u",		undo,			NORMAL },
	{ "\x12",	redo,			NORMAL }, /* ^R */
	{ ".",		again,			NORMAL },
	{ "\x04",	half_down,		NORMAL | VISUAL }, /* ^D */
	{ "\x15",	half_up,		NORMAL | VISUAL }, /* ^U */
	{ "v",		visual,			NORMAL },
	{ "V",		visual_lines,		NORMAL },
	{ "v",		visual_again,		VISUAL },
	{ "V",		visual_lines_again,	VISUAL },
	{ "/",		search,			NORMAL | VISUAL },
	{ "?",		search_back,		NORMAL | VISUAL },
	{ ":",		command,		NORMAL | VISUAL },
	{ "ZZ",		leave,			NORMAL },
};
/* clang-format on */

const struct act_key *
vimdo_find(const uint32_t *key, size_t n, unsigned flags, bool *more)
{
	const struct act_key *a;
	size_t len, same;

	*more = n == 0;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		a = &table[i];
		len = strlen(a->keys);
		for (same = 0; same < len && same < n &&
			       key[same] == (uint8_t)a->keys[same];
		     same++)
			;
		if (!(a->flags & flags))
			continue;
		if (same == len && (!(a->flags & ARG) || n > len))
			return a;
		*more |= same == n || same == len;
	}
	return NULL;
}
