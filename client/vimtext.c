/* vimtext.c - the text as vim sees it. */
#include <string.h>

#include "client/place.h"
#include "client/vimtext.h"
#include "proto/utf8.h"

/* --- places --- */

/* Beyond ASCII all is part of words but these. */
static const struct {
	uint32_t from, to;
} punctuation[] = {
	{ 0xA1, 0xBF },     /* Latin */
	{ 0x2000, 0x206F }, /* general */
	{ 0x2190, 0x2BFF }, /* arrows, mathematics, symbols */
	{ 0x3001, 0x3020 }, /* ideographic */
	{ 0xFF01, 0xFF0F }, /* wide */
};

static enum sort
sort_of(uint32_t cp)
{
	for (size_t i = 0; i < sizeof(punctuation) / sizeof(punctuation[0]);
	     i++)
		if (cp >= punctuation[i].from && cp <= punctuation[i].to)
			return PUNCT;
	return WORD;
}

enum sort
vimtext_sort(const struct text *t, size_t pos)
{
	int c = text_byte(t, pos);

	if (c == -1 || c == ' ' || c == '\t' || c == '\n')
		return BLANK;
	if (c >= 0x80)
		return sort_of(vimtext_char(t, pos));
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		       (c >= 'a' && c <= 'z')
		   ? WORD
		   : PUNCT;
}

uint32_t
vimtext_char(const struct text *t, size_t pos)
{
	size_t len = text_len(t) - pos;
	uint8_t utf[4];
	uint32_t cp;

	len = len < sizeof(utf) ? len : sizeof(utf);
	if (text_copy(t, pos, len, utf) < 0 || utf8_decode(utf, len, &cp) <= 0)
		return 0;
	return cp;
}

size_t
vimtext_start(const struct text *t, size_t pos)
{
	return text_line_start(t, text_line_of(t, pos));
}

size_t
vimtext_end(const struct text *t, size_t pos)
{
	return text_line_end(t, text_line_of(t, pos));
}

size_t
vimtext_last(const struct text *t)
{
	return text_line_count(t) - 1;
}

bool
vimtext_is_end(const struct text *t, size_t pos)
{
	int c = text_byte(t, pos);

	return c == -1 || c == '\n';
}

bool
vimtext_is_empty(const struct text *t, size_t pos)
{
	return vimtext_is_end(t, pos) && vimtext_start(t, pos) == pos;
}

bool
vimtext_is_blank(const struct text *t, size_t line)
{
	return place_indent(t, line) == text_line_end(t, line);
}

/* One character on: what that meant. */
enum step { STEP_NONE, STEP_SAME, STEP_END, STEP_LINE };

static enum step
step(const struct text *t, size_t *pos)
{
	bool end = vimtext_is_end(t, *pos);

	if (*pos >= text_len(t))
		return STEP_NONE;
	*pos = text_next(t, *pos);
	if (end)
		return STEP_LINE;
	return vimtext_is_end(t, *pos) ? STEP_END : STEP_SAME;
}

bool
vimtext_on(const struct text *t, size_t *pos)
{
	enum step s = step(t, pos);

	return (s == STEP_END ? step(t, pos) : s) != STEP_NONE;
}

bool
vimtext_back(const struct text *t, size_t *pos)
{
	if (*pos == 0)
		return false;
	*pos = text_prev(t, *pos);
	if (vimtext_is_end(t, *pos) && !vimtext_is_empty(t, *pos))
		*pos = text_prev(t, *pos);
	return true;
}

/* --- words --- */

bool
vimtext_next_word(const struct text *t, size_t *pos, bool last)
{
	bool bottom = text_line_of(t, *pos) == vimtext_last(t);
	enum sort sort = vimtext_sort(t, *pos);
	enum step s = step(t, pos);

	if (s == STEP_NONE || (s >= STEP_END && bottom))
		return false;
	if (s >= STEP_END && last)
		return true;
	while (sort != BLANK && vimtext_sort(t, *pos) == sort) {
		s = step(t, pos);
		if (s == STEP_NONE || (s >= STEP_END && last))
			return s != STEP_NONE;
	}
	while (vimtext_sort(t, *pos) == BLANK && !vimtext_is_empty(t, *pos)) {
		s = step(t, pos);
		if (s == STEP_NONE || (s >= STEP_END && last))
			return s != STEP_NONE;
	}
	return true;
}

bool
vimtext_word_end(const struct text *t, size_t *pos, unsigned flags)
{
	enum sort sort = vimtext_sort(t, *pos);

	if (step(t, pos) == STEP_NONE)
		return false;
	if (sort == BLANK || vimtext_sort(t, *pos) != sort) {
		if ((flags & VIMTEXT_STAY) && sort != BLANK) {
			*pos = text_prev(t, *pos);
			return true;
		}
		while (vimtext_sort(t, *pos) == BLANK) {
			if ((flags & VIMTEXT_EMPTY) &&
			    vimtext_is_empty(t, *pos))
				return true;
			if (step(t, pos) == STEP_NONE)
				return false;
		}
		sort = vimtext_sort(t, *pos);
	}
	while (vimtext_sort(t, *pos) == sort)
		if (step(t, pos) == STEP_NONE)
			return false;
	*pos = text_prev(t, *pos);
	return true;
}

bool
vimtext_word_back(const struct text *t, size_t *pos)
{
	enum sort sort;

	if (*pos == 0)
		return false;
	*pos = text_prev(t, *pos);
	while (vimtext_sort(t, *pos) == BLANK && !vimtext_is_empty(t, *pos)) {
		if (*pos == 0)
			return true;
		*pos = text_prev(t, *pos);
	}
	sort = vimtext_sort(t, *pos);
	while (sort != BLANK && *pos > 0 &&
	       vimtext_sort(t, text_prev(t, *pos)) == sort)
		*pos = text_prev(t, *pos);
	return true;
}

size_t
vimtext_word_before(const struct text *t, size_t pos)
{
	size_t start = vimtext_start(t, pos);
	enum sort sort;

	if (pos == start)
		return text_prev(t, pos);
	while (pos > start && vimtext_sort(t, text_prev(t, pos)) == BLANK)
		pos = text_prev(t, pos);
	if (pos == start)
		return pos;
	sort = vimtext_sort(t, text_prev(t, pos));
	while (pos > start && vimtext_sort(t, text_prev(t, pos)) == sort)
		pos = text_prev(t, pos);
	return pos;
}

size_t
vimtext_alike(const struct text *t, size_t pos, size_t end)
{
	enum sort sort = vimtext_sort(t, pos);

	while (pos < end && vimtext_sort(t, pos) == sort)
		pos = text_next(t, pos);
	return pos;
}

size_t
vimtext_alike_before(const struct text *t, size_t pos, size_t start)
{
	enum sort sort = vimtext_sort(t, pos);

	while (pos > start && vimtext_sort(t, text_prev(t, pos)) == sort)
		pos = text_prev(t, pos);
	return pos;
}

/* --- brackets --- */

static const char brackets[] = "()[]{}";

int
vimtext_bracket(int c)
{
	const char *at = memchr(brackets, c, sizeof(brackets) - 1);

	return c >= 0 && at != NULL ? (int)(at - brackets) : -1;
}

int
vimtext_pair(int bracket)
{
	return brackets[vimtext_bracket(bracket) ^ 1];
}

bool
vimtext_other(const struct text *t, size_t pos, size_t *other)
{
	int c, depth = 0, i = vimtext_bracket(text_byte(t, pos));
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
