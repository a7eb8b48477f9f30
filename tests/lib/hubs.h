/*
 * hubs.h - the real codesync-hub from $BUILD, spoken to as codesyncd, the
 * command line, editors and watchers do: include it after cmocka.h.
 */
#ifndef TESTS_LIB_HUBS_H
#define TESTS_LIB_HUBS_H

#include <sys/types.h>

#include "hostd/room.h"
#include "proto/msg.h"
#include "proto/peer.h"
#include "proto/sys/json.h"
#include "proto/sys/loop.h"

#define PATIENCE_MS 30000

struct world {
	char dir[64];
	pid_t hub;
	int monitor;
	uint32_t req;
	struct loop *loop;
	struct loop_timer *patience;
	bool (*done)(void *arg);
	void *done_arg;
	bool gave_up;
};

int setup(void **state);
int teardown(void **state);
void hub_start(struct world *w);
int hub_wait(struct world *w); /* its exit status */
void hub_kill(struct world *w);
/* Turn until DONE(ARG). */
void until(struct world *w, bool (*done)(void *arg), void *arg);
/* Wait until the hub has noticed that the editors are gone. */
void wait_empty(struct world *w);

/* --- commands --- */

struct told {
	struct json *whole;
	const struct json *result;
	uint8_t *bytes;
	const uint8_t *raw;
	size_t raw_len;
	int exit;
};

/* Run CMD with ARGS as JSON text. */
void tell(struct world *w, struct told *t, const char *cmd, const char *args,
    const void *raw, size_t raw_len);
void told_release(struct told *t);
int exit_of(
    struct world *w, const char *cmd, const char *args, const char *raw);
/* {"room":ID and MORE, which begins with a comma}; to be freed. */
char *room_args(const char *id, const char *more);
int room_cmd(
    struct world *w, const char *cmd, const char *id, const char *more);
/* A room and its candidate's code; with a lobby. */
void make_room(struct world *w, char id[16], char code[16]);
void make_lobby(struct world *w, char id[16], char code[16]);
/* A code for one more person. */
void invite(struct world *w, const char *id, const char *role, char code[16]);
/* The first file's text, to be freed. */
char *get_file(struct world *w, const char *id);

/* --- the way in --- */

/* enum mon_verdict, and the ticket if it is MON_OK. */
int authenticate(
    struct world *w, const char *user, const char *code, char *ticket);

/* --- seats --- */

struct editor {
	struct world *w;
	struct link *link;
	struct loop_timer *redial;
	char *path;
	struct peer *peer;  /* NULL: a fresh one is needed, or a watcher */
	struct order *fold; /* a watcher's */
	struct welcome welcome;
	struct load load;
	uint64_t seen;
	unsigned typed, want; /* keys */
	int bye;              /* enum bye_reason, or -1 */
	int notice;           /* enum notice, or -1 */
	char notice_text[MSG_TEXT_MAX + 1];
	bool watcher, linked, here, ended;
	bool replays;  /* a watcher that stays, if set before its link is up */
	bool hasty;    /* says a note before HELLO */
	bool writable; /* by the last MSG_PEOPLE */
	uint32_t npeople;
	uint8_t states[SITE_MAX + 1]; /* enum person_state + 1; 0: not told */
	uint64_t since[SITE_MAX + 1]; /* who waits */
	unsigned retries;             /* times that BYE_RETRY was said */
	uint64_t ended_run;           /* of the last REC_RUN_END */
	uint8_t verdict;
	unsigned downs;               /* times that the link was lost */
	uint32_t edits[SITE_MAX + 1]; /* seen, by author */
	unsigned contents;            /* DOCs and CHUNKs that came, and */
	size_t content_bytes;         /* what they took */
	bool shy;                     /* does not JOIN */
	size_t bye_len;               /* of the last BYE's text */
	char bye_text[MSG_TEXT_MAX + 1];
	struct buf output, input; /* of the records */
	struct measure measures[SITE_MAX + 1];
	struct buf shown; /* MSG_OUTPUT's */
	struct keyboard keyboard;
	bool input_ended;
	unsigned kinds[REC_KINDS]; /* records, by kind */
	unsigned types[256];       /* messages, by type */
	struct buf said;           /* lines like "2/1 text", scope and site */
	uint64_t said_rev;         /* of the last one */
	unsigned doubled;          /* that came once more, or late */
	struct focus focus;
	struct timer timer;
	struct summary summary;
	char head[HEAD_DIGITS + 1];
	char ticket[TICKET_LEN + 1]; /* of a watcher, if it has asked */
	struct buf practised;        /* MSG_PRACTICED's text, */
	uint8_t practice;            /* its state, enum run_state, */
	bool practice_waits;
	struct buf all; /* every byte that came */
};

/* A link to TICKET, which joins by itself if it is asked to (not if it is
 * shy), dials again, and forgets the room when it is sent back. */
struct editor *editor_open(struct world *w, const char *ticket, bool watcher);
void editor_close(struct editor *e);
struct editor *enter(struct world *w, const char *id, const char *code);
struct editor *watch(struct world *w, const char *id);
void say(struct editor *e, const struct msg *m);
void say_simple(struct editor *e, enum msg_type type);
void say_line(struct editor *e, enum say_scope scope, const char *text);
void say_act(
    struct editor *e, enum act_kind kind, uint8_t site, uint8_t minutes);
/* Send what may be sent, and type while there is something to type. */
void type(struct editor *e);
void dial(void *arg);
void on_down(void *arg, int err);
/* For until(): of the editor ARG. */
bool is_here(void *arg);
bool waits(void *arg); /* in the lobby */
bool has_bye(void *arg);
bool has_notice(void *arg);
/* T's bytes, to be freed. */
char *text_of(const struct text *t);

/* A room with a candidate and an interviewer in it. */
struct meeting {
	struct world *w;
	char id[16], code[16];
	struct editor *c, *staff;
};
void meeting_begin(struct meeting *s, struct world *w);
void meeting_end(struct meeting *s);
/* For until(): has the struct editor ARG been answered a PING? */
bool has_pong(void *arg);

#endif
