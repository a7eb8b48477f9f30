/*
 * boxes.h - sandboxes as the spawner has them; box.h is what they are inside.
 */
#ifndef RUNNER_BOXES_H
#define RUNNER_BOXES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "proto/job.h"
#include "runner/box.h"
#include "runner/cgroup.h"

#define RUNS_MAX 16
#define POOL_MAX 16 /* that are kept ready, of all languages together */
#define BOXES_MAX (RUNS_MAX + 2 * POOL_MAX)

struct pool;

enum box_state { BOX_FREE, BOX_WARMING, BOX_WAITS, BOX_RUNS, BOX_DYING };

struct box {
	enum box_state state;
	uint64_t id;
	pid_t init;
	int pidfd, control, listener;
	int ends[3];       /* of the pipes, until they are given away */
	int theirs[3];     /* the program's; of a warm one until it has begun */
	unsigned names;    /* of the last two, see box.h; 0: none */
	int bundle;        /* the run's files, of a warm one until then too */
	uint64_t input;    /* the inode of the first */
	struct pool *pool; /* NULL: it was built for one run */
	bool grouped;
	int meter; /* where its group does not count its time, or -1 */
	struct run_limits limits;
	uint32_t idle_s;
	bool busy, reading;
	uint64_t born_ms, start_ms, sample_ms, wait_ms, waited_ms;
	uint64_t unpaid_cpu_ms; /* what it had used when it was let go */
	uint64_t sockets_kb;    /* what its sockets may hold */
	struct run_result result;
};

extern struct box boxes[BOXES_MAX];

/* Prepare, in the root: PROC is the host's /proc. An error of policy_compile. */
int boxes_open(int proc);
/* End all, and wait for that. What is inside would die with us, but then somebody
 * else had to bury it. */
void boxes_close(void);
/* Stubs in a row take hardly more time than one, and no run later: make some,
 * where they are needed. */
void boxes_ahead(const struct run_limits *l);
struct box *box_unused(void); /* NULL: all are in use */
struct group *box_group(const struct box *b);
/* The processor time of all that has ever been in it. False: not known so, and
 * children that nobody waits for are in no other count. */
bool box_cpu_ms(const struct box *b, uint64_t *ms);
/* Build one for ARGV in the unused B, warm if it is to wait for FILE, with the
 * pipes of OLD or, if that is NULL, with new ones. CS_EIO with errno. */
int box_build(struct box *b, const struct run_limits *l, char *const *argv,
    const char *file, struct box *old);
/* Let B go with the files in BUNDLE, which is what its run has waited for: it runs
 * now. CS_ECLOSED: it has ended. */
int box_go(struct box *b, int bundle);
/* It has begun, and from now on only the program holds its ends of the pipes; or
 * our ends have been given away. */
void box_taken(struct box *b);
void box_given(struct box *b);
/* Kill what is inside; box_reaped, when its pidfd is readable, does the rest. The
 * filter's listener stays open until then: if it were closed, a call that was
 * stopped would return. */
void box_kill(struct box *b);
void box_reaped(struct box *b);

#endif
