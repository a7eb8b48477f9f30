/*
 * runner.h - what the parts of codesync-runner share: a job's life (job.c), its
 * files (files.c), what it writes and reads (pipes.c), our end of the spawner
 * (cells.c) and of the doctor (checkup.c), what is said with the hub (talk.c), and
 * main (runner.c).
 */
#ifndef RUNNER_RUNNER_H
#define RUNNER_RUNNER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "proto/buf.h"
#include "proto/job.h"
#include "proto/sys/conf.h"
#include "proto/sys/loop.h"
#include "runner/cell.h"
#include "runner/upstream.h"

#define RUNS_MAX 8
#define DRAIN_MS 20 /* for what an orphan of the program still holds */
#define PACE_MS 8   /* from one piece of output to the next: 120 a second */
#define EXIT_FATAL 100
#define EXIT_LATER 111
/* Of input that waits for a program: from so much on the hub keeps the rest, and
 * gives it when half is read. What comes with a run may be as large, and one
 * piece is under way when this is said. */
#define INPUT_HIGH JOB_STDIN_MAX
#define INPUT_MAX (INPUT_HIGH + JOB_INPUT_MAX)

enum { INPUT, OUTPUT, ERRORS, PIPES };
enum job_state { JOB_WAITS, JOB_RUNS, JOB_RAN, JOB_TOLD };

struct runner;

/* Our end of the process that looks at this machine (checkup.c). */
struct checkup {
	int sock;
	pid_t pid;
	struct loop_io *io;
	bool looking;
	uint64_t question; /* of the hub's, the last one */
	struct buf unsent; /* an answer that the hub did not take yet */
};

struct job {
	struct job *next;
	struct runner *runner;
	uint64_t id;
	enum job_state state;
	const struct conf_language *language;
	struct run_limits limits;
	int bundle;    /* its files, until it runs */
	int fd[PIPES]; /* -1: at its end, or not there yet */
	struct loop_io *io[PIPES];
	struct loop_timer *pace, *drain;
	struct buf unsent; /* a message that the hub did not take yet */
	struct buf input;  /* what the program has not read yet */
	bool input_eof;
	bool input_full; /* the hub has been told to keep the rest */
	size_t output;   /* bytes so far */
	bool over_output, waiting;
	bool warm;      /* it may run where Python has started already */
	bool kill_due;  /* the spawner has not been told to end it */
	uint8_t killed; /* and the verdict to say */
	uint32_t seq;
	struct run_result result;
	char why[JOB_WHY_SIZE]; /* of an internal error */
};

struct runner {
	struct loop *loop;
	struct conf conf;
	int jail_fd, spawner; /* the program; our socket to it */
	pid_t spawner_pid;
	struct loop_io *spawner_io;
	struct checkup checkup;
	bool embedded;
	uint64_t nonce;
	char name[JOB_NAME_SIZE], tier[16];
	struct upstream *up;
	uint32_t got; /* the number of the hub's last answer */
	struct loop_timer *beat;
	struct job *jobs;
	bool ready;   /* the spawner has said so */
	bool blocked; /* the hub takes no output now */
	bool stopping;
};

/* job.c: jobs are listed in the order in which they came. */
struct job *job_new(struct runner *r, const struct job_msg *m);
void job_free(struct job *job);
struct job *job_find(struct runner *r, uint64_t id); /* or NULL */
/* It ran, or could not: what is left is its output. */
void job_ended(struct job *job, const struct run_result *result);
/* And wrote more than it may. */
void job_over_output(struct job *job);
/* It could not. WHY is NULL when that is no failure. */
void job_refuse(struct job *job, enum verdict verdict, const char *why);
void job_why(struct job *job, const char *why);
/* Everything is in: tell the hub and forget the job, as far as possible. */
void job_step(struct job *job);
/* Somebody wants it to end. */
void job_stop(struct job *job);
/* Start what waits while there are free places. */
void jobs_start(struct runner *r);

/* files.c: what M brings, into JOB's bundle, and may it be run in a sandbox that
 * waits? CS_EIO, CS_EINVAL. */
int job_take_files(struct job *job, const struct job_msg *m);

/* pipes.c */
void pipe_close(struct job *job, int i);
/* It gets no more input, nor is it told that there is none: who is being killed
 * would say so while it dies, or a part of it. */
void pipe_feed_no_more(struct job *job);
/* FDS are the ends of JOB's pipes from now on; they become -1. */
void pipes_open(struct job *job, int fds[CELL_FDS]);
/* Read what the program writes, unless it must wait. */
void pipes_listen(struct job *job);
/* The pipes of one that has ended are read to their end, or closed when nothing
 * more comes. For a timer. */
void pipes_drain(void *arg);
void pipes_pace(void *arg);
void job_take_input(struct job *job, const struct job_msg *m);

/* cells.c */
/* Start the spawner, with the rights that we have now. CS_EIO, CS_ETOOBIG. */
int cells_open(struct runner *r);
int cells_listen(struct runner *r);
void cells_close(struct runner *r);
/* Have JOB run. CS_EAGAIN: later, which jobs_start is called for; CS_ETOOBIG,
 * CS_ECLOSED. */
int cell_run(struct job *job);
/* Have it end with VERDICT, later if the spawner is busy. */
void cell_kill(struct job *job, enum verdict verdict);

/* checkup.c */
/* Start the doctor's process, with the rights that we have now. CS_EIO. */
int checkup_open(struct runner *r);
int checkup_listen(struct runner *r);
void checkup_close(struct runner *r);
/* The hub asks QUESTION: have it look, unless it does already. */
void checkup_ask(struct runner *r, uint64_t question);
/* The hub takes messages again. */
void checkup_retry(struct runner *r);

/* talk.c */
extern const struct upstream_events talk_events; /* arg: the runner */
/* Tell the hub. What it does not take now is kept in UNSENT; without that (NULL)
 * it will be told again anyway. */
void talk_push(struct runner *r, const struct job_msg *m, struct buf *unsent);
void talk_ask(struct runner *r);
void talk_beat(void *arg); /* and again every JOB_BEAT_MS */
void talk_waiting(const struct job *job);

#endif
