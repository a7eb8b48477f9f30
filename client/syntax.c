/* syntax.c - a lexer for a line of any language, and the states between lines. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "client/syntax.h"
#include "proto/err.h"

/* Beside code a line can begin in a string, 1 + its number in the language, or
 * in a comment, COMMENT and how many it is within. */
enum { STATE_CODE, STATE_COMMENT = QUOTES_MAX + 1 };
#define DEPTH_MAX (UINT8_MAX - STATE_COMMENT)
#define CHAR_MAX_BYTES 12 /* '\u{1F600}' */
#define WORD_MAX 24       /* no keyword is longer */

struct lexer {
	const struct language *l;
	const uint8_t *p;
	size_t len, at;
	uint8_t *roles;
};

/* Everything up to TO has ROLE. */
static void
paint(struct lexer *x, size_t to, uint8_t role)
{
	if (to > x->len)
		to = x->len;
	if (x->roles != NULL)
		memset(x->roles + x->at, role, to - x->at);
	x->at = to;
}

static int
peek(const struct lexer *x, size_t ahead)
{
	return x->at + ahead < x->len ? x->p[x->at + ahead] : -1;
}

/* Does S (or NULL: no) stand at AT? */
static bool
stands(const struct lexer *x, size_t at, const char *s)
{
	size_t n;

	if (s == NULL || at >= x->len || x->p[at] != (uint8_t)s[0])
		return false;
	n = strlen(s);
	return n <= x->len - at && memcmp(x->p + at, s, n) == 0;
}

static bool
is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static bool
is_word(const struct language *l, int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       is_digit(c) || c == '_' || c >= 0x80 ||
	       (c > 0 && strchr(l->word, c) != NULL);
}

/* --- what goes over lines --- */

/* The rest of a string of kind N; returns the state at the line's end. */
static uint8_t
string_rest(struct lexer *x, unsigned n)
{
	const struct quote *q = &x->l->quotes[n];
	size_t end = strlen(q->close), i = x->at;

	while (i < x->len) {
		if (x->p[i] == '\\' && !(q->flags & QUOTE_RAW)) {
			i += 2;
		} else if (!stands(x, i, q->close)) {
			i++;
		} else if ((q->flags & QUOTE_TWICE) &&
			   stands(x, i + end, q->close)) {
			i += 2 * end;
		} else {
			paint(x, i + end, SYN_STRING);
			return STATE_CODE;
		}
	}
	paint(x, x->len, SYN_STRING);
	return q->flags & QUOTE_LINES ? (uint8_t)(n + 1) : STATE_CODE;
}

/* The rest of a comment that is within DEPTH of them. */
static uint8_t
comment_rest(struct lexer *x, unsigned depth)
{
	const struct language *l = x->l;
	size_t i = x->at;

	while (i < x->len && depth > 0) {
		if (stands(x, i, l->close)) {
			depth--;
			i += strlen(l->close);
		} else if (l->nests && depth < DEPTH_MAX &&
			   stands(x, i, l->open)) {
			depth++;
			i += strlen(l->open);
		} else {
			i++;
		}
	}
	paint(x, i, SYN_COMMENT);
	return depth > 0 ? (uint8_t)(STATE_COMMENT + depth - 1) : STATE_CODE;
}

/* --- what begins somewhere --- */

/* A quote that may hold one character only, if that stands here. */
static bool
character(struct lexer *x)
{
	size_t i = x->at + 1;

	if (i < x->len && x->p[i] == '\\')
		i += 2;
	else
		i++;
	while (i < x->len && i - x->at < CHAR_MAX_BYTES &&
	       x->p[i] != x->p[x->at] &&
	       (x->p[x->at + 1] == '\\' || (x->p[i] & 0xC0) == 0x80))
		i++;
	if (i >= x->len || x->p[i] != x->p[x->at] ||
	    x->p[x->at + 1] == x->p[x->at])
		return false;
	paint(x, i + 1, SYN_STRING);
	return true;
}

/* The kind of string that begins at AT behind a PREFIX, or -1. */
static int
quote_at(const struct lexer *x, size_t at, bool prefix)
{
	const struct quote *q = x->l->quotes;

	for (int n = 0; q[n].open != NULL; n++)
		if ((!prefix || (q[n].flags & QUOTE_PREFIX)) &&
		    stands(x, at, q[n].open))
			return n;
	return -1;
}

static uint8_t
string(struct lexer *x, int n)
{
	const struct quote *q = &x->l->quotes[n];

	if (!(q->flags & QUOTE_CHAR)) {
		paint(x, x->at + strlen(q->open), SYN_STRING);
		return string_rest(x, (unsigned)n);
	}
	if (!character(x))
		paint(x, x->at + 1, SYN_TEXT);
	return STATE_CODE;
}

static int
compare(const void *key, const void *entry)
{
	return strcmp(key, *(const char *const *)entry);
}

static bool
is_keyword(const struct language *l, const uint8_t *p, size_t len)
{
	char word[WORD_MAX];
	size_t n = 0;

	if (len >= sizeof(word))
		return false;
	for (size_t i = 0; i < len; i++)
		word[i] = (char)(l->any_case && p[i] >= 'A' && p[i] <= 'Z'
				     ? p[i] + 'a' - 'A'
				     : p[i]);
	word[len] = '\0';
	while (l->keywords[n] != NULL)
		n++;
	return bsearch(word, l->keywords, n, sizeof(*l->keywords), compare) !=
	       NULL;
}

/* Letters before a quote that make it another kind of string. */
static bool
is_prefix(const struct language *l, const uint8_t *p, size_t len)
{
	if (len == 0 || len > 2)
		return false;
	for (size_t i = 0; i < len; i++)
		if (p[i] == '\0' || strchr(l->prefixes, p[i]) == NULL)
			return false;
	return true;
}

