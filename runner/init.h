/* init.h - pid 1 inside, and its messages to the spawner on CONTROL. */
#ifndef RUNNER_INIT_H
#define RUNNER_INIT_H

#include "runner/box.h"

/* Take the run's files, start its program and wait for its end, or for that of
 * the spawner. */
void init_run(int control, const struct box_plan *p) __attribute__((noreturn));

/* Send TYPE, with the descriptor FD or -1. As fd_send. */
int init_say(int control, enum box_type type, int fd);
/* Wait for TYPE; its descriptor, or -1. Without the spawner there is nothing to
 * do: it ends. */
int init_hear(int control, enum box_type type);
/* Tell what could not be done, with errno, and end. */
void init_fail(int control, const char *fmt, ...)
    __attribute__((noreturn, format(printf, 2, 3)));

#endif
