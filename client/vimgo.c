/* vimgo.c - vim's motions, and the table of these and of its text objects. */
#include <limits.h>
#include <string.h>

#include "client/find.h"
#include "client/place.h"
#include "client/vimgo.h"
#include "client/vimobj.h"
#include "client/vimtext.h"

/* --- words --- */

static bool
go_word_end(struct editor *e, struct aim *a)
{
	(void)e;
	for (unsigned i = 0; i < a->n; i++)
		if (!vimtext_word_end(a->t, &a->at, 0))
			break;
	return a->at != a->from || a->op != 0;
}

/* To change a word leaves the blanks behind it. */
static bool
go_word(struct editor *e, struct aim *a)
{
	(void)e;
	if (a->op == 'c' && vimtext_sort(a->t, a->at) != BLANK) {
		a->reach = REACH_ON;
		for (unsigned i = 0; i < a->n; i++)
			if (!vimtext_word_end(
				a->t, &a->at, i == 0 ? VIMTEXT_STAY : 0))
				break;
		return true;
	}
	for (unsigned i = 0; i < a->n; i++)
		if (!vimtext_next_word(
			a->t, &a->at, a->op != 0 && i + 1 == a->n))
			break;
	return a->at != a->from || a->op != 0;
}

static bool
go_word_back(struct editor *e, struct aim *a)
{
	(void)e;
	for (unsigned i = 0; i < a->n; i++)
		if (!vimtext_word_back(a->t, &a->at))
			break;
	return a->at != a->from;
}

/* --- within the line --- */

static bool
go_left(struct editor *e, struct aim *a)
{
	size_t start = vimtext_start(a->t, a->at);

	(void)e;
	for (unsigned i = 0; i < a->n && a->at > start; i++)
		a->at = text_prev(a->t, a->at);
	return a->at != a->from || a->op != 0;
}

static bool
go_right(struct editor *e, struct aim *a)
{
	size_t end = vimtext_end(a->t, a->at);

	(void)e;
	for (unsigned i = 0; i < a->n && a->at < end; i++)
		a->at = text_next(a->t, a->at);
	return a->at != a->from || a->op != 0;
}

/* By characters, and from line to line. */
static bool
go_back(struct editor *e, struct aim *a)
{
	(void)e;
	for (unsigned i = 0; i < a->n && a->at > 0; i++)
		if (a->op == 0)
			vimtext_back(a->t, &a->at);
		else
			a->at = text_prev(a->t, a->at);
	return a->at != a->from || a->op != 0;
}

static bool
go_on(struct editor *e, struct aim *a)
{
	size_t pos = a->at;

	(void)e;
	for (unsigned i = 0; i < a->n; i++) {
		if (!vimtext_on(a->t, &pos)) {
			a->at = text_len(a->t);
			break;
		}
		a->at = pos;
	}
	return a->at != a->from || a->op != 0;
}

static bool
go_start(struct editor *e, struct aim *a)
{
	(void)e;
	a->at = vimtext_start(a->t, a->at);
	return true;
}

static bool
go_text(struct editor *e, struct aim *a)
{
	(void)e;
	a->at = place_indent(a->t, text_line_of(a->t, a->at));
	if (vimtext_is_end(a->t, a->at) && !vimtext_is_empty(a->t, a->at) &&
	    !a->visual)
		a->at = text_prev(a->t, a->at); /* of nothing but blanks */
	return true;
}

/* The line BY lines further down, or the last; false: it is the last already. */
static bool
lines_down(const struct aim *a, size_t by, size_t *line)
{
	size_t last = vimtext_last(a->t);

	*line = text_line_of(a->t, a->at);
	if (by > 0 && *line == last)
		return false;
	*line = *line + by < last ? *line + by : last;
	return true;
}

static bool
go_end(struct editor *e, struct aim *a)
{
	size_t line;

	(void)e;
	if (!lines_down(a, a->n - 1, &line))
		return false;
	a->at = text_line_end(a->t, line);
	a->goal = INT_MAX;
	return true;
}

