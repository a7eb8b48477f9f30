/* vimobj.c - vim's text objects. */
#include "client/place.h"
#include "client/vimobj.h"
#include "client/vimtext.h"

/* Is an object added to what is selected? Else it is selected instead. */
static bool
extends(const struct aim *a)
{
	return a->visual && a->from != a->at;
}

/* --- words --- */

/* The one around the caret. */
static bool
this_word(struct aim *a, bool blanks)
{
	size_t from =
	    vimtext_alike_before(a->t, a->at, vimtext_start(a->t, a->at));

	a->at = from;
	if ((vimtext_sort(a->t, from) == BLANK) == blanks) {
		if (!vimtext_word_end(
			a->t, &a->at, VIMTEXT_STAY | VIMTEXT_EMPTY))
			return false;
	} else {
		vimtext_next_word(a->t, &a->at, true);
		vimtext_back(a->t, &a->at);
	}
	a->from = from;
	return true;
}

/* One more behind A->at, the LAST. What would end where a line begins ends
 * before. */
static bool
word_behind(struct aim *a, bool blanks, bool last)
{
	if (!vimtext_on(a->t, &a->at))
		return false;
	a->reach = REACH_ON;
	if ((vimtext_sort(a->t, a->at) == BLANK) == blanks)
		return vimtext_word_end(
		    a->t, &a->at, VIMTEXT_STAY | VIMTEXT_EMPTY);
	if (!vimtext_next_word(a->t, &a->at, true) && !last)
		return false;
	if (a->at == vimtext_start(a->t, a->at))
		a->reach = REACH_TO;
	else
		a->at = text_prev(a->t, a->at);
	return true;
}

/* One more before A->at. */
static bool
word_before(struct aim *a, bool blanks)
{
	size_t start;

	if (!vimtext_back(a->t, &a->at))
		return false;
	start = vimtext_start(a->t, a->at);
	if (vimtext_sort(a->t, a->at) == BLANK && blanks)
		return vimtext_word_back(a->t, &a->at);
	a->at = vimtext_alike_before(a->t, a->at, start);
	while (blanks && a->at > start &&
	       vimtext_sort(a->t, text_prev(a->t, a->at)) == BLANK)
		a->at = text_prev(a->t, a->at);
	return true;
}

/* Without blanks behind it it has those before it that do not indent. */
static void
take_blanks_before(struct aim *a)
{
	size_t start = vimtext_start(a->t, a->from), from;

	if ((vimtext_sort(a->t, a->at) == BLANK && a->reach == REACH_ON) ||
	    a->from == start)
		return;
	from = text_prev(a->t, a->from);
	if (vimtext_sort(a->t, from) != BLANK)
		return;
	from = vimtext_alike_before(a->t, from, start);
	if (from > start)
		a->from = from;
}

static bool
words(struct aim *a, bool blanks)
{
	bool first = !extends(a);
	bool before = first && blanks && vimtext_sort(a->t, a->at) != BLANK;

	a->reach = REACH_ON;
	if (first && !this_word(a, blanks))
		return false;
	for (unsigned n = first ? a->n - 1 : a->n; n > 0; n--)
		if (extends(a) && a->at < a->from
			? !word_before(a, blanks)
			: !word_behind(a, blanks, n == 1))
			return false;
	if (before)
		take_blanks_before(a);
	return true;
}

bool
vimobj_in_word(struct editor *e, struct aim *a)
{
	(void)e;
	return words(a, false);
}

bool
vimobj_a_word(struct editor *e, struct aim *a)
{
	(void)e;
	return words(a, true);
}

/* --- brackets --- */

/* The next BRACKET before POS, or BEHIND it, that its pair leaves open. */
static bool
unpaired(const struct text *t, size_t pos, int bracket, bool behind, size_t *at)
{
	int c, pair = vimtext_pair(bracket), depth = 0;

	do {
		if (behind ? pos >= text_len(t) : pos == 0)
			return false;
		pos = behind ? pos + 1 : pos - 1;
		c = text_byte(t, pos);
		depth += c == pair;
	} while (c != bracket || depth-- > 0);
	*at = pos;
	return true;
}

/* The Nth pair from POS on, outwards or, if BEHIND, to the next ones. */
static bool
nth_pair(const struct text *t, size_t pos, int open, unsigned n, bool behind,
    struct span *s)
{
	for (s->from = pos; n > 0; n--)
		if (!unpaired(t, s->from, open, behind, &s->from))
			return false;
	return unpaired(t, s->from, vimtext_pair(open), true, &s->to);
}

/* The one that is meant: around the caret, with the bracket there, or around
 * what is selected; where there is none, the next one. */
