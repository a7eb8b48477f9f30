/* find.c - finding, replacing, going to a line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/change.h"
#include "client/command.h"
#include "client/find.h"
#include "client/vim.h"
#include "proto/utf8.h"

#define NOWHERE SIZE_MAX
#define FIELD_COLS 9 /* of what is typed, at least */
#define COUNT_COLS 9

/* --- looking through the text --- */

/* The text in one piece, and what is looked for, in one case if none matters.
 * Those that are found follow each other from the start and do not overlap. */
struct search {
	uint8_t *text; /* owned */
	size_t text_len, len;
	bool word;
	uint8_t what[FIND_MAX];
};

/* Eight bytes at a time: a text of 1 MiB is folded with each key. */
static uint64_t
fold_word(uint64_t w)
{
	const uint64_t each = 0x0101010101010101, low = 0x7F * each;
	uint64_t from_a = (w & low) + (0x80 - 'A') * each;
	uint64_t after_z = (w & low) + (0x7F - 'Z') * each;

	/* the high bit of each byte that is a capital, as 0x20 */
	return w | ((from_a ^ after_z) & ~w & ~low) >> 2;
}

static void
fold(uint8_t *p, size_t len)
{
	uint64_t w;
	size_t n;

	for (; len > 0; p += n, len -= n) {
		n = len < sizeof(w) ? len : sizeof(w);
		w = 0;
		memcpy(&w, p, n);
		w = fold_word(w);
		memcpy(p, &w, n);
	}
}

/* False: there is nothing to look for, or no memory. */
static bool
search_init(struct search *s, const struct editor *e)
{
	const struct text *t = editor_text(e);
	const struct line *what = &e->find.what;

	s->len = what->len;
	s->word = e->find.word;
	s->text_len = text_len(t);
	if (s->len == 0 || (s->text = malloc(s->text_len + 1)) == NULL)
		return false;
	text_copy(t, 0, s->text_len, s->text);
	memcpy(s->what, what->text, s->len);
	if (!e->find.exact) {
		fold(s->text, s->text_len);
		fold(s->what, s->len);
	}
	return true;
}

static void
search_release(struct search *s)
{
	free(s->text);
}

