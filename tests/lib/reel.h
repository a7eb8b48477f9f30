/*
 * reel.h - made-up logs for the replay: records are added one by one, and given
 * to it in chunks as the hub sends them. What they fold to is kept beside it, by
 * the hub's own code.
 */
#ifndef TESTS_REEL_H
#define TESTS_REEL_H

#include "client/replay.h"
#include "proto/order.h"

#define REEL_START_MS 1700000000000
#define REEL_INTERVIEW 181 /* records of reel_interview */

struct reel {
	struct replay *replay;
	struct order *plain; /* the sum of all records */
	uint64_t rev, at_ms;
	struct record rec;
	struct buf chunk;
	struct chunk_writer writer;
	unsigned waiting; /* records in CHUNK */
};

/* A replay that has been welcomed to a room which began at REEL_START_MS and has
 * UNTIL records. */
void reel_open(struct reel *l, uint64_t until);
void reel_close(struct reel *l);
/* Time passes. */
void reel_pass(struct reel *l, uint64_t ms);
/* The record that is to be filled in and then added. */
struct record *reel_record(struct reel *l, uint8_t kind, uint8_t site);
void reel_add(struct reel *l);
/* The hub sends what was added. */
void reel_send(struct reel *l);
/* SITE replaces DEL bytes at POS of FILE. */
void reel_edit(struct reel *l, uint8_t site, uint8_t file, size_t pos,
    size_t del, const char *ins, uint8_t flags);
/* SITE types TEXT behind the end of FILE, a key every 100 ms. */
void reel_type(struct reel *l, uint8_t site, uint8_t file, const char *text);
void reel_file(struct reel *l, uint8_t site, uint8_t file, const char *name);
void reel_join(struct reel *l, uint8_t site, uint8_t role, const char *label,
    const char *name);
void reel_text(
    struct reel *l, uint8_t kind, uint8_t site, uint32_t run, const char *text);
void reel_run_end(struct reel *l, uint32_t run, uint8_t verdict);
/* An interview: what is asked, typed, pasted, run and said, and its end. */
void reel_interview(struct reel *l);
/* Keys by name, separated by blanks; what begins with " is typed. */
void reel_keys(struct reel *l, const char *keys);

#endif
