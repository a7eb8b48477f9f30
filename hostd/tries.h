/*
 * tries.h - how often somebody may be wrong: a number of tries a minute for one
 * name from one source. Pure; the clock is given. There is an end to what it
 * remembers: then the oldest are forgotten.
 */
#ifndef HOSTD_TRIES_H
#define HOSTD_TRIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRIES_MS 60000
#define TRIES_MAX 8192 /* pairs of name and source that are remembered */
#define TRIES_NAME_SIZE 96
#define TRIES_SOURCE_SIZE 64

struct tries;

/* An IPv6 SOURCE stands for its /64. */
struct tries *tries_new(void);
void tries_free(struct tries *t);
/* Count one try for NAME (of some KIND) from SOURCE at NOW_MS: true if it is
 * one of the first MAX in its minute. */
bool tries_take(struct tries *t, char kind, const char *name,
    const char *source, unsigned max, uint64_t now_ms);
/* It was right: what was counted before does not count any more. */
void tries_forgive(
    struct tries *t, char kind, const char *name, const char *source);
size_t tries_count(const struct tries *t);

#endif