static bool
this_pair(const struct aim *a, struct span *s)
{
	size_t pos = a->at, indent, any;
	int open = (unsigned char)a->keys[1];

	if (extends(a)) {
		pos = a->from < a->at ? a->from : a->at;
	} else {
		indent = place_indent(a->t, text_line_of(a->t, pos));
		if (open == '{' && pos < indent)
			pos = indent;
		if (text_byte(a->t, pos) == open)
			pos++;
	}
	return nth_pair(
	    a->t, pos, open, a->n, !unpaired(a->t, pos, open, false, &any), s);
}

bool
vimobj_around(struct editor *e, struct aim *a)
{
	struct span s;

	(void)e;
	if (!this_pair(a, &s))
		return false;
	a->from = s.from;
	a->at = s.to;
	a->reach = REACH_ON;
	return true;
}

/* What is within the brackets of S, up to its last character. *ALONE: nothing
 * but blanks comes before the second one in its line. */
static struct span
within(const struct text *t, struct span s, bool *alone)
{
	*alone = s.to == vimtext_start(t, s.to);
	vimtext_on(t, &s.from);
	vimtext_back(t, &s.to);
	while (s.to < place_indent(t, text_line_of(t, s.to))) {
		*alone = true;
		vimtext_back(t, &s.to);
	}
	return s;
}

/* Is what is within the brackets of S selected already? */
static bool
has_within(const struct aim *a, struct span s)
{
	struct span was = a->from < a->at ? (struct span){ a->from, a->at }
					  : (struct span){ a->at, a->from };
	bool alone;

	s = within(a->t, s, &alone);
	return s.from >= was.from && s.to <= was.to && s.from != s.to;
}

/* The pair around these. */
static bool
next_pair(const struct aim *a, struct span *s)
{
	size_t pos = a->from < a->at ? a->from : a->at;

	vimtext_back(a->t, &pos);
	return nth_pair(a->t, pos, a->keys[1], 1, false, s);
}

bool
vimobj_inside(struct editor *e, struct aim *a)
{
	struct span s, in;
	bool alone;

	(void)e;
	if (!this_pair(a, &s))
		return false;
	if (a->visual && has_within(a, s) && !next_pair(a, &s))
		return false;
	in = within(a->t, s, &alone);
	if (a->visual && in.from == s.to)
		return false;
	a->from = in.from;
	a->at = in.to;
	a->reach = REACH_ON;
	if (alone && a->visual && !vimtext_is_end(a->t, a->at)) {
		a->at = text_next(a->t, a->at); /* with the newline */
	} else if (!a->visual && (alone || a->at < a->from)) {
		a->reach = REACH_TO;
		if (alone)
			vimtext_on(a->t, &a->at);
		else
			a->at = a->from;
	}
	return true;
}

/* --- quotes --- */

/* The next QUOTE from POS on in its line, none that a backslash precedes; RAW:
 * that one, too. */
static bool
quote_behind(const struct text *t, size_t pos, char quote, bool raw, size_t *at)
{
	size_t end = vimtext_end(t, pos);

	for (; pos < end && text_byte(t, pos) != quote; pos++)
		if (text_byte(t, pos) == '\\' && !raw)
			pos++;
	*at = pos;
	return pos < end;
}

/* The one before POS, which is not there itself. */
static bool
quote_before(const struct text *t, size_t pos, char quote, bool raw, size_t *at)
{
	size_t start = vimtext_start(t, pos), n;

	while (pos > start) {
		if (text_byte(t, --pos) != quote)
			continue;
		for (n = 0; !raw && pos > start + n &&
			    text_byte(t, pos - 1 - n) == '\\';
		     n++)
			;
		if (n % 2 == 0) {
			*at = pos;
			return true;
		}
	}
	return false;
}

/* The pair that POS belongs to: from the line's start on they are pairs. */
static bool
quotes_at(const struct text *t, size_t pos, char quote, struct span *s)
{
	size_t next = vimtext_start(t, pos);

	do {
		if (!quote_behind(t, next, quote, true, &s->from) ||
		    s->from > pos ||
		    !quote_behind(t, s->from + 1, quote, false, &s->to))
			return false;
		next = s->to + 1;
	} while (s->to < pos);
	return true;
}

/* The pair behind the quote at POS, or else that quote and the next. */
static bool
quotes_behind(const struct text *t, size_t pos, char quote, struct span *s)
{
	if (!quote_behind(t, pos + 1, quote, true, &s->from))
		return false;
	if (quote_behind(t, s->from + 1, quote, false, &s->to))
		return true;
	*s = (struct span){ pos, s->from };
	return true;
}

static bool
quotes_before(const struct text *t, size_t pos, char quote, struct span *s)
{
	if (!quote_before(t, pos, quote, true, &s->to))
		return false;
	if (quote_before(t, s->to, quote, false, &s->from))
		return true;
	*s = (struct span){ s->to, pos };
	return true;
}

