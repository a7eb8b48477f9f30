/* program.h - the process of the program that a sandbox is for. */
#ifndef RUNNER_PROGRAM_H
#define RUNNER_PROGRAM_H

#include "runner/box.h"

/* Start it, as a child of init's; its pid. Ends with init_fail when it cannot; what
 * fails in the child is told likewise. */
pid_t program_start(int control, const struct box_plan *p);

#endif
