/*
 * runs.h - what the parts of jobs.h share: the queue and the batch (jobs.c),
 * what a run takes along (assign.c), what it writes (output.c) and reads
 * (input.c), those of who waits in a lobby (practice.c), the processes that run it (runners.c), and what those can isolate
 * (doctor.c).
 */
#ifndef HOSTD_RUNS_H
#define HOSTD_RUNS_H

#include "hostd/jobs.h"
#include "proto/repair.h"

#define STREAMS 3 /* 1 stdout, 2 stderr */
#define REASONS_KEPT 64
/* An answer that is longer is not sent again when it is lost: its run is. */
#define ANSWER_KEPT_MAX (1024 * 1024)

/* What a program reads, and by whom it is typed. */
struct input {
	struct buf text; /* not with the runner yet; logged */
	size_t kept;     /* so much of it is committed */
	bool eof, eof_kept, eof_sent;
	uint64_t served;   /* when some of it last went: the order of turns */
	uint8_t owner;     /* site, or 0 */
	bool waiting;      /* the program does */
	bool full;         /* the runner takes no more now */
	uint64_t since_ms; /* Unix time */
};

struct job {
	struct job *next;
	struct run_row row;
	struct files *files; /* or NULL: the store has them, and the input */
	size_t held;         /* bytes of files and input, until it is given */
	char room_id[STORE_ID_SIZE];
	uint32_t next_seq;
	size_t output; /* bytes so far */
	struct repair repair[STREAMS];
	struct input input;
	uint64_t queued_ms;       /* monotonic */
	uint64_t heard_ms;        /* given, or its runner spoke of it */
	uint64_t given_ms;        /* monotonic */
	bool made_now, given_now; /* in this turn */
	bool practice;            /* of who waits outside: see practice.h */
	uint64_t due_ms;          /* monotonic: it does not start before */
	const char *yields;       /* stopped for another run: what is said */
	bool truncated;
	bool stop, stop_sent;
	uint8_t stopper; /* site */
	bool ended;      /* RESULT is known */
	bool over;       /* and in the transaction */
	struct run_result result;
	char why[JOB_WHY_SIZE]; /* an internal error, for people */
};

struct reason {
	int64_t room; /* key */
	uint32_t run;
	char why[JOB_WHY_SIZE];
};

struct runner {
	struct runner *next;
	uint64_t nonce, heard_ms, parked_ms;
	uint64_t token; /* of its parked request; 0: none */
	unsigned places;
	char name[JOB_NAME_SIZE];
	bool met;        /* by this hub */
	bool embedded;   /* codesyncd's own: there are no two */
	uint32_t number; /* of the last answer */
	/* which is kept, unless it is huge, until the runner says it came */
	struct buf kept;
	uint64_t kept_job;
	uint64_t stray; /* a job that it has and must not have any more, or 0 */
};

struct jobs {
	struct hub *hub;
	struct server *asks, *outputs;
	struct job *first, **last; /* those that wait are in their order */
	struct runner *runners;
	struct doctor *doctor; /* who asks what they can isolate, or NULL */
	uint64_t tick_ms, no_runner_ms; /* since when */
	size_t held;                    /* of all jobs */
	uint64_t served;
	/* the last internal errors, for who asks; a ring */
	struct reason reasons[REASONS_KEPT];
	unsigned reason;
};

/* jobs.c */
struct job *job_find(struct jobs *j, uint64_t id);
struct job *job_of(const struct room *room);
/* A new one, last in the queue. */
struct job *job_add(
    struct jobs *j, const struct run_row *row, const char *room_id);
void job_end_as(struct hub *h, struct job *job, enum verdict verdict);

/* assign.c: keep in memory what JOB takes along, as far as there is room;
 * forget it; and fill it into M, where it is borrowed until then. */
void job_pack(struct jobs *j, struct job *job, const struct room *room,
    const struct job_stdin *in);
/* Or only TEXT. */
void job_pack_text(struct jobs *j, struct job *job, const struct room *room,
    const uint8_t *text, size_t len);
void job_unpack(struct jobs *j, struct job *job);
int job_assign(struct hub *h, struct job *job, struct job_msg *m);

/* output.c: what JOB wrote, as far as L lets it, goes behind OUT as UTF-8. END:
 * nothing follows. OUT has place for REPAIR_GROWTH times that. */
void job_repair(struct job *job, const struct run_limits *l, uint8_t stream,
    const uint8_t *text, size_t len, bool end, struct buf *out);
/* The same into the log. */
int job_output(struct room *room, struct job *job, uint8_t stream,
    const uint8_t *text, size_t len, bool end);
/* Log the end of a job whose result is known. When the batch fails it stays
 * known and is tried again. */
void job_finish(struct hub *h, struct job *job);

/* input.c: what was given with a run goes into the log. */
int input_log(struct room *room, const struct job *job, uint8_t site,
    uint8_t flags, const uint8_t *text, size_t len);
/* SITE's line is taken, but not logged. As jobs_input. */
int input_put(
    struct job *job, uint8_t site, const uint8_t *text, size_t len, bool eof);
/* The program waits, or has what it wanted. */
void input_waiting(struct jobs *j, struct job *job, bool waiting);
/* Nobody will type it: it ends. */
void input_tick(struct room *room, struct job *job);
/* The batch is committed; it failed; is there something for the runner? */
void input_keep(struct job *job);
void input_take_back(struct job *job);
bool input_due(const struct job *job);
/* The next piece of it into M; forget it when it is sent. */
void input_fill(const struct job *job, struct job_msg *m);
void input_sent(struct jobs *j, struct job *job, size_t len);

/* runners.c */
int runners_open(struct jobs *j);
void runners_close(struct jobs *j);
struct runner *runner_find(struct jobs *j, uint64_t nonce);
struct runner *runner_add(struct jobs *j, uint64_t nonce, const char *name);
/* One that waits for work and has a place, the least busy one, or NULL. */
struct runner *runner_pick(struct jobs *j);
/* Does the runner process NONCE say that it has no place for one more? */
bool runner_is_full(struct jobs *j, uint64_t nonce);
/* Answer its request, which it must have; M gets its number. */
void runner_tell(struct jobs *j, struct runner *r, struct job_msg *m);
/* SLEPT: we did, so that its silence means nothing. */
void runners_tick(struct jobs *j, uint64_t now_ms, bool slept);

/* practice.c: to the seat whose JOB it is goes what it wrote, that it waits, that
 * a runner has it, and its end, which must be known. */
void practice_output(struct jobs *j, struct job *job, uint8_t stream,
    const uint8_t *text, size_t len, bool end);
void practice_waiting(struct jobs *j, struct job *job, bool waiting);
void practice_given(struct jobs *j, const struct job *job);
void practice_finish(struct jobs *j, struct job *job);
/* Stop those that are nobody's any more. May one more start, or else one that has
 * had its turn is stopped? And one has to make place for a room's run, which finds
 * none. */
void practice_tend(struct jobs *j);
bool practice_may_start(struct jobs *j);
void practice_yield(struct jobs *j);

/* doctor.c, whose command is in request.h: shall R look? Tell it to; what it was
 * told may not have come. */
bool doctor_due(struct jobs *j, const struct runner *r);
void doctor_tell(struct jobs *j, struct runner *r, struct job_msg *m);
void doctor_again(struct jobs *j, const struct runner *r);
/* A runner has looked; is gone; time has passed. */
void doctor_checked(struct jobs *j, const struct job_msg *m);
void doctor_lost(struct jobs *j, uint64_t nonce);
void doctor_tick(struct jobs *j, uint64_t now_ms);
void doctor_close(struct jobs *j);

#endif