/* The pair that begins with the quote before POS or, without one, behind it. */
static bool
quotes_around(const struct text *t, size_t pos, char quote, struct span *s)
{
	if (!quote_before(t, pos, quote, false, &s->from) &&
	    !quote_behind(t, pos, quote, true, &s->from))
		return false;
	return quote_behind(t, s->from + 1, quote, false, &s->to);
}

static bool
find_quotes(const struct aim *a, struct span *s)
{
	char quote = a->keys[1];
	bool on = text_byte(a->t, a->at) == quote, back = a->at < a->from;
	size_t pos = a->at;

	if (!extends(a))
		return on ? quotes_at(a->t, pos, quote, s)
			  : quotes_around(a->t, pos, quote, s);
	if (on)
		return back ? quotes_before(a->t, pos, quote, s)
			    : quotes_behind(a->t, pos, quote, s);
	return (back ? quote_before(a->t, pos, quote, true, &pos)
		     : quote_behind(a->t, pos, quote, true, &pos)) &&
	       quotes_at(a->t, pos, quote, s);
}

/* Is exactly what is between two quotes selected, S? */
static bool
fills_quotes(const struct text *t, struct span s, char quote)
{
	return s.from > vimtext_start(t, s.from) &&
	       text_byte(t, s.from - 1) == quote && !vimtext_is_end(t, s.to) &&
	       text_byte(t, s.to + 1) == quote;
}

/* Does the selected S have a quote, or one beside its other end than the
 * caret? Then that end stays. */
static bool
has_quote(const struct aim *a, struct span s, char quote)
{
	size_t at;

	if (quote_behind(a->t, s.from, quote, true, &at) && at <= s.to)
		return true;
	return a->from == s.from ? s.from > vimtext_start(a->t, s.from) &&
				       text_byte(a->t, s.from - 1) == quote
				 : text_byte(a->t, s.to + 1) == quote;
}

/* With the quotes if twice, or if what is between is selected. */
bool
vimobj_quoted(struct editor *e, struct aim *a)
{
	struct span was = a->from < a->at ? (struct span){ a->from, a->at }
					  : (struct span){ a->at, a->from };
	bool extended = extends(a), back = a->at < a->from, full, stays;
	char quote = a->keys[1];
	struct span s;

	(void)e;
	if (text_line_of(a->t, a->from) != text_line_of(a->t, a->at) ||
	    !find_quotes(a, &s))
		return false;
	full = extended && fills_quotes(a->t, was, quote);
	stays = extended && !full && has_quote(a, was, quote);
	if (!full && a->n == 1)
		s = (struct span){ s.from + 1, text_prev(a->t, s.to) };
	if (!stays)
		a->from = back ? s.to : s.from;
	a->at = back ? s.from : s.to;
	a->reach = REACH_ON;
	if (!a->visual && s.to < s.from) {
		a->reach = REACH_TO;
		a->at = s.from;
	}
	return true;
}

/* --- paragraphs --- */

/* As far as the lines from LINE on are blank, or not, as it is. */
static size_t
alike_lines(const struct text *t, size_t line, bool back)
{
	bool blank = vimtext_is_blank(t, line);
	size_t last = back ? 0 : vimtext_last(t);

	while (line != last &&
	       vimtext_is_blank(t, back ? line - 1 : line + 1) == blank)
		line = back ? line - 1 : line + 1;
	return line;
}

/* N more, behind LINE or before it. */
static bool
more_lines(const struct text *t, size_t *line, unsigned n, bool back)
{
	size_t last = back ? 0 : vimtext_last(t);

	for (; n > 0; n--) {
		if (*line == last)
			return false;
		*line = alike_lines(t, back ? *line - 1 : *line + 1, back);
	}
	return true;
}

bool
vimobj_in_paragraph(struct editor *e, struct aim *a)
{
	bool lines = e->vim.mode == VIM_LINES, found;
	size_t line = text_line_of(a->t, a->at), last = line;
	size_t first = alike_lines(a->t, line, true);
	size_t other = text_line_of(a->t, a->from);

	if (line == other) {
		last = alike_lines(a->t, line, false);
		if (!more_lines(a->t, &last, a->n - 1, false))
			return false;
		if (!a->visual || !lines || first != line) {
			if (!a->visual || first != other)
				a->from = text_line_start(a->t, first);
			a->at = text_line_start(a->t, last);
			return true;
		}
	}
	/* it is added to what is selected */
	found = more_lines(a->t, &line, a->n, line < other);
	a->reach = lines ? REACH_LINES : REACH_ON;
	a->at = text_line_start(a->t, line);
	return found;
}
