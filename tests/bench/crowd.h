/* crowd.h - rooms full of people who came by ssh, for benchmarks. */
#ifndef TESTS_BENCH_CROWD_H
#define TESTS_BENCH_CROWD_H

#include <sys/types.h>

#include "tests/bench/dial.h"

struct crowd {
	unsigned rooms, seats; /* seats of each room */
	char **ids;            /* of the rooms */
	struct dial **dials;   /* room by room */
};

/* Everybody is in the editor, in an empty file, when this returns. */
void crowd_enter(struct crowd *c, unsigned rooms, unsigned seats);
/* Take in what they see, for MS. */
void crowd_rest(const struct crowd *c, int ms);
void crowd_free(struct crowd *c);

/* The kinds of processes of a host, and what they take. */
enum kind {
	KIND_DAEMON,
	KIND_HUB,
	KIND_SESSION,
	KIND_EDITOR,
	KIND_RUNNER, /* and its sandboxes */
	KINDS
};
struct kinds {
	unsigned n[KINDS];
	double pss_kib[KINDS], cpu_ms[KINDS]; /* of all of a kind */
};
void kinds_look(struct kinds *k);

#endif
