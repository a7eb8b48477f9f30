/* dial.h - many ssh clients in one process, without terminals (libssh). All
 * functions end the benchmark, with a sentence, when something cannot be done. */
#ifndef TESTS_BENCH_DIAL_H
#define TESTS_BENCH_DIAL_H

#include "tests/bench/seen.h"

struct dial;

/* Connect to PORT of 127.0.0.1 as USER, by the private key in the file KEY, or
 * (NULL) by CODE at the first question. */
struct dial *dial_in(
    int port, const char *user, const char *key, const char *code);
/* A shell on a terminal of 80x24. */
void dial_shell(struct dial *d);
void dial_keys(struct dial *d, const char *keys);
/* Take in what has come. */
void dial_take(struct dial *d);
/* Until TEXT was seen. */
void dial_wait(struct dial *d, const char *text);
/* What was seen; the caller may forget it. */
struct seen *dial_seen(struct dial *d);
int dial_fd(const struct dial *d); /* to poll */
void dial_free(struct dial *d);

#endif