static bool
is_word(uint8_t c)
{
	return c >= 0x80 || c == '_' || (c >= '0' && c <= '9') ||
	       (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Does no part of a word stand beside what is at POS? */
static bool
stands_alone(const struct search *s, size_t pos)
{
	size_t end = pos + s->len;

	return (pos == 0 || !is_word(s->text[pos - 1])) &&
	       (end == s->text_len || !is_word(s->text[end]));
}

/* The first from POS on, or NOWHERE. By its first byte, which is faster than
 * memmem where the text is a program. */
static size_t
search_from(const struct search *s, size_t pos)
{
	const uint8_t *at;
	size_t left;

	for (; pos + s->len <= s->text_len; pos++) {
		left = s->text_len - pos - s->len + 1;
		if ((at = memchr(s->text + pos, s->what[0], left)) == NULL)
			break;
		pos = (size_t)(at - s->text);
		if (memcmp(at, s->what, s->len) == 0 &&
		    (!s->word || stands_alone(s, pos)))
			return pos;
	}
	return NOWHERE;
}

/* The first of all at POS or after it, else the first of all. */
static size_t
search_next(const struct search *s, size_t pos)
{
	size_t first = search_from(s, 0), at = first;

	while (at != NOWHERE && at < pos)
		at = search_from(s, at + s->len);
	return at != NOWHERE ? at : first;
}

/* The last one before POS, else the last of all. */
static size_t
search_previous(const struct search *s, size_t pos)
{
	size_t before = NOWHERE, last = NOWHERE;

	for (size_t at = search_from(s, 0); at != NOWHERE;
	     at = search_from(s, at + s->len)) {
		before = at < pos ? at : before;
		last = at;
	}
	return before != NOWHERE ? before : last;
}

/* How often it is there, and the how-manieth the one at FROM is. */
static struct find_count
count_at(const struct editor *e, size_t from)
{
	struct find_count c = { 0, 0 };
	struct search s;

	if (!search_init(&s, e))
		return c;
	for (size_t at = search_from(&s, 0); at != NOWHERE;
	     at = search_from(&s, at + s.len)) {
		c.n++;
		if (at == from)
			c.at = c.n;
	}
	search_release(&s);
	return c;
}

struct find_count
find_count(const struct editor *e)
{
	struct span span = select_span(e);

	return count_at(
	    e, span.to - span.from == e->find.what.len ? span.from : NOWHERE);
}

void
find_say_count(struct editor *e, size_t at, bool back)
{
	const struct line *what = &e->find.what;
	struct find_count c = count_at(e, at);

	editor_say(e, TOAST_ANSWER, "%zu/%zu  %c%.*s", c.at, c.n,
	    back ? '?' : '/', (int)what->len, what->text);
}

/* --- going there --- */

/* What was found at AT is selected; false if it is nowhere. */
static bool
show(struct editor *e, size_t at)
{
	if (at == NOWHERE)
		return false;
	e->mark = false;
	select_set(e, at, at + e->find.what.len);
	return true;
}

static bool
go_next(struct editor *e, size_t pos)
{
	struct search s;
	size_t at;

	if (!search_init(&s, e))
		return false;
	at = search_next(&s, pos);
	search_release(&s);
	return show(e, at);
}

static bool
go_previous(struct editor *e, size_t pos)
{
	struct search s;
	size_t at;

	if (!search_init(&s, e))
		return false;
	at = search_previous(&s, pos);
	search_release(&s);
	return show(e, at);
}

/* Where the one after what is selected may begin. */
static size_t
after(const struct editor *e)
{
	return select_any(e) ? select_span(e).from + 1 : select_head(e);
}

void
find_say_none(struct editor *e)
{
	const struct line *what = &e->find.what;

	if (what->len == 0)
		editor_say(e, TOAST_ANSWER, "Nothing to find yet - ^F finds");
	else
		editor_say(e, TOAST_ANSWER, "Not found: %.*s", (int)what->len,
		    what->text);
}

void
find_next(struct editor *e)
{
	if (!go_next(e, after(e)))
		find_say_none(e);
}

void
find_previous(struct editor *e)
{
	if (!go_previous(e, select_span(e).from))
		find_say_none(e);
}

bool
find_seek(const struct editor *e, size_t pos, bool back, size_t *at)
{
	size_t first, before = NOWHERE, last = NOWHERE;
	struct search s;

	if (!search_init(&s, e))
		return false;
	first = search_from(&s, 0);
	if (!back) {
		*at = search_from(&s, pos + 1);
		*at = *at != NOWHERE ? *at : first;
	} else {
		for (size_t i = first; i != NOWHERE;
		     i = search_from(&s, i + 1)) {
			before = i < pos ? i : before;
			last = i;
		}
		*at = before != NOWHERE ? before : last;
	}
	search_release(&s);
	return first != NOWHERE;
}

bool
find_set_word(struct editor *e, size_t from, size_t to)
{
	struct line *what = &e->find.what;

	if (to - from > FIND_MAX)
		return false;
	text_copy(editor_text(e), from, to - from, what->text);
	what->len = what->at = to - from;
	e->find.exact = e->find.word = true;
	return true;
}

/* --- the bar --- */

/* What is selected within a line is what to look for. */
static void
take_selection(struct editor *e)
{
	const struct text *t = editor_text(e);
	struct span s = select_span(e);
	struct line *what = &e->find.what;

	if (s.from == s.to || s.to - s.from > FIND_MAX ||
	    text_line_of(t, s.from) != text_line_of(t, s.to))
		return;
	text_copy(t, s.from, s.to - s.from, what->text);
	what->len = what->at = s.to - s.from;
}

void
find_open_bar(struct editor *e, enum bar bar)
{
	struct find *f = &e->find;

	f->bar = bar;
	f->from = select_span(e).from;
	f->in_with = false;
	f->old = true;
	f->word = false;
	line_clear(&f->with);
	e->mark = e->line.hands_off = false;
}

void
find_open(struct editor *e)
{
	take_selection(e);
	find_open_bar(e, BAR_FIND);
}

void
find_replace(struct editor *e)
{
	if (!change_allowed(e))
		return;
	take_selection(e);
	find_open_bar(e, BAR_REPLACE);
}

void
find_line(struct editor *e)
{
	line_clear(&e->find.number);
	find_open_bar(e, BAR_LINE);
}

void
find_close(struct editor *e)
{
	e->find.bar = BAR_NONE;
}

/* --- its keys --- */

static bool
is_vims(const struct find *f)
{
	return f->bar == BAR_SEARCH || f->bar == BAR_EX;
}

static struct line *
field(struct editor *e)
{
	struct find *f = &e->find;

	if (f->bar == BAR_LINE)
		return &f->number;
	if (is_vims(f))
		return &f->ex;
	return f->in_with ? &f->with : &f->what;
}

/* What is looked for is another: the first from where the caret was. */
static void
look(struct editor *e)
{
	struct find *f = &e->find;
	size_t len = text_len(editor_text(e));

	f->old = false;
	if (f->bar == BAR_LINE || is_vims(f) || f->in_with ||
	    go_next(e, f->from))
		return;
	while (f->from > len || !text_is_boundary(editor_text(e), f->from))
		f->from--; /* others have changed the text meanwhile */
	select_set(e, f->from, f->from);
}

static void
next(struct editor *e)
{
	if (go_next(e, after(e)))
		e->find.from = select_span(e).from;
}

static void
previous(struct editor *e)
{
	if (go_previous(e, select_span(e).from))
		e->find.from = select_span(e).from;
}

static void
go_to_line(struct editor *e)
{
	const struct text *t = editor_text(e);
	const struct line *number = &e->find.number;
	size_t line = 0, last = text_line_count(t);

	find_close(e);
	for (size_t i = 0; i < number->len; i++)
		line = line * 10 + (size_t)(number->text[i] - '0');
	if (line > last)
		editor_say(e, TOAST_ANSWER, "The last line is line %zu", last);
	if (line > 0)
		select_go(
		    e, text_line_start(t, line > last ? last - 1 : line - 1));
}

static void
replace_this(struct editor *e)
{
	const struct line *with = &e->find.with;

	if (find_count(e).at == 0) { /* it is to be seen before */
		next(e);
		return;
	}
	peer_undo_break(e->peer);
	if (!change_selected(e, with->text, with->len, 0))
		find_close(e); /* it was said why */
	else
		go_next(e, select_head(e));
}

/* The operation that replaces all of them. */
static size_t
build_all(const struct editor *e, const struct search *s, struct op *op)
{
	const struct line *with = &e->find.with;
	size_t done = 0, n = 0;

	for (size_t at = search_from(s, 0); at != NOWHERE;
	     at = search_from(s, at + s->len)) {
		op_skip(op, at - done);
		op_delete(op, s->len);
		op_insert(op, with->text, with->len);
		done = at + s->len;
		n++;
	}
	return n;
}

/* The next one that is in S from AT on, or NOWHERE. */
static size_t
next_in(const struct search *s, struct span span, size_t at)
{
	at = search_from(s, at);
	return at != NOWHERE && at + s->len <= span.to ? at : NOWHERE;
}

size_t
find_replace_in(struct editor *e, struct span span, bool all, const char *with,
    size_t len, size_t *lines)
{
	const struct text *t = editor_text(e);
	size_t done = 0, n = 0, line = NOWHERE, at;
	struct search s;
	struct op op;

	*lines = 0;
	if (!search_init(&s, e)) {
		find_say_none(e);
		return 0;
	}
	op_init(&op);
	for (at = next_in(&s, span, span.from); at != NOWHERE;
	     at = next_in(&s, span, at + s.len)) {
		if (text_line_of(t, at) == line && !all)
			continue;
		*lines += text_line_of(t, at) != line;
		line = text_line_of(t, at);
		op_skip(&op, at - done);
		op_delete(&op, s.len);
		op_insert(&op, with, len);
		done = at + s.len;
		n++;
	}
	search_release(&s);
	if (n == 0) {
		find_say_none(e);
		op_release(&op);
		return 0;
	}
	at = text_line_start(t, line);
	at = op_move_pos(&op, at, false);
	return change_alone(e, &op, 0, at, at) ? n : 0;
}

static void
replace_all(struct editor *e)
{
	struct search s;
	struct op op;
	size_t n, head;

	if (!search_init(&s, e))
		return;
	op_init(&op);
	n = build_all(e, &s, &op);
	search_release(&s);
	head = op_move_pos(&op, select_head(e), true);
	find_close(e);
	if (n == 0) {
		find_say_none(e);
		op_release(&op);
		return;
	}
	if (change_alone(e, &op, 0, head, head))
		editor_say(
		    e, TOAST_ANSWER, "Replaced: %zu - ^Z takes it back", n);
}

static void
enter(struct editor *e)
{
	struct find *f = &e->find;

	if (f->bar == BAR_LINE)
		go_to_line(e);
	else if (f->bar == BAR_FIND)
		next(e);
	else if (f->in_with)
		replace_this(e);
	else
		f->in_with = true;
}

static void
other_field(struct editor *e)
{
	if (e->find.bar == BAR_REPLACE)
		e->find.in_with = !e->find.in_with;
}

/* From finding to replacing what was found. */
static void
to_replace(struct editor *e)
{
	if (e->find.bar == BAR_LINE)
		return;
	if (!change_allowed(e)) {
		find_close(e);
		return;
	}
	e->find.bar = BAR_REPLACE;
	e->find.in_with = e->find.what.len > 0;
}

static void
all(struct editor *e)
{
	if (e->find.bar == BAR_REPLACE)
		replace_all(e);
}

static void
change_case(struct editor *e)
{
	bool old = e->find.old;

	e->find.exact = !e->find.exact;
	look(e);
	e->find.old = old;
}

/* clang-format off */
static const struct key_fn table[] = {
	{ "Enter",		enter },
	{ "Down F3 C-f",	next },
	{ "Up S-F3",		previous },
	{ "Tab S-Tab",		other_field },
	{ "C-r C-\\",		to_replace },
	{ "M-a",		all },
	{ "M-c",		change_case },
	{ "Esc",		find_close },
};
/* clang-format on */

/* What was looked for before is there, and goes when something else is typed. */
static void
type(struct editor *e, uint32_t cp)
{
	struct line *l = field(e);
	bool number = e->find.bar == BAR_LINE;

	if (number && (cp < '0' || cp > '9'))
		return;
	if (e->find.old && !e->find.in_with)
		line_clear(l);
	line_type(l, number ? FIND_DIGITS : FIND_MAX, cp);
}

/* Its first line, as much as fits. */
static void
paste(struct editor *e, const struct key *key)
{
	const uint8_t *p = key->text;
	size_t len = key->len;
	uint32_t cp;
	int n;

	for (; len > 0 && *p != '\n'; p += n, len -= (size_t)n) {
		if ((n = utf8_decode(p, len, &cp)) <= 0)
			return;
		type(e, cp);
		e->find.old = false;
	}
}

bool
find_key(struct editor *e, const struct key *key)
{
	if (is_vims(&e->find)
		? vimline_key(e, key)
		: key_fn_press(table, sizeof(table) / sizeof(table[0]), e, key))
		return true;
	if (key_is_typed(key))
		type(e, key->cp);
	else if (key->code == K_PASTE)
		paste(e, key);
	else if (!line_key(field(e), key))
		return false;
	look(e);
	return true;
}

/* --- what it looks like --- */

/* A key and what it does; the highest ranks go first where it is narrow. */
struct bar_hint {
	const char *words;
	int rank;
};

static const struct bar_hint find_hints[] = { { "Enter Next", 0 },
	{ "\xE2\x86\x91 Previous", 3 }, { "^R Replace", 2 }, { "M-c Case", 4 },
	{ "Esc", 1 }, { NULL, 0 } };
static const struct bar_hint exact_hints[] = { { "Enter Next", 0 },
	{ "\xE2\x86\x91 Previous", 3 }, { "^R Replace", 2 },
	{ "M-c Any case", 4 }, { "Esc", 1 }, { NULL, 0 } };
static const struct bar_hint what_hints[] = { { "Enter With", 0 },
	{ "\xE2\x86\x93 Next", 3 }, { "M-a All", 2 }, { "Esc", 1 },
	{ NULL, 0 } };
static const struct bar_hint with_hints[] = { { "Enter This", 0 },
	{ "\xE2\x86\x93 Skip", 3 }, { "M-a All", 2 }, { "Tab Field", 4 },
	{ "Esc", 1 }, { NULL, 0 } };
static const struct bar_hint vim_hints[] = { { "Enter Do", 0 }, { "Esc", 1 },
	{ NULL, 0 } };
static const struct bar_hint line_hints[] = { { "Enter Go", 0 }, { "Esc", 1 },
	{ NULL, 0 } };

/* Those up to RANK from column X on, or measured without G; returns the column
 * after them. */
static int
put_hints(struct grid *g, int x, int y, const struct bar_hint *h, int rank)
{
	struct spot spot = { .y = y, .kind = SPOT_KEY };

	for (; h->words != NULL; h++) {
		if (h->rank > rank)
			continue;
		spot.x = x + 2;
		x = spot.end = spot.x + grid_width(h->words);
		if (g == NULL)
			continue;
		grid_puts(g, spot.x, y, g->cols, h->words, PAINT_KEY, 0);
		spot.key = h->words; /* it begins with the key */
		grid_spot(g, &spot);
	}
	return x;
}

/* As many of H as fit in COLS columns at the end of row Y; returns where they
 * begin. */
static int
draw_hints(struct grid *g, int y, int cols, const struct bar_hint *h)
{
	int rank = 4, x;

	while (rank >= 0 && put_hints(NULL, 0, y, h, rank) > cols)
		rank--;
	x = g->cols - put_hints(NULL, 0, y, h, rank);
	put_hints(g, x, y, h, rank);
	return x;
}

static const struct bar_hint *
hints_of(const struct find *f)
{
	if (is_vims(f))
		return vim_hints;
	if (f->bar == BAR_LINE)
		return line_hints;
	if (f->bar == BAR_REPLACE)
		return f->in_with ? with_hints : what_hints;
	return f->exact ? exact_hints : find_hints;
}

static const char *
bar_name(const struct editor *e)
{
	switch (e->find.bar) {
	case BAR_LINE:
		return "Line: ";
	case BAR_SEARCH:
		return e->vim.asked_back ? "?" : "/";
	case BAR_EX:
		return ":";
	default:
		return "Find: ";
	}
}

static void
draw_fields(const struct editor *e, struct grid *g, int y, int end)
{
	const struct find *f = &e->find;
	bool both = f->bar == BAR_REPLACE;
	int x = grid_puts(g, 1, y, end, bar_name(e), PAINT_EVENT, CELL_BOLD);
	int half = both ? x + (end - x) / 2 - 3 : end;

	line_draw(is_vims(f)           ? &f->ex
		  : f->bar == BAR_LINE ? &f->number
				       : &f->what,
	    g, x, y, half, PAINT_EVENT, !f->in_with);
	if (!both)
		return;
	x = grid_puts(g, half, y, end, " With: ", PAINT_EVENT, CELL_BOLD);
	line_draw(&f->with, g, x, y, end, PAINT_EVENT, f->in_with);
}

/* " Find: seen_         2/4    Enter Next  ^ Previous  ^R Replace" */
void
find_draw(const struct editor *e, struct grid *g, int y)
{
	const struct find *f = &e->find;
	int least = f->bar == BAR_REPLACE ? 2 * (6 + FIELD_COLS) : FIELD_COLS;
	struct find_count c = { 0, 0 };
	char count[64] = "";
	int end;

	if (f->bar == BAR_LINE)
		snprintf(count, sizeof(count), "1-%zu",
		    text_line_count(editor_text(e)));
	else if (!is_vims(f)) {
		c = find_count(e);
		snprintf(count, sizeof(count), "%zu/%zu", c.at, c.n);
	}
	end = draw_hints(g, y, g->cols - 7 - least - COUNT_COLS, hints_of(f));
	end -= COUNT_COLS;
	grid_puts(g, end + 1, y, end + COUNT_COLS, count, PAINT_EVENT, 0);
	draw_fields(e, g, y, end);
}
