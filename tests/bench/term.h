/*
 * term.h - a program on a terminal of its own, for benchmarks: its keys, and the
 * characters that it prints. Escape sequences are passed over, so what is found
 * is what a person would see, in the order in which it was drawn. All functions
 * end the benchmark, with a sentence, when something cannot be done.
 */
#ifndef TESTS_BENCH_TERM_H
#define TESTS_BENCH_TERM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "tests/bench/seen.h"

struct term {
	const char *name; /* for messages */
	int fd;           /* the master */
	pid_t pid;
	struct seen seen; /* printed lately */
	uint64_t bytes;   /* that it was sent */
};

/* Start ARGV on a new terminal of 80x24. */
void term_open(struct term *t, const char *name, char *const argv[]);
/* End the program, whatever it does. Fine on one that was never opened. */
void term_close(struct term *t);
void term_keys(struct term *t, const char *keys);
/* From now on take what T prints whenever another one is waited for, unseen. */
void term_behind(struct term *t);
/* Forget what was printed. */
void term_forget(struct term *t);
/* Until T has printed TEXT (its blanks do not count), while OTHER (or NULL) is
 * read too. Returns the time, by bench_now_ms, at which it was there. */
double term_wait(struct term *t, struct term *other, const char *text);
/* Until neither has printed anything for QUIET_MS. */
void term_settle(struct term *t, struct term *other, int quiet_ms);

#endif
