/* seen.c - what somebody sees of a terminal's bytes. */
#include <string.h>

#include "tests/bench/seen.h"

enum { PLAIN, ESCAPE, CONTROL, STRING, STRING_ESCAPE, SKIP_ONE };

static void
printed(struct seen *s, char c)
{
	if (c == ' ')
		return;
	if (s->len == SEEN_MAX - 1) { /* keep the newer half */
		s->len = SEEN_MAX / 2;
		memmove(s->text, s->text + SEEN_MAX - 1 - s->len, s->len);
	}
	s->text[s->len++] = c;
	s->text[s->len] = '\0';
}

/* Enough of ECMA-48 to tell text from everything else. */
static void
feed(struct seen *s, unsigned char c)
{
	switch (s->state) {
	case PLAIN:
		if (c == 0x1B)
			s->state = ESCAPE;
		else if (c >= 0x20 && c != 0x7F)
			printed(s, (char)c);
		break;
	case ESCAPE:
		s->state = c == '['                           ? CONTROL
			   : c == ']' || c == 'P' || c == '_' ? STRING
			   : strchr("()*+#%", c) != NULL      ? SKIP_ONE
							      : PLAIN;
		break;
	case CONTROL:
		if (c >= 0x40 && c <= 0x7E)
			s->state = PLAIN;
		break;
	case STRING:
		if (c == 0x07)
			s->state = PLAIN;
		else if (c == 0x1B)
			s->state = STRING_ESCAPE;
		break;
	default:
		s->state = PLAIN;
	}
}

void
seen_take(struct seen *s, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < len; i++)
		feed(s, p[i]);
}

bool
seen_has(const struct seen *s, const char *text)
{
	return strstr(s->text, text) != NULL;
}

void
seen_forget(struct seen *s)
{
	s->len = 0;
	s->text[0] = '\0';
}
