/*
 * hub.h - what the parts of codesync-hub share. Theory of operation:
 *
 * Everything that one turn of the loop delivers is applied to the rooms in
 * memory and written into one open transaction. The hook before sleeping then
 * commits, and only after that anything is sent: records to seats, answers to
 * commands, verdicts. If the commit fails, the rooms that were touched are
 * dropped from memory, their links get BYE_RETRY, commands get an error, and
 * the next HELLO or command loads the rooms from the store again.
 */
#ifndef HOSTD_HUB_H
#define HOSTD_HUB_H

#include <sys/types.h>

#include "hostd/store.h"
#include "proto/sys/conf.h"
#include "proto/sys/loop.h"

#define HUB_TICK_MS 500

struct seal_state {    /* rooms_seal's */
	int64_t after; /* the key of the room that was passed over last */
	uint64_t next_ms;
	bool due;
};

struct purging {           /* purges_work's */
	bool open;         /* there may be one that is not done */
	bool due;          /* a tick has passed */
	uint64_t retry_ms; /* the store has refused it; 0: it has not */
	uint64_t next_ms;  /* of a look at rooms that never ended */
	int64_t after;     /* the key of the stale room that was seen last */
};

struct waking { /* rooms_wake's */
	char (*ids)[STORE_ID_SIZE];
	size_t n, next;
};

struct hub {
	struct loop *loop;
	struct store *store;
	struct conf conf;
	/* whom we listen to */
	uid_t daemon_uid, edit_uid, runner_uid, relay_uid;
	char host[256], fingerprint[64], known_hosts[512];
	unsigned port;
	struct room *rooms; /* those in memory */
	struct seat *seats; /* one a ticket */
	struct jobs *jobs;
	struct control *control;
	struct audit *audit;
	uint64_t audit_next_ms;   /* when old lines are looked for again */
	struct creates *creates;  /* rooms that are being made */
	struct user_later *later; /* commands that wait for a hash */
	struct passwd *passwd;    /* hashing behind the loop */
	struct enter *enter;      /* who comes in */
	struct proofs *proofs;    /* the heads of logs */
	struct loop_timer *again; /* there is more to send: another turn */
	struct past *pasts;       /* files of some time ago, and */
	struct report *reports; /* that are being made, and when they go on: */
	struct loop_timer *reporting;
	uint64_t started_ms;  /* monotonic */
	uint64_t edits, runs; /* since the start */
	struct waking waking;
	struct seal_state seal;
	struct purging purging;
	int batch_err; /* an error outside the store that fails the batch */
};

#endif