/* The next A->arg in the line, or the last one before. */
static bool
seek(struct aim *a, bool back, bool before)
{
	size_t start = vimtext_start(a->t, a->at),
	       end = vimtext_end(a->t, a->at);
	size_t pos = a->at;
	uint32_t cp;

	for (unsigned n = 0; n < a->n;) {
		if (back ? pos == start : pos >= end)
			return false;
		pos = back ? text_prev(a->t, pos) : text_next(a->t, pos);
		cp = pos < end ? vimtext_char(a->t, pos) : 0;
		n += cp == a->arg && cp != 0;
	}
	if (before)
		pos = back ? text_next(a->t, pos) : text_prev(a->t, pos);
	a->at = pos;
	a->reach = back ? REACH_TO : REACH_ON;
	return true;
}

/* HOW: f F t T. AGAIN: what is right beside the caret is passed. */
static bool
find_char(struct aim *a, uint32_t how, bool again)
{
	bool back = how == 'F' || how == 'T', before = how == 't' || how == 'T';
	struct aim once = *a;

	if (again && before && a->n == 1) {
		once.at =
		    back ? text_prev(a->t, a->at) : text_next(a->t, a->at);
		if (vimtext_start(a->t, once.at) ==
			vimtext_start(a->t, a->at) &&
		    vimtext_char(a->t, once.at) == a->arg)
			a->n = 2;
	}
	return seek(a, back, before);
}

static bool
go_find(struct editor *e, struct aim *a)
{
	e->vim.find_how = (uint8_t)a->keys[0];
	e->vim.find_what = a->arg;
	return find_char(a, e->vim.find_how, false);
}

static bool
go_again(struct editor *e, struct aim *a)
{
	a->arg = e->vim.find_what;
	return e->vim.find_how != 0 && find_char(a, e->vim.find_how, true);
}

static bool
go_again_back(struct editor *e, struct aim *a)
{
	a->arg = e->vim.find_what;
	return e->vim.find_how != 0 &&
	       find_char(a, e->vim.find_how ^ 0x20, true);
}

/* --- lines --- */

static void
to_text(struct aim *a, size_t line)
{
	a->at = place_indent(
	    a->t, line > vimtext_last(a->t) ? vimtext_last(a->t) : line);
	if (vimtext_is_end(a->t, a->at) && !vimtext_is_empty(a->t, a->at))
		a->at = text_prev(a->t, a->at); /* of nothing but blanks */
}

static bool
to_column(struct editor *e, struct aim *a, size_t line)
{
	size_t here = text_line_of(a->t, a->at);
	int goal = e->goal;

	if (goal < 0 && text_byte(a->t, a->at) == '\t' && !a->visual)
		goal = (int)place_column(a->t, here, a->at + 1) - 1;
	else if (goal < 0)
		goal = (int)place_column(a->t, here, a->at);
	a->at = place_at_column(a->t, line, (size_t)goal);
	a->goal = goal;
	return true;
}

static bool
go_down(struct editor *e, struct aim *a)
{
	size_t line;

	return lines_down(a, a->n, &line) && to_column(e, a, line);
}

static bool
go_up(struct editor *e, struct aim *a)
{
	size_t line = text_line_of(a->t, a->at);

	if (line == 0)
		return false;
	return to_column(e, a, line > a->n ? line - a->n : 0);
}

static bool
go_enter(struct editor *e, struct aim *a)
{
	size_t line;

	(void)e;
	if (!lines_down(a, a->n, &line))
		return false;
	to_text(a, line);
	return true;
}

static bool
go_first(struct editor *e, struct aim *a)
{
	(void)e;
	to_text(a, a->counted ? a->n - 1 : 0);
	return true;
}

static bool
go_last(struct editor *e, struct aim *a)
{
	(void)e;
	to_text(a, a->counted ? a->n - 1 : vimtext_last(a->t));
	return true;
}

static bool
go_high(struct editor *e, struct aim *a)
{
	size_t line = e->top + a->n - 1, end = place_bottom(e);

	to_text(a, line < end ? line : end - 1);
	return true;
}

static bool
go_middle(struct editor *e, struct aim *a)
{
	to_text(a, e->top + (place_bottom(e) - e->top - 1) / 2);
	return true;
}

static bool
go_low(struct editor *e, struct aim *a)
{
	size_t end = place_bottom(e);

	to_text(a, end > e->top + a->n ? end - a->n : e->top);
	return true;
}

