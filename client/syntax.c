/* syntax.c - a lexer for a line of Python, and the states between lines. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "client/syntax.h"
#include "proto/err.h"

enum { STATE_CODE, STATE_TRIPLE_SINGLE, STATE_TRIPLE_DOUBLE };

static const char *const keywords[] = { "False", "None", "True", "and", "as",
	"assert", "async", "await", "break", "case", "class", "continue", "def",
	"del", "elif", "else", "except", "finally", "for", "from", "global",
	"if", "import", "in", "is", "lambda", "match", "nonlocal", "not", "or",
	"pass", "raise", "return", "try", "while", "with", "yield" };

struct lexer {
	const uint8_t *p;
	size_t len, at;
	uint8_t *roles;
};

/* Everything up to TO has ROLE. */
static void
paint(struct lexer *x, size_t to, uint8_t role)
{
	if (x->roles != NULL)
		memset(x->roles + x->at, role, to - x->at);
	x->at = to;
}

static int
peek(const struct lexer *x, size_t ahead)
{
	return x->at + ahead < x->len ? x->p[x->at + ahead] : -1;
}

static bool
is_word(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c >= 0x80;
}

static bool
is_digit(int c)
{
	return c >= '0' && c <= '9';
}

/* The rest of a triple-quoted string; returns the state at the line's end. */
static uint8_t
triple(struct lexer *x, uint8_t state)
{
	uint8_t quote = state == STATE_TRIPLE_SINGLE ? '\'' : '"';
	size_t i = x->at;

	for (; i < x->len; i++) {
		if (x->p[i] == '\\') {
			i++;
		} else if (x->p[i] == quote && i + 2 < x->len &&
			   x->p[i + 1] == quote && x->p[i + 2] == quote) {
			paint(x, i + 3, SYN_STRING);
			return STATE_CODE;
		}
	}
	paint(x, x->len, SYN_STRING);
	return state;
}

static uint8_t
string(struct lexer *x)
{
	uint8_t quote = x->p[x->at];
	size_t i = x->at + 1;

	if (peek(x, 1) == quote && peek(x, 2) == quote) {
		paint(x, x->at + 3, SYN_STRING);
		return triple(x,
		    quote == '\'' ? STATE_TRIPLE_SINGLE : STATE_TRIPLE_DOUBLE);
	}
	while (i < x->len && x->p[i] != quote)
		i += x->p[i] == '\\' && i + 1 < x->len ? 2 : 1;
	paint(x, i < x->len ? i + 1 : x->len, SYN_STRING);
	return STATE_CODE;
}

static bool
is_keyword(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (strlen(keywords[i]) == len &&
		    memcmp(keywords[i], p, len) == 0)
			return true;
	return false;
}

/* Letters before a quote that make it another kind of string. */
static bool
is_prefix(const uint8_t *p, size_t len)
{
	if (len == 0 || len > 2)
		return false;
	for (size_t i = 0; i < len; i++)
		if (strchr("rRbBfFuU", p[i]) == NULL)
			return false;
	return true;
}

static uint8_t
word(struct lexer *x)
{
	size_t end = x->at, after;

	while (end < x->len && is_word(x->p[end]))
		end++;
	if (end < x->len && (x->p[end] == '\'' || x->p[end] == '"') &&
	    is_prefix(x->p + x->at, end - x->at)) {
		paint(x, end, SYN_STRING);
		return string(x);
	}
	for (after = end; after < x->len && x->p[after] == ' '; after++)
		;
	if (is_keyword(x->p + x->at, end - x->at))
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

	while (end < x->len && (is_word(x->p[end]) || x->p[end] == '.'))
		end++;
	paint(x, end, SYN_NUMBER);
}

uint8_t
syntax_line(uint8_t state, const uint8_t *line, size_t len, uint8_t *roles)
{
	struct lexer x = { line, len, 0, roles };

	if (state != STATE_CODE)
		state = triple(&x, state);
	while (x.at < x.len) {
		if (x.p[x.at] == '#')
			paint(&x, x.len, SYN_COMMENT);
		else if (x.p[x.at] == '"' || x.p[x.at] == '\'')
			state = string(&x);
		else if (is_digit(x.p[x.at]) ||
			 (x.p[x.at] == '.' && is_digit(peek(&x, 1))))
			number(&x);
		else if (is_word(x.p[x.at]))
			state = word(&x);
		else
			paint(&x, x.at + 1, SYN_TEXT);
	}
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
	state = syntax_line(state, p, len, NULL);
	if (copy != small)
		free(copy);
	return state;
}

int
syntax_reset(struct syntax *s, const struct text *t)
{
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
