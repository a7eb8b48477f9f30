/* words.c - splitting a command line. */
#include <stdlib.h>
#include <string.h>

#include "client/words.h"
#include "proto/err.h"
#include "proto/sys/util.h"

/* What is left to read, and where the next byte of a word goes: never behind
 * what was read, since quotes only go away. */
struct place {
	const char *from;
	char *to;
};

/* The rest of '...'. */
static int
single(struct words *w, struct place *p)
{
	while (*p->from != '\0' && *p->from != '\'')
		*p->to++ = *p->from++;
	if (*p->from++ == '\'')
		return 0;
	w->error = "a ' is missing";
	return CS_EINVAL;
}

/* The rest of "...", where a backslash is one but before these. */
static int
quoted(struct words *w, struct place *p)
{
	while (*p->from != '\0' && *p->from != '"') {
		if (*p->from == '\\' && p->from[1] == '\n') {
			p->from += 2;
			continue;
		}
		if (*p->from == '\\' && p->from[1] != '\0' &&
		    strchr("$`\"\\", p->from[1]) != NULL)
			p->from++;
		*p->to++ = *p->from++;
	}
	if (*p->from++ == '"')
		return 0;
	w->error = "a \" is missing";
	return CS_EINVAL;
}

static int
escaped(struct words *w, struct place *p)
{
	if (*p->from == '\0') {
		w->error = "nothing follows the \\ at the end";
		return CS_EINVAL;
	}
	if (*p->from == '\n')
		p->from++;
	else
		*p->to++ = *p->from++;
	return 0;
}

/* One word, and the NUL after it. */
static int
take_word(struct words *w, struct place *p)
{
	int r = 0;
	char c;

	while (
	    r == 0 && *p->from != '\0' && strchr(" \t\n", *p->from) == NULL) {
		c = *p->from++;
		if (c == '\'')
			r = single(w, p);
		else if (c == '"')
			r = quoted(w, p);
		else if (c == '\\')
			r = escaped(w, p);
		else
			*p->to++ = c;
	}
	*p->to++ = '\0';
	return r;
}

int
words_split(struct words *w, const char *line)
{
	struct place p = { .from = line };
	int r;

	memset(w, 0, sizeof(*w));
	/* each word of the line may need a NUL where it had a blank or an end */
	p.to = w->text = xmalloc(strlen(line) + 2);
	for (;;) {
		p.from += strspn(p.from, " \t\n");
		if (*p.from == '\0')
			return 0;
		if (w->n == WORDS_MAX) {
			w->error = "the command has too many words";
			return CS_ETOOBIG;
		}
		w->word[w->n] = p.to;
		if ((r = take_word(w, &p)) < 0)
			return r;
		w->n++;
	}
}

void
words_release(struct words *w)
{
	free(w->text);
	memset(w, 0, sizeof(*w));
}