/* N paragraphs on, or BACK: to the empty line beside each. */
static bool
past_paragraphs(struct aim *a, bool back)
{
	size_t line = text_line_of(a->t, a->at);
	size_t last = back ? 0 : vimtext_last(a->t);
	bool inside, empty, end = false;

	for (unsigned i = 0; i < a->n; i++) {
		if (end)
			return false;
		inside = false;
		for (;; line = back ? line - 1 : line + 1) {
			empty =
			    vimtext_is_empty(a->t, text_line_start(a->t, line));
			if (inside && empty)
				break;
			inside |= !empty;
			if ((end = line == last))
				break;
		}
	}
	a->at = text_line_start(a->t, line);
	return true;
}

static bool
go_paragraph(struct editor *e, struct aim *a)
{
	size_t end;

	(void)e;
	if (!past_paragraphs(a, false))
		return false;
	end = vimtext_end(a->t, a->at);
	if (end == text_len(a->t) && end > a->at) {
		a->at = text_prev(a->t, end);
		a->reach = REACH_ON;
	}
	return true;
}

static bool
go_paragraph_back(struct editor *e, struct aim *a)
{
	(void)e;
	return past_paragraphs(a, true);
}

static bool
go_bracket(struct editor *e, struct aim *a)
{
	size_t end = vimtext_end(a->t, a->at);

	(void)e;
	if (a->counted) { /* then it is a part of the text */
		a->reach = REACH_LINES;
		to_text(a, (a->n * text_line_count(a->t) + 99) / 100 - 1);
		return a->n <= 100;
	}
	while (a->at < end && vimtext_bracket(text_byte(a->t, a->at)) < 0)
		a->at++;
	return a->at < end && vimtext_other(a->t, a->at, &a->at);
}

/* --- searching --- */

static bool
search(struct editor *e, struct aim *a, bool back)
{
	for (unsigned i = 0; i < a->n; i++)
		if (!find_seek(e, a->at, back, &a->at)) {
			find_say_none(e);
			return false;
		}
	find_say_count(e, a->at, back);
	return true;
}

static bool
go_next(struct editor *e, struct aim *a)
{
	return search(e, a, e->vim.back);
}

static bool
go_previous(struct editor *e, struct aim *a)
{
	return search(e, a, !e->vim.back);
}

/* The word at the caret, or the next one in the line, or what is not blank. */
static bool
go_same(struct editor *e, struct aim *a)
{
	size_t end = vimtext_end(a->t, a->at), from = a->at, to;
	bool word;

	while (from < end && vimtext_sort(a->t, from) != WORD)
		from++;
	word = from < end;
	if (!word)
		for (from = a->at;
		     from < end && vimtext_sort(a->t, from) == BLANK; from++)
			;
	if (from == end)
		return false;
	from = vimtext_alike_before(a->t, from, vimtext_start(a->t, from));
	to = vimtext_alike(a->t, from, end);
	while (!word && to < end && vimtext_sort(a->t, to) != BLANK)
		to++;
	if (!find_set_word(e, from, to))
		return false;
	e->find.word = word;
	e->vim.back = false;
	a->at = from;
	return search(e, a, false);
}

/* --- the table --- */

