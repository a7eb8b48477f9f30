/* seen.h - what somebody sees of a terminal's bytes: characters in the order in
 * which they were drawn, without blanks and escape sequences. */
#ifndef TESTS_BENCH_SEEN_H
#define TESTS_BENCH_SEEN_H

#include <stdbool.h>
#include <stddef.h>

#define SEEN_MAX 8192

struct seen {
	int state;           /* of the escape sequence we are in */
	char text[SEEN_MAX]; /* the newest */
	size_t len;
};

void seen_take(struct seen *s, const void *bytes, size_t len);
bool seen_has(const struct seen *s, const char *text);
void seen_forget(struct seen *s);

#endif
