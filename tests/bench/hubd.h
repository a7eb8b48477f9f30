/*
 * hubd.h - a real codesync-hub for benchmarks, with no codesyncd around it: the
 * benchmark starts it, lets people in, and kills it. There is one at a time. All
 * functions end the benchmark, with a sentence, when something cannot be done;
 * however it ends, the hub ends with it.
 */
#ifndef TESTS_BENCH_HUBD_H
#define TESTS_BENCH_HUBD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/sys/loop.h"
#include "proto/text.h"

#define ROOM_SIZE 16 /* "r-7f3k2" */
#define CODE_SIZE 16 /* "K7M2-QX9D-4TRB" */

struct room {
	char id[ROOM_SIZE], code[CODE_SIZE]; /* of its candidate */
};

/* The benchmark's loop; SIGINT and SIGTERM end it from there. */
struct loop *hubd_loop(void);
/* Turn until DONE(ARG). */
void hubd_until(bool (*done)(void *arg), void *arg);
/* Turn for so long. */
void hubd_rest(uint64_t ms);

/* Start one on a new and empty store, and wait until it is ready. */
void hubd_new(void);
/* The next one on the same store: does not wait, or waits. */
void hubd_begin(void);
void hubd_start(void);
/* By SIGKILL; or as codesyncd ends it, so that all is in the store. */
void hubd_kill(void);
void hubd_stop(void);
/* The size of the store's file, in bytes; the hub is not running. */
uint64_t hubd_store_bytes(void);
/* Its own memory, in KiB. What is mapped from files is left out: its share of a
 * library changes with whoever else runs. */
double hubd_memory_kib(void);

/* A new room with a candidate, and one person more in it: a new code. */
void hubd_room(struct room *r);
void hubd_invite(const struct room *r, char code[CODE_SIZE]);
/* The endpoint of who enters by CODE, or of a new watcher: a path, the caller's
 * to free. */
char *hubd_enter(const struct room *r, const char *code);
char *hubd_watch(const struct room *r);
/* TEXT becomes its first file; that file, the caller's to free. */
void hubd_put(const struct room *r, const void *text, size_t len);
char *hubd_get(const struct room *r, size_t *len);
/* Is that file the same as TEXT? */
bool hubd_has(const struct room *r, const struct text *text);

#endif