/* clang-format off */
static const struct motion motions[] = {
	{ "h",		REACH_TO,	false, false, go_left },
	{ "\b",		REACH_TO,	false, false, go_back },
	{ "l",		REACH_TO,	false, false, go_right },
	{ " ",		REACH_TO,	false, false, go_on },
	{ "j",		REACH_LINES,	false, false, go_down },
	{ "k",		REACH_LINES,	false, false, go_up },
	{ "\r",		REACH_LINES,	false, false, go_enter },
	{ "w",		REACH_TO,	false, false, go_word },
	{ "b",		REACH_TO,	false, false, go_word_back },
	{ "e",		REACH_ON,	false, false, go_word_end },
	{ "0",		REACH_TO,	false, false, go_start },
	{ "^",		REACH_TO,	false, false, go_text },
	{ "$",		REACH_EXACT,	false, false, go_end },
	{ "gg",		REACH_LINES,	false, false, go_first },
	{ "G",		REACH_LINES,	false, false, go_last },
	{ "f",		REACH_ON,	false, true,  go_find },
	{ "F",		REACH_TO,	false, true,  go_find },
	{ "t",		REACH_ON,	false, true,  go_find },
	{ "T",		REACH_TO,	false, true,  go_find },
	{ ";",		REACH_ON,	false, false, go_again },
	{ ",",		REACH_ON,	false, false, go_again_back },
	{ "%",		REACH_ON,	false, false, go_bracket },
	{ "{",		REACH_TO,	false, false, go_paragraph_back },
	{ "}",		REACH_TO,	false, false, go_paragraph },
	{ "H",		REACH_LINES,	false, false, go_high },
	{ "M",		REACH_LINES,	false, false, go_middle },
	{ "L",		REACH_LINES,	false, false, go_low },
	{ "n",		REACH_TO,	false, false, go_next },
	{ "N",		REACH_TO,	false, false, go_previous },
	{ "*",		REACH_TO,	false, false, go_same },
	{ "iw",		REACH_ON,	true,  false, vimobj_in_word },
	{ "aw",		REACH_ON,	true,  false, vimobj_a_word },
	{ "i(",		REACH_ON,	true,  false, vimobj_inside },
	{ "a(",		REACH_ON,	true,  false, vimobj_around },
	{ "i[",		REACH_ON,	true,  false, vimobj_inside },
	{ "i{",		REACH_ON,	true,  false, vimobj_inside },
	{ "i\"",	REACH_ON,	true,  false, vimobj_quoted },
	{ "i'",		REACH_ON,	true,  false, vimobj_quoted },
	{ "ip",		REACH_LINES,	true,  false, vimobj_in_paragraph },
};
/* clang-format on */

const struct motion *
vimgo_find(const uint32_t *key, size_t n, bool objects, bool *more)
{
	const struct motion *m;
	size_t len, same;

	*more = n == 0;
	for (size_t i = 0; i < sizeof(motions) / sizeof(motions[0]); i++) {
		m = &motions[i];
		len = strlen(m->keys);
		for (same = 0; same < len && same < n &&
			       key[same] == (uint8_t)m->keys[same];
		     same++)
			;
		if (m->object && !objects)
			continue;
		if (same == len && (!m->arg || n > len))
			return m;
		*more |= same == n || same == len;
	}
	return NULL;
}

bool
vimgo_aim(struct editor *e, const struct motion *m, struct aim *a)
{
	a->t = editor_text(e);
	a->from = a->at = select_head(e);
	if (m->object && a->visual)
		a->from = peer_caret(e->peer).anchor;
	a->goal = -1;
	a->reach = m->reach;
	a->keys = m->keys;
	return m->fn(e, a);
}

/* --- how far an operator reaches --- */

static bool
in_indent(const struct text *t, size_t pos)
{
	return pos <= place_indent(t, text_line_of(t, pos));
}

/* What ends where a line begins ends with the line before, and is whole lines if
 * nothing but blanks comes before it. */
static bool
is_lines(const struct aim *a, struct span *s)
{
	const struct text *t = a->t;
	size_t end, to;

	if (text_line_of(t, s->from) == text_line_of(t, s->to))
		return false;
	if (a->reach == REACH_TO && s->to == vimtext_start(t, s->to)) {
		s->to--;
		if (in_indent(t, s->from))
			return true;
	}
	/* deleting from the first character to the last of some lines */
	end = text_line_end(t, text_line_of(t, s->to));
	if (a->op != 'd' || !in_indent(t, s->from) ||
	    text_line_of(t, s->from) == text_line_of(t, s->to))
		return false;
	for (to = s->to; to < end && vimtext_sort(t, to) == BLANK; to++)
		;
	return to == end;
}

struct span
vimgo_span(const struct aim *a, bool *lines)
{
	const struct text *t = a->t;
	struct span s = a->from < a->at ? (struct span){ a->from, a->at }
					: (struct span){ a->at, a->from };

	if (a->reach == REACH_ON && !vimtext_is_end(t, s.to))
		s.to = text_next(t, s.to);
	*lines = a->reach == REACH_LINES || is_lines(a, &s);
	if (!*lines)
		return s;
	return (
	    struct span){ text_line_of(t, s.from), text_line_of(t, s.to) + 1 };
}
