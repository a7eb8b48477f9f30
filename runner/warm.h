/*
 * warm.h - what a spawner of our own tells, and how fast a run is in a sandbox
 * that was kept ready: for the doctor.
 */
#ifndef RUNNER_WARM_H
#define RUNNER_WARM_H

struct warm_times {
	unsigned first_us; /* from asking to the first byte of output */
	unsigned end_us;   /* and to the verdict */
};

/* Have a spawner of our own keep PROGRAM ready, which takes a file's name, and
 * run `print(1)` in it. CS_EAGAIN: none became ready within some seconds; CS_EIO.
 */
int warm_measure(char *program, struct warm_times *t);

/* The first of the users that runs are here, one each; 0 if they are all one.
 * CS_EIO. */
int warm_users(unsigned *first);

#endif
