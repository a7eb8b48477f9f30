/* pool.h - sandboxes in which a command has started and waits for its file. */
#ifndef RUNNER_POOL_H
#define RUNNER_POOL_H

#include <stdint.h>

#include "runner/boxes.h"
#include "runner/cell.h"

void pool_open(void); /* before /sys is gone */
/* Keep as many ready as M, a CELL_POOL, says, within POOL_MAX for all. */
void pool_set(const struct cell_msg *m);
/* A sandbox that waits for what M, a CELL_RUN, wants to run, or NULL. */
struct box *pool_take(const struct cell_msg *m);
char *const *pool_argv(const struct pool *p);
/* B of a pool waits now, and has used CPU_MS until then. */
void pool_ready(struct box *b, uint64_t cpu_ms);
/* One that waits, or would, has ended: another takes its place. */
void pool_lost(struct box *b, const char *why);
void pool_moved(uint64_t now); /* a run has begun or ended */
/* Build one more if one is missing and there is time. And how long not to ask
 * again if nothing happens, in milliseconds. */
void pool_fill(uint64_t now);
int pool_patience(uint64_t now);

#endif
