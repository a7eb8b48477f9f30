/*
 * vimgo.c - vim's motions and text objects. As in vim a line's end is a place,
 * too, where no caret stays: the newline, which counts as a blank.
 */
#include <limits.h>
#include <string.h>

#include "client/find.h"
#include "client/place.h"
#include "client/vimgo.h"
#include "proto/utf8.h"

/* --- places --- */

/* Blank, punctuation or part of a word? */
enum sort { BLANK, PUNCT, WORD };

static enum sort
sort_at(const struct text *t, size_t pos)
{
	int c = text_byte(t, pos);

	if (c == -1 || c == ' ' || c == '\t' || c == '\n')
		return BLANK;
	return c >= 0x80 || c == '_' || (c >= '0' && c <= '9') ||
		       (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
		   ? WORD
		   : PUNCT;
}

uint32_t
vimgo_char(const struct text *t, size_t pos)
{
	size_t len = text_len(t) - pos;
	uint8_t utf[4];
	uint32_t cp;

	len = len < sizeof(utf) ? len : sizeof(utf);
	if (text_copy(t, pos, len, utf) < 0 || utf8_decode(utf, len, &cp) <= 0)
		return 0;
	return cp;
}

static size_t
start_of(const struct text *t, size_t pos)
{
	return text_line_start(t, text_line_of(t, pos));
}

static size_t
end_of(const struct text *t, size_t pos)
{
	return text_line_end(t, text_line_of(t, pos));
}

static size_t
last_line(const struct text *t)
{
	return text_line_count(t) - 1;
}

static bool
is_end(const struct text *t, size_t pos)
{
	int c = text_byte(t, pos);

	return c == -1 || c == '\n';
}

static bool
is_empty_line(const struct text *t, size_t pos)
{
	return is_end(t, pos) && start_of(t, pos) == pos;
}

size_t
vimgo_indent(const struct text *t, size_t line)
{
	size_t pos = text_line_start(t, line), end = text_line_end(t, line);

	while (pos < end && sort_at(t, pos) == BLANK)
		pos++;
	return pos;
}

static bool
is_blank_line(const struct text *t, size_t line)
{
	return vimgo_indent(t, line) == text_line_end(t, line);
}

/* One character on: what that meant. */
enum step { STEP_NONE, STEP_SAME, STEP_END, STEP_LINE };

static enum step
step(const struct text *t, size_t *pos)
{
	bool end = is_end(t, *pos);

	if (*pos >= text_len(t))
		return STEP_NONE;
	*pos = text_next(t, *pos);
	if (end)
		return STEP_LINE;
	return is_end(t, *pos) ? STEP_END : STEP_SAME;
}

/* --- words --- */

/* One word on. LAST: an operator's last one, which ends with its line. False:
 * there is no more. */
static bool
next_word(const struct text *t, size_t *pos, bool last)
{
	bool bottom = text_line_of(t, *pos) == last_line(t);
	enum sort sort = sort_at(t, *pos);
	enum step s = step(t, pos);

	if (s == STEP_NONE || (s >= STEP_END && bottom))
		return false;
	if (s >= STEP_END && last)
		return true;
	while (sort != BLANK && sort_at(t, *pos) == sort) {
		s = step(t, pos);
		if (s == STEP_NONE || (s >= STEP_END && last))
			return s != STEP_NONE;
	}
	while (sort_at(t, *pos) == BLANK && !is_empty_line(t, *pos)) {
		s = step(t, pos);
		if (s == STEP_NONE || (s >= STEP_END && bottom))
			return s != STEP_NONE;
	}
	return true;
}

/* To the end of a word. STAY: if *POS is one, that will do. */
static bool
word_end(const struct text *t, size_t *pos, bool stay)
{
	enum sort sort = sort_at(t, *pos);

	if (step(t, pos) == STEP_NONE)
		return false;
	if (sort == BLANK || sort_at(t, *pos) != sort) {
		if (stay && sort != BLANK) {
			*pos = text_prev(t, *pos);
			return true;
		}
		while (sort_at(t, *pos) == BLANK)
			if (step(t, pos) == STEP_NONE)
				return false;
		sort = sort_at(t, *pos);
	}
	while (sort_at(t, *pos) == sort)
		if (step(t, pos) == STEP_NONE)
			return false;
	*pos = text_prev(t, *pos);
	return true;
}

static bool
word_back(const struct text *t, size_t *pos)
{
	enum sort sort;

	if (*pos == 0)
		return false;
	*pos = text_prev(t, *pos);
	while (sort_at(t, *pos) == BLANK && !is_empty_line(t, *pos)) {
		if (*pos == 0)
			return true;
		*pos = text_prev(t, *pos);
	}
	sort = sort_at(t, *pos);
	while (
	    sort != BLANK && *pos > 0 && sort_at(t, text_prev(t, *pos)) == sort)
		*pos = text_prev(t, *pos);
	return true;
}

size_t
vimgo_word_before(const struct text *t, size_t pos)
{
	size_t start = start_of(t, pos);
	enum sort sort;

	if (pos == start)
		return text_prev(t, pos);
	while (pos > start && sort_at(t, text_prev(t, pos)) == BLANK)
		pos = text_prev(t, pos);
	if (pos == start)
		return pos;
	sort = sort_at(t, text_prev(t, pos));
	while (pos > start && sort_at(t, text_prev(t, pos)) == sort)
		pos = text_prev(t, pos);
	return pos;
}

static bool
go_word_end(struct editor *e, struct aim *a)
{
	(void)e;
	for (unsigned i = 0; i < a->n; i++)
		if (!word_end(a->t, &a->at, false))
			break;
	return a->at != a->from;
}

/* To change a word leaves the blanks behind it. */
static bool
go_word(struct editor *e, struct aim *a)
{
	(void)e;
	if (a->op == 'c' && sort_at(a->t, a->at) != BLANK) {
		a->reach = REACH_ON;
		for (unsigned i = 0; i < a->n; i++)
			if (!word_end(a->t, &a->at, i == 0))
				break;
		return true;
	}
	for (unsigned i = 0; i < a->n; i++)
		if (!next_word(a->t, &a->at, a->op != 0 && i + 1 == a->n))
			break;
	return a->at != a->from;
}

static bool
go_word_back(struct editor *e, struct aim *a)
{
	(void)e;
	for (unsigned i = 0; i < a->n; i++)
		if (!word_back(a->t, &a->at))
			break;
	return a->at != a->from;
}

/* --- within the line --- */

static bool
go_left(struct editor *e, struct aim *a)
{
	size_t start = start_of(a->t, a->at);

	(void)e;
	for (unsigned i = 0; i < a->n && a->at > start; i++)
		a->at = text_prev(a->t, a->at);
	return a->at != a->from || a->op == 'c';
}

static bool
go_right(struct editor *e, struct aim *a)
{
	size_t end = end_of(a->t, a->at);

	(void)e;
	for (unsigned i = 0; i < a->n && a->at < end; i++)
		a->at = text_next(a->t, a->at);
	return a->at != a->from || a->op == 'c';
}

static bool
go_start(struct editor *e, struct aim *a)
{
	(void)e;
	a->at = start_of(a->t, a->at);
	return true;
}

static bool
go_text(struct editor *e, struct aim *a)
{
	(void)e;
	a->at = vimgo_indent(a->t, text_line_of(a->t, a->at));
	if (is_end(a->t, a->at) && !is_empty_line(a->t, a->at) && !a->visual)
		a->at = text_prev(a->t, a->at); /* of nothing but blanks */
	return true;
}

/* The line BY lines further down, or the last; false: it is the last already. */
static bool
lines_down(const struct aim *a, size_t by, size_t *line)
{
	size_t last = last_line(a->t);

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
	size_t start = start_of(a->t, a->at), end = end_of(a->t, a->at);
	size_t pos = a->at;
	uint32_t cp;

	for (unsigned n = 0; n < a->n;) {
		if (back ? pos == start : pos >= end)
			return false;
		pos = back ? text_prev(a->t, pos) : text_next(a->t, pos);
		cp = pos < end ? vimgo_char(a->t, pos) : 0;
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
		if (start_of(a->t, once.at) == start_of(a->t, a->at) &&
		    vimgo_char(a->t, once.at) == a->arg)
			a->n = 2;
	}
	return seek(a, back, before);
}

static bool
go_find(struct editor *e, struct aim *a, uint32_t how)
{
	e->vim.find_how = how;
	e->vim.find_what = a->arg;
	return find_char(a, how, false);
}

static bool
go_f(struct editor *e, struct aim *a)
{
	return go_find(e, a, 'f');
}

static bool
go_F(struct editor *e, struct aim *a)
{
	return go_find(e, a, 'F');
}

static bool
go_t(struct editor *e, struct aim *a)
{
	return go_find(e, a, 't');
}

static bool
go_T(struct editor *e, struct aim *a)
{
	return go_find(e, a, 'T');
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
	a->at =
	    vimgo_indent(a->t, line > last_line(a->t) ? last_line(a->t) : line);
}

static bool
to_column(struct editor *e, struct aim *a, size_t line)
{
	int goal = e->goal >= 0 ? e->goal
				: (int)place_column(
				      a->t, text_line_of(a->t, a->at), a->at);

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
	to_text(a, a->counted ? a->n - 1 : last_line(a->t));
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

static bool
go_paragraph(struct editor *e, struct aim *a)
{
	size_t line = text_line_of(a->t, a->at), last = last_line(a->t);
	bool inside, end = false;

	(void)e;
	for (unsigned i = 0; i < a->n; i++) {
		if (end)
			return false;
		inside = false;
		for (;; line++) {
			if (inside &&
			    is_empty_line(a->t, text_line_start(a->t, line)))
				break;
			inside |=
			    !is_empty_line(a->t, text_line_start(a->t, line));
			if ((end = line == last))
				break;
		}
	}
	a->at = text_line_start(a->t, line);
	if (line == last && end_of(a->t, a->at) > a->at) {
		a->at = text_prev(a->t, end_of(a->t, a->at));
		a->reach = REACH_ON;
	}
	return true;
}

static bool
go_paragraph_back(struct editor *e, struct aim *a)
{
	size_t line = text_line_of(a->t, a->at);
	bool inside, end = false;

	(void)e;
	for (unsigned i = 0; i < a->n; i++) {
		if (end)
			return false;
		inside = false;
		for (;; line--) {
			if (inside &&
			    is_empty_line(a->t, text_line_start(a->t, line)))
				break;
			inside |=
			    !is_empty_line(a->t, text_line_start(a->t, line));
			if ((end = line == 0))
				break;
		}
	}
	a->at = text_line_start(a->t, line);
	return true;
}

/* --- brackets and quotes --- */

static const char brackets[] = "()[]{}";

/* Which of them C is, or -1. */
static int
bracket_of(int c)
{
	const char *at = memchr(brackets, c, sizeof(brackets) - 1);

	return c >= 0 && at != NULL ? (int)(at - brackets) : -1;
}

/* The other one of the bracket at POS; its own kind counts, and nothing else. */
static bool
other_bracket(const struct text *t, size_t pos, size_t *other)
{
	int c, depth = 0, i = bracket_of(text_byte(t, pos));
	size_t len = text_len(t);

	for (;; pos = i % 2 == 0 ? pos + 1 : pos - 1) {
		if (pos >= len) /* or it was 0 */
			return false;
		c = text_byte(t, pos);
		depth += (c == brackets[i]) - (c == brackets[i ^ 1]);
		if (depth == 0)
			break;
	}
	*other = pos;
	return true;
}

static bool
go_bracket(struct editor *e, struct aim *a)
{
	size_t end = end_of(a->t, a->at);

	(void)e;
	if (a->counted) { /* then it is a part of the text */
		a->reach = REACH_LINES;
		to_text(a, (a->n * text_line_count(a->t) + 99) / 100 - 1);
		return a->n <= 100;
	}
	while (a->at < end && bracket_of(text_byte(a->t, a->at)) < 0)
		a->at++;
	return a->at < end && other_bracket(a->t, a->at, &a->at);
}

/* The nearest OPEN before POS, or at it, that is not closed before. */
static bool
opening(const struct text *t, size_t pos, char open, size_t *at)
{
	char close = brackets[bracket_of(open) + 1];
	int c, depth = 0;

	if (text_byte(t, pos) == close)
		return other_bracket(t, pos, at);
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
	char close = brackets[bracket_of(open) + 1];
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
	return other_bracket(a->t, pos, to);
}

static bool
take_around(struct aim *a, char open)
{
	if (!around(a, open, &a->from, &a->at))
		return false;
	a->reach = REACH_ON;
	return true;
}

/* What stands alone on its lines is these lines. */
static bool
take_inside(struct aim *a, char open)
{
	size_t from, to;

	if (!around(a, open, &from, &to))
		return false;
	from++;
	a->reach = REACH_EXACT;
	if (is_end(a->t, from) && from < to)
		from++;
	a->from = from;
	a->at = to > from ? to : from;
	if (from == start_of(a->t, from) && start_of(a->t, to) > from &&
	    vimgo_indent(a->t, text_line_of(a->t, to)) == to) {
		a->at = start_of(a->t, to) - 1;
		a->reach = REACH_LINES;
		return true;
	}
	return a->at > a->from || a->op == 'c' || a->op == 0;
}

static bool
in_round(struct editor *e, struct aim *a)
{
	(void)e;
	return take_inside(a, '(');
}

static bool
in_square(struct editor *e, struct aim *a)
{
	(void)e;
	return take_inside(a, '[');
}

static bool
in_curly(struct editor *e, struct aim *a)
{
	(void)e;
	return take_inside(a, '{');
}

static bool
a_round(struct editor *e, struct aim *a)
{
	(void)e;
	return take_around(a, '(');
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
	size_t start = start_of(t, pos), n;

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
static bool
take_quoted(struct aim *a, char quote)
{
	size_t end = end_of(a->t, a->at), from, to = 0;

	if (text_byte(a->t, a->at) == quote) {
		from = next_quote(a->t, start_of(a->t, a->at), end, quote);
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

static bool
in_double(struct editor *e, struct aim *a)
{
	(void)e;
	return take_quoted(a, '"');
}

static bool
in_single(struct editor *e, struct aim *a)
{
	(void)e;
	return take_quoted(a, '\'');
}

/* --- words and paragraphs as objects --- */

/* The end of what is alike from POS on. */
static size_t
alike(const struct text *t, size_t pos, size_t end)
{
	enum sort sort = sort_at(t, pos);

	while (pos < end && sort_at(t, pos) == sort)
		pos = text_next(t, pos);
	return pos;
}

static size_t
alike_before(const struct text *t, size_t pos, size_t start)
{
	enum sort sort = sort_at(t, pos);

	while (pos > start && sort_at(t, text_prev(t, pos)) == sort)
		pos = text_prev(t, pos);
	return pos;
}

static bool
in_word(struct editor *e, struct aim *a)
{
	size_t end = end_of(a->t, a->at);

	(void)e;
	a->from = alike_before(a->t, a->at, start_of(a->t, a->at));
	for (unsigned i = 0; i < a->n && a->at < end; i++)
		a->at = alike(a->t, a->at, end);
	a->reach = REACH_EXACT;
	return a->at > a->from || a->op == 'c';
}

/* With the blanks behind it, or else those before it that do not indent. */
static bool
a_word(struct editor *e, struct aim *a)
{
	size_t start = start_of(a->t, a->at), end = end_of(a->t, a->at);
	bool blanks = sort_at(a->t, a->at) == BLANK, behind = blanks;
	size_t before;

	(void)e;
	a->from = alike_before(a->t, a->at, start);
	for (unsigned i = 0; i < a->n; i++) {
		if (a->at >= end)
			return false;
		if (sort_at(a->t, a->at) == BLANK && blanks)
			a->at = alike(a->t, a->at, end);
		if (a->at >= end)
			return false;
		a->at = alike(a->t, a->at, end);
		if (!blanks &&
		    (behind = a->at < end && sort_at(a->t, a->at) == BLANK))
			a->at = alike(a->t, a->at, end);
	}
	if (!behind && a->from > start) {
		before = text_prev(a->t, a->from);
		if (sort_at(a->t, before) == BLANK &&
		    (before = alike_before(a->t, before, start)) > start)
			a->from = before;
	}
	a->reach = REACH_EXACT;
	return true;
}

static bool
in_paragraph(struct editor *e, struct aim *a)
{
	size_t line = text_line_of(a->t, a->at), first = line;
	bool blank = is_blank_line(a->t, line);

	(void)e;
	while (first > 0 && is_blank_line(a->t, first - 1) == blank)
		first--;
	for (unsigned i = 0; i < a->n; i++, blank = !blank) {
		if (i > 0 && line++ == last_line(a->t))
			return false;
		while (line < last_line(a->t) &&
		       is_blank_line(a->t, line + 1) == blank)
			line++;
	}
	a->from = text_line_start(a->t, first);
	a->at = text_line_start(a->t, line);
	return true;
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

/* The word at the caret, or the next one in the line. */
static bool
go_same(struct editor *e, struct aim *a)
{
	size_t end = end_of(a->t, a->at), from = a->at, to;

	while (from < end && sort_at(a->t, from) != WORD)
		from++;
	if (from == end)
		return false;
	from = alike_before(a->t, from, start_of(a->t, from));
	to = alike(a->t, from, end);
	if (!find_set_word(e, from, to))
		return false;
	e->vim.back = false;
	a->at = from;
	return search(e, a, false);
}

/* --- the table --- */

/* clang-format off */
static const struct motion motions[] = {
	{ "h",		REACH_TO,	false, false, go_left },
	{ "\b",		REACH_TO,	false, false, go_left },
	{ "l",		REACH_TO,	false, false, go_right },
	{ " ",		REACH_TO,	false, false, go_right },
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
	{ "f",		REACH_ON,	false, true,  go_f },
	{ "F",		REACH_TO,	false, true,  go_F },
	{ "t",		REACH_ON,	false, true,  go_t },
	{ "T",		REACH_TO,	false, true,  go_T },
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
	{ "iw",		REACH_EXACT,	true,  false, in_word },
	{ "aw",		REACH_EXACT,	true,  false, a_word },
	{ "i(",		REACH_EXACT,	true,  false, in_round },
	{ "a(",		REACH_EXACT,	true,  false, a_round },
	{ "i[",		REACH_EXACT,	true,  false, in_square },
	{ "i{",		REACH_EXACT,	true,  false, in_curly },
	{ "i\"",	REACH_EXACT,	true,  false, in_double },
	{ "i'",		REACH_EXACT,	true,  false, in_single },
	{ "ip",		REACH_LINES,	true,  false, in_paragraph },
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
	a->goal = -1;
	a->reach = m->reach;
	return m->fn(e, a);
}

/* --- how far an operator reaches --- */

static bool
in_indent(const struct text *t, size_t pos)
{
	return pos <= vimgo_indent(t, text_line_of(t, pos));
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
	if (a->reach == REACH_TO && s->to == start_of(t, s->to)) {
		s->to--;
		if (in_indent(t, s->from))
			return true;
	}
	/* deleting from the first character to the last of some lines */
	end = text_line_end(t, text_line_of(t, s->to));
	if (a->op != 'd' || !in_indent(t, s->from) ||
	    text_line_of(t, s->from) == text_line_of(t, s->to))
		return false;
	for (to = s->to; to < end && sort_at(t, to) == BLANK; to++)
		;
	return to == end;
}

struct span
vimgo_span(const struct aim *a, bool *lines)
{
	const struct text *t = a->t;
	struct span s = a->from < a->at ? (struct span){ a->from, a->at }
					: (struct span){ a->at, a->from };

	if (a->reach == REACH_ON && !is_end(t, s.to))
		s.to = text_next(t, s.to);
	*lines = a->reach == REACH_LINES || is_lines(a, &s);
	if (!*lines)
		return s;
	return (
	    struct span){ text_line_of(t, s.from), text_line_of(t, s.to) + 1 };
}
