/*
 * words.h - a command line as a POSIX shell splits it: blanks, quotes and
 * backslashes (Shell Command Language, 2.2), with nothing expanded. Pure.
 */
#ifndef CLIENT_WORDS_H
#define CLIENT_WORDS_H

#include <stddef.h>

#define WORDS_MAX 128

struct words {
	char *word[WORDS_MAX + 1]; /* ends with NULL; into text */
	size_t n;
	char *text;        /* owned */
	const char *error; /* a sentence's part, after CS_EINVAL */
};

/* Split LINE into W. CS_EINVAL: it cannot be; CS_ETOOBIG: WORDS_MAX words. Both
 * with W->error. */
int words_split(struct words *w, const char *line);
void words_release(struct words *w);

#endif
