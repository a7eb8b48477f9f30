/* line.c - one line that is being typed. */
#include <string.h>

#include "client/line.h"
#include "proto/utf8.h"

void
line_clear(struct line *l)
{
	l->len = l->at = 0;
}

/* The start of the cluster before AT. */
static size_t
before(const struct line *l, size_t at)
{
	size_t pos = 0, n;

	while (pos < at &&
	       (n = utf8_cluster(l->text + pos, l->len - pos), pos + n < at))
		pos += n;
	return pos;
}

static size_t
after(const struct line *l, size_t at)
{
	return at < l->len ? at + utf8_cluster(l->text + at, l->len - at) : at;
}

/* The start of the word before AT, as blanks separate them. */
static size_t
word_before(const struct line *l, size_t at)
{
	while (at > 0 && l->text[at - 1] == ' ')
		at--;
	while (at > 0 && l->text[at - 1] != ' ')
		at--;
	return at;
}

/* The end of the word behind AT. */
static size_t
word_after(const struct line *l, size_t at)
{
	while (at < l->len && l->text[at] == ' ')
		at++;
	while (at < l->len && l->text[at] != ' ')
		at++;
	return at;
}

static void
cut(struct line *l, size_t from, size_t to)
{
	memmove(l->text + from, l->text + to, l->len - to);
	l->len -= to - from;
	l->at = from;
}

static void
backspace(struct line *l)
{
	cut(l, before(l, l->at), l->at);
}

static void delete (struct line *l)
{
	cut(l, l->at, after(l, l->at));
}

static void
delete_word(struct line *l)
{
	cut(l, word_before(l, l->at), l->at);
}

static void
delete_word_after(struct line *l)
{
	cut(l, l->at, word_after(l, l->at));
}

static void
delete_start(struct line *l)
{
	cut(l, 0, l->at);
}

static void
left(struct line *l)
{
	l->at = before(l, l->at);
}

static void
right(struct line *l)
{
	l->at = after(l, l->at);
}

static void
word_left(struct line *l)
{
	l->at = word_before(l, l->at);
}

static void
word_right(struct line *l)
{
	l->at = word_after(l, l->at);
}

static void
home(struct line *l)
{
	l->at = 0;
}

static void
end_of_line(struct line *l)
{
	l->at = l->len;
}

/* clang-format off */
static const struct {
	const char *keys;
	void (*fn)(struct line *l);
} table[] = {
	{ "Backspace",		backspace },
	{ "Delete",		delete },
	{ "C-w M-Backspace",	delete_word },
	{ "C-u",		delete_start },
	{ "Left",		left },
	{ "Right",		right },
	{ "M-d",		delete_word_after },
	{ "C-Left M-Left M-b",	word_left },
	{ "C-Right M-Right M-f", word_right },
	{ "Home C-a",		home },
	{ "End C-e",		end_of_line },
};
/* clang-format on */

bool
line_key(struct line *l, const struct key *key)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (key_is_one_of(key, table[i].keys)) {
			table[i].fn(l);
			return true;
		}
	return false;
}

bool
line_type(struct line *l, size_t max, uint32_t cp)
{
	uint8_t utf[4];
	int n = utf8_encode(cp, utf);

	if (n <= 0)
		return true;
	if (l->len + (size_t)n > max)
		return false;
	memmove(l->text + l->at + n, l->text + l->at, l->len - l->at);
	memcpy(l->text + l->at, utf, (size_t)n);
	l->len += (size_t)n;
	l->at += (size_t)n;
	return true;
}

bool
line_paste(struct line *l, size_t max, const uint8_t *text, size_t len)
{
	struct line before = *l;
	uint32_t cp;
	int n;

	for (; len > 0; text += n, len -= (size_t)n) {
		if ((n = utf8_decode(text, len, &cp)) <= 0)
			return true;
		if (line_type(l, max, cp == '\n' ? ' ' : cp))
			continue;
		*l = before;
		return false;
	}
	return true;
}

/* The first byte that is shown in COLS columns, so that the caret is seen; *X
 * gets the caret's column. */
static size_t
first_seen(const struct line *l, int cols, int *x)
{
	const uint8_t *p = (const uint8_t *)l->text;
	size_t from = 0, n;
	int width = 0;

	for (size_t at = 0; at < l->at; at += n) {
		n = utf8_cluster(p + at, l->len - at);
		width += grid_cluster_cols(p + at, n);
	}
	for (; width >= cols && from < l->at; from += n) {
		n = utf8_cluster(p + from, l->len - from);
		width -= grid_cluster_cols(p + from, n);
	}
	*x = width;
	return from;
}

void
line_draw(const struct line *l, struct grid *g, int x, int y, int end,
    uint8_t paint, bool focus)
{
	int caret;
	size_t from = first_seen(l, end - x, &caret);

	grid_put(g, x, y, end, l->text + from, l->len - from, paint, 0);
	if (from > 0)
		grid_puts(g, x - 1, y, end, "<", PAINT_DIM, CELL_BOLD);
	if (!focus)
		return;
	g->cursor = true;
	g->cursor_x = x + caret;
	g->cursor_y = y;
}
