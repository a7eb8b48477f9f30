/*
 * job.h - what hub and runner say to each other.
 *
 * The runner long-polls: JOB_NEXT is a request (REQ/REP, resend off) which the
 * hub parks until it has a command. Everything about runs flows the other way
 * by PUSH/PULL. A run is executed at most once: NONCE is the runner process's
 * random id; when it changes or stays silent for JOB_LEASE_MS the hub calls its
 * runs LOST. So it does with a run that the runner does not name in its
 * JOB_BEATs for as long: an answer or a JOB_END may have died with a hub.
 *
 * What a program reads comes with JOB_ASSIGN and after it by JOB_INPUT, in
 * order; JOB_WAITING says when it wants more, and again with each JOB_BEAT while
 * it does, for a hub that was started since. Several answers may be due to one
 * runner: each JOB_NEXT takes one.
 *
 * Answers are numbered, and JOB_NEXT says which was the last to arrive. One that
 * died with a connection is sent again, to the same runner process and while its
 * run is still the runner's; so nothing runs twice. A JOB_NEXT takes the place
 * of the one before, if that is still parked.
 *
 * JOB_DOCTOR has the runner look at the place where it runs programs. It may be
 * said again: who is looking already answers both by one JOB_CHECKED, with the
 * number of the last.
 */
#ifndef PROTO_JOB_H
#define PROTO_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/buf.h"

#define JOB_VERSION 5
#define JOB_BEAT_MS 2000
#define JOB_LEASE_MS 10000
#define JOB_PARK_MS 20000 /* the hub answers JOB_IDLE after it */
#define JOB_BEAT_JOBS 64  /* more than one runner has */
#define JOB_NAME_SIZE 65
#define JOB_MAX_FILES 16
#define JOB_WHY_SIZE 240            /* bytes of a sentence, with its NUL */
#define JOB_MAX_OUTPUT (32 * 1024)  /* bytes in one JOB_OUTPUT */
#define JOB_CHECKS_MAX (32 * 1024)  /* bytes in one JOB_CHECKED */
#define JOB_DOCTOR_MS 20000         /* for a runner to look */
#define JOB_INPUT_MAX 4096          /* bytes in one JOB_INPUT */
#define JOB_STDIN_MAX (1024 * 1024) /* bytes of input in JOB_ASSIGN */
/* 16 files of 1 MiB, the input, and their frame */
#define JOB_MSG_MAX (18 * 1024 * 1024)

struct run_limits {
	uint32_t cpu_s, wall_s, memory_mb, processes, output_kb, files_mb;
};
#define RUN_LIMITS_DEFAULT                \
	{                                 \
		10, 60, 256, 64, 1024, 16 \
	}

/* Of L, what a practice run gets. */
#define PRACTICE_CPU_S 5
#define PRACTICE_WALL_S 20
#define PRACTICE_OUTPUT_KB 64
void run_limits_practice(struct run_limits *l);
void run_limits_encode(const struct run_limits *l, struct buf *b);
void run_limits_decode(struct run_limits *l, struct buf_in *in);

enum verdict {
	VERDICT_OK,
	VERDICT_FAILED,
	VERDICT_TIME,
	VERDICT_MEMORY,
	VERDICT_OUTPUT,
	VERDICT_STOPPED,
	VERDICT_BLOCKED,
	VERDICT_LOST,
	VERDICT_INTERNAL,
	VERDICTS
};
/* "ok" "failed" "time_limit" ... as in JSON; never NULL. */
const char *verdict_name(int verdict);
int verdict_parse(const char *name); /* enum verdict or CS_EINVAL */

struct run_result {
	uint8_t verdict;
	bool warm, truncated;
	int32_t exit_code; /* -1 when it did not exit */
	char signal[16];   /* "SIGSEGV", or "" */
	char syscall[32];  /* for VERDICT_BLOCKED, or "" */
	char tier[16];     /* "rlimits", "cgroup-v1", "cgroup-v2" */
	char limit[8];     /* which time: "cpu", "wall", "idle", or "" */
	uint32_t wall_ms, cpu_ms, memory_kb;
};
void run_result_encode(const struct run_result *r, struct buf *b);
void run_result_decode(struct run_result *r, struct buf_in *in);
/* "OK exit 0 in 0.04 s", "STOPPED by NAME" ... as codesync-edit(1) lists them, into DST. */
void run_result_line(const struct run_result *r, const struct run_limits *l,
    const char *stopped_by, char *dst, size_t size);

enum job_type {
	/* runner -> hub (REQ): version, nonce, name, tier, places, embedded,
	 * got, jobs whose input is full */
	JOB_NEXT = 1,
	/* hub -> runner (REP): number, and
	 * job, language, limits, files, input */
	JOB_ASSIGN,
	JOB_STOP,    /* job */
	JOB_IDLE,    /* nothing: ask again */
	JOB_STARTED, /* runner -> hub (PUSH): nonce, job */
	JOB_OUTPUT,  /* nonce, job, seq, stream, text */
	JOB_END,     /* nonce, job, result, why */
	JOB_BEAT,    /* nonce, jobs that it has */
	JOB_INPUT,   /* hub -> runner (REP): number, job, text, eof */
	JOB_WAITING, /* runner -> hub (PUSH): nonce, job, waiting */
	JOB_DOCTOR,  /* hub -> runner (REP): number, job: of the question */
	JOB_CHECKED  /* runner -> hub (PUSH): nonce, job, text: JSON */
};

struct job_file {
	char name[65];
	const uint8_t *text; /* borrowed */
	uint32_t len;
};

struct job_msg {
	uint8_t type;
	uint16_t version;
	uint64_t nonce, job; /* job: unique within one store */
	/* NEXT: the runner's; ASSIGN: the language */
	char name[JOB_NAME_SIZE];
	char tier[16];
	/* NEXT: how many more jobs it would start now. With 0 it only wants
	 * JOB_INPUT and JOB_STOP. */
	uint8_t places;
	/* NEXT: it is the one of codesyncd, which has no two at a time */
	bool embedded;
	uint32_t got;    /* NEXT: the number of the last answer that came */
	uint32_t number; /* of an answer */
	struct run_limits limits;
	struct job_file files[JOB_MAX_FILES];
	uint32_t nfiles;
	/* BEAT: that it has; NEXT: that take no JOB_INPUT now */
	uint64_t jobs[JOB_BEAT_JOBS];
	uint32_t njobs;
	uint32_t seq;
	uint8_t stream; /* 1 stdout, 2 stderr */
	const uint8_t *text;
	uint32_t text_len;
	/* ASSIGN: what the program reads first, and is that all? */
	const uint8_t *input;
	uint32_t input_len;
	bool input_eof;
	bool eof;     /* INPUT: nothing comes after TEXT, which ends with \n
			 unless this is set */
	bool waiting; /* WAITING: the program reads, and there is nothing */
	struct run_result result;
	/* END: for people, when it is VERDICT_INTERNAL; else "" */
	char why[JOB_WHY_SIZE];
};
void job_msg_encode(const struct job_msg *m, struct buf *b);
/* 0 or an error; what is borrowed points into BYTES. Of a JOB_NEXT of another
 * version only that is known. */
int job_msg_decode(struct job_msg *m, const void *bytes, size_t len);

#endif
