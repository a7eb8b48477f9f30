/*
 * cli.h - what the commands of codesync share: asking the host, saying what
 * went wrong, and writing results.
 */
#ifndef CLIENT_CLI_H
#define CLIENT_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "client/option.h"
#include "proto/buf.h"
#include "proto/msg.h"
#include "proto/sys/json.h"

enum cli_exit {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2, /* usage or invalid input */
	EXIT_NOT_FOUND = 3,
	EXIT_NOT_ALLOWED = 4,
	EXIT_STATE = 5,
	EXIT_PROGRAM = 10, /* the program that was run did not exit with 0 */
	EXIT_AWAY = 75     /* the host is not reachable */
};

#define CLI_NOTE_SIZE 512

struct cli {
	struct options opt;
	bool json;
	char *run_dir; /* owned */
	bool entered;  /* the working directory is run_dir */
	/* For somebody who came by ssh (exec.h), else "": */
	char pass[TICKET_LEN + 1];
	bool seat;   /* who has nothing but the code of one */
	bool home;   /* who asked for the list of rooms on a terminal */
	bool tty;    /* who asked for a command on a terminal */
	int null_fd; /* /dev/null */
	FILE *users; /* /etc/passwd, or NULL */
	/* Where the last thing that went wrong is said instead of on stderr, or
	 * NULL: CLI_NOTE_SIZE bytes of who draws on the terminal. */
	char *note;
};

/* Say why on stderr, as a sentence or with --json as an object; returns STATUS,
 * so that a command can end with `return cli_fail(...)`. */
int cli_fail(const struct cli *c, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Argument N (from 0), or NULL. */
const char *cli_arg(const struct cli *c, size_t n);

struct answer {
	struct json *whole;        /* owned */
	const struct json *result; /* borrowed from it */
	uint8_t *bytes;            /* owned */
	const uint8_t *raw;        /* borrowed from them */
	size_t raw_len;
};
/* Ask the host to do CMD. ARGS is taken; RAW may be NULL. Returns 0 and *A, or
 * the exit status after having said why; then A holds nothing. */
int cli_ask(struct cli *c, const char *cmd, struct json *args,
    const struct buf *raw, struct answer *a);
/* The same, but nothing is said of a host that is away (EXIT_AWAY). */
int cli_ask_again(
    struct cli *c, const char *cmd, struct json *args, struct answer *a);
void answer_release(struct answer *a);
/* Ask for a list, which comes in parts, until it is whole, and print it as JSON
 * or by SHOW. ARGS is taken. Returns the exit status. */
int cli_list(struct cli *c, const char *cmd, struct json *args,
    void (*show)(const struct json *));

/* Write J as one line. Errors are found by cli_finish. */
void cli_print_json(const struct json *j);
/* Flush stdout. Returns STATUS, or EXIT_FAILED when something could not be
 * written (a reader that has gone away is no news and not mentioned). */
int cli_finish(const struct cli *c, int status);

#endif