static uint8_t
word(struct lexer *x)
{
	size_t end = x->at, after;
	int n;

	while (end < x->len && is_word(x->l, x->p[end]))
		end++;
	if (is_prefix(x->l, x->p + x->at, end - x->at) &&
	    (n = quote_at(x, end, true)) >= 0) {
		paint(x, end, SYN_STRING);
		return string(x, n);
	}
	for (after = end; after < x->len && x->p[after] == ' '; after++)
		;
	if (is_keyword(x->l, x->p + x->at, end - x->at))
		paint(x, end, SYN_KEYWORD);
	else if (after < x->len && x->p[after] == '(')
		paint(x, end, SYN_CALL);
	else
		paint(x, end, SYN_TEXT);
	return STATE_CODE;
}

static void
number(struct lexer *x)
{
	size_t end = x->at;

	while (end < x->len && (is_digit(x->p[end]) || x->p[end] == '.' ||
				   is_word(x->l, x->p[end])))
		end++;
	paint(x, end, SYN_NUMBER);
}

/* Does a comment to the line's end begin here? */
static bool
comment_begins(const struct lexer *x)
{
	if (!stands(x, x->at, x->l->comment))
		return false;
	return !x->l->comment_apart || x->at == 0 ||
	       strchr(" \t;&|(", x->p[x->at - 1]) != NULL;
}

static uint8_t
token(struct lexer *x)
{
	const struct language *l = x->l;
	int n;

	if (comment_begins(x)) {
		paint(x, x->len, SYN_COMMENT);
	} else if (stands(x, x->at, l->open) &&
		   (!l->open_first || x->at == 0)) {
		paint(x, x->at + strlen(l->open), SYN_COMMENT);
		return comment_rest(x, 1);
	} else if ((n = quote_at(x, x->at, false)) >= 0) {
		return string(x, n);
	} else if (is_digit(peek(x, 0)) ||
		   (peek(x, 0) == '.' && is_digit(peek(x, 1)))) {
		number(x);
	} else if (is_word(l, peek(x, 0))) {
		return word(x);
	} else {
		paint(x, x->at + 1, SYN_TEXT);
	}
	return STATE_CODE;
}

/* "#include" and its like, where a line begins with it. */
static void
directive(struct lexer *x)
{
	size_t i = 0;

	while (i < x->len && (x->p[i] == ' ' || x->p[i] == '\t'))
		i++;
	if (i == x->len || x->p[i] != '#')
		return;
	for (i++; i < x->len && x->p[i] == ' '; i++)
		;
	while (i < x->len && is_word(x->l, x->p[i]))
		i++;
	paint(x, i, SYN_KEYWORD);
}

uint8_t
syntax_line(const struct language *l, uint8_t state, const uint8_t *line,
    size_t len, uint8_t *roles)
{
	struct lexer x = { l, line, len, 0, roles };

	if (state >= STATE_COMMENT)
		state = comment_rest(&x, state - STATE_COMMENT + 1u);
	else if (state != STATE_CODE)
		state = string_rest(&x, state - 1u);
	else if (l->directives)
		directive(&x);
	if (l->keywords[0] == NULL) /* no language at all */
		paint(&x, len, SYN_TEXT);
	while (x.at < x.len)
		state = token(&x);
	return state;
}

/* --- states between lines --- */

void
syntax_release(struct syntax *s)
{
	free(s->states);
	memset(s, 0, sizeof(*s));
}

static int
reserve(struct syntax *s, size_t lines)
{
	size_t cap = s->cap > 0 ? s->cap : 256;
	uint8_t *p;

	while (cap < lines)
		cap *= 2;
	if (cap == s->cap)
		return 0;
	if ((p = realloc(s->states, cap)) == NULL)
		return CS_ENOMEM;
	s->states = p;
	s->cap = cap;
	return 0;
}

/* The state after LINE. */
static uint8_t
lex(const struct syntax *s, const struct text *t, size_t line)
{
	uint8_t small[1024], *copy = small, state = s->states[line];
	size_t start = text_line_start(t, line), len, whole;
	const uint8_t *p = text_span(t, start, &whole);

	len = text_line_end(t, line) - start;
	if (whole < len) { /* it lies across the gap */
		if (len > sizeof(small) && (copy = malloc(len)) == NULL)
			return state;
		text_copy(t, start, len, copy);
		p = copy;
	}
	state = syntax_line(s->language, state, p, len, NULL);
	if (copy != small)
		free(copy);
	return state;
}

int
syntax_reset(struct syntax *s, const struct language *l, const struct text *t)
{
	s->language = l;
	s->lines = 1;
	if (reserve(s, 1) < 0)
		return CS_ENOMEM;
	s->states[0] = STATE_CODE;
	return syntax_changed(s, t, 0, text_line_count(t) - 1);
}

int
syntax_changed(
    struct syntax *s, const struct text *t, size_t first, size_t last)
{
	size_t lines = text_line_count(t), old_lines = s->lines, from, to;
	uint8_t state;

	if (reserve(s, lines) < 0)
		return CS_ENOMEM;
	/* the lines after the last one keep what they had */
	to = last + 1;
	from = to + old_lines;
	from = from >= lines ? from - lines : 0;
	if (to < lines && from < old_lines)
		memmove(s->states + to, s->states + from, lines - to);
	s->lines = lines;
	for (size_t line = first; line + 1 < lines; line++) {
		state = lex(s, t, line);
		if (line >= last && s->states[line + 1] == state)
			break;
		s->states[line + 1] = state;
	}
	return 0;
}

uint8_t
syntax_state(const struct syntax *s, size_t line)
{
	return line < s->lines ? s->states[line] : STATE_CODE;
}
