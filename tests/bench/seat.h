/*
 * seat.h - one seat's or one watcher's end of its link, for benchmarks: what an
 * editor does without its terminal, and with its way to dial again. This is the
 * only place under tests/bench that speaks proto/msg.h.
 */
#ifndef TESTS_BENCH_SEAT_H
#define TESTS_BENCH_SEAT_H

#include "proto/msg.h"
#include "proto/sys/link.h"
#include "proto/sys/loop.h"

struct seat {
	char *path; /* of its endpoint */
	struct link *link;
	struct loop_timer *redial;
	struct peer *peer;  /* NULL: not loaded, or a watcher */
	struct order *fold; /* of a watcher; else NULL */
	struct record record;
	struct msg msg;
	bool online, joined;
	uint8_t site;
	bool apart;         /* its link is to stay down */
	uint64_t until_rev; /* what the hub had at WELCOME */
	unsigned redial_ms;
	unsigned afresh;    /* times that its replica was of no use any more */
	double hello_ms;    /* when HELLO was sent, by bench_now_ms */
	double loaded_ms;   /* when the documents were there */
	uint64_t log_bytes; /* of the chunks that a watcher got */

	/* Told of every record that is new to it (NULL: not told). FRESH: the
	 * hub that it is linked to has made it. */
	void (*heard)(struct seat *s, const struct record *r, bool fresh);
	/* Asked for one edit whenever fewer than WINDOW wait for the hub, until
	 * it says false (NULL: not asked). */
	bool (*more)(struct seat *s);
	size_t window;
	void *arg; /* for those two */
};

/* A seat, or a WATCHER, at the endpoint PATH, which it takes. It dials at once,
 * and again until seat_close. */
struct seat *seat_open(struct loop *loop, char *path, bool watcher);
void seat_close(struct seat *s);
/* Have MORE asked for edits, WINDOW of them at once, from now on. */
void seat_feed(
    struct seat *s, bool (*more)(struct seat *s), size_t window, void *arg);
/* Replace DEL bytes at POS of the first file by INS[LEN]. CS_EBUSY: too much
 * waits. Any other failure ends the benchmark. */
int seat_edit(
    struct seat *s, size_t pos, size_t del, const void *ins, size_t len);
/* Send what may be sent. */
void seat_send(struct seat *s);
/* Hang up and stay away; dial again. */
void seat_part(struct seat *s);
void seat_return(struct seat *s);
/* The documents are there, and all that the hub had at WELCOME. */
bool seat_is_loaded(const struct seat *s);
/* That, and nothing of its own waits. */
bool seat_is_settled(const struct seat *s);
/* The last revision it has. */
uint64_t seat_seen(const struct seat *s);
/* The first file; a watcher's is what its log folds to. */
const struct text *seat_text(const struct seat *s);

/* For hubd_until: all of them are loaded; are settled; have noticed that their
 * link is down. ARG is a struct seats. */
struct seats {
	struct seat *const *v;
	size_t n;
};
bool seats_loaded(void *arg);
bool seats_settled(void *arg);
bool seats_offline(void *arg);

#endif
