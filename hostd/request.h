/*
 * request.h - one command from control.sock while it is performed: reading its
 * arguments, building its answer. What reads or refuses returns 0, or the exit
 * status of the error that is then the answer.
 */
#ifndef HOSTD_REQUEST_H
#define HOSTD_REQUEST_H

#include "hostd/who.h"
#include "proto/sys/json.h"

enum answer_exit {
	ANSWER_FAILED = 1,
	ANSWER_INVALID,
	ANSWER_NOT_FOUND,
	ANSWER_NOT_ALLOWED,
	ANSWER_STATE
};

#define REQUEST_TARGET_SIZE 128

struct request {
	struct hub *hub;
	struct who who;
	const char *cmd; /* "room freeze" ... */
	const struct json *args;
	const uint8_t *raw;
	size_t raw_len;
	uint64_t token; /* names who waits for the answer */
	bool later;     /* it comes by control_answer */
	/* what it is about, for the trail; filled in where the arguments do not
	 * say it */
	char target[REQUEST_TARGET_SIZE];
	enum right right; /* to the room that arg_room has found */
	/* where the account got its "@NAME" by this command, and SEATED is its
	 * site: taken back when the command is refused; or NULL */
	struct room *seated_in;
	uint8_t seated;
	struct json *answer; /* what the function made */
	char *text;          /* raw bytes of the answer */
	size_t text_len;
};

/* The answer is an error with a sentence; returns EXIT. */
int refuse(struct request *q, int exit, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int refuse_store(struct request *q, int r);
/* Who asks is no admin, or nobody with an account: refused. */
int admins_only(struct request *q);
int accounts_only(struct request *q);
void request_target(struct request *q, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* "ok", "invalid" ... for an exit status. */
const char *answer_name(int exit);
/* The answer is RESULT, which is taken; returns 0. */
int answer(struct request *q, struct json *result);
int answer_room(struct request *q, const struct room *room);

/* A text, or NULL. */
const char *arg_str(const struct request *q, const char *key);
/* The room that the arguments name, if who asks has RIGHT there. To others it
 * does not exist, but to who may read in it. */
int arg_room(struct request *q, enum right right, struct room **room);
/* The row of the room that the arguments name, if its contents were erased and
 * who asks may know that it was there: 1; 0: it is no such room; or the store's
 * codes. */
int arg_purged(const struct request *q, struct room_row *row);
/* The site in ROOM's log that stands for who asks. */
int arg_site(struct request *q, struct room *room, uint8_t *site);
/* An answer with a list is full when so many bytes were read for it, where each
 * thing on it counts as some more: fewer than who types would notice. */
#define LIST_BYTES (256 * 1024)
#define LIST_EACH (8 * 1024)
/* The seat of ROOM that the arguments name, whose label it is. */
int arg_seat(struct request *q, struct room *room, struct member **m);
/* Refused as long as focus time hides ROOM's present from who asks. */
int arg_unwatched(struct request *q, const struct room *room);
/* Refused when ROOM's log is full. */
int arg_space(struct request *q, const struct room *room);
/* A line of text into DST[SIZE]; absent is "". */
int arg_line(struct request *q, const char *key, char *dst, size_t size);
/* A person's name; absent is "". */
int arg_name(struct request *q, char name[NAME_MAX_BYTES + 1]);
/* A number from 1 to MAX; absent is DEFLT. */
int arg_num(struct request *q, const char *key, int64_t max, int64_t deflt,
    uint32_t *out);
int arg_role(struct request *q, enum role *role);
/* A file that came with the request; borrowed. */
struct arg_file {
	const char *name;
	const uint8_t *text;
	size_t len;
};
/* The file of ENTRY (name, len), whose bytes are at *AT of the raw ones, which
 * moves on. It is UTF-8 and fits into a room. */
int arg_file(struct request *q, const struct json *entry, size_t *at,
    struct arg_file *f);
/* All those of "files", with names that differ: *N of them. */
int arg_files(
    struct request *q, struct arg_file files[FILE_MAX], size_t *n, size_t *at);
bool file_name_valid(const char *name);
/* "2026-01-31T12:00:00.000Z" or with an offset, as Unix ms; CS_EINVAL. */
int time_parse(const char *s, uint64_t *unix_ms);

/* "candidate" ...; never NULL. */
const char *role_name(unsigned role);
/* A room as `room show --json` has it (codesync(1)); the host's keys into O. */
struct json *room_json(const struct room *room);
/* The same of a room that cannot be read, or was purged: "rev" is null. */
struct json *row_json(const struct room_row *row);
void host_json(const struct hub *h, struct json *o);

/* The template NAME, or the answer that there is none. */
struct template_row;
int template_find(struct request *q, const char *name, struct template_row *t);

/* The commands, each a line of the table in control.c, by their files. They
 * return 0, or the exit status of the error that is then the answer; with
 * q->later neither is said yet.
 *
 * command.c: */
int cmd_list(struct request *q);
int cmd_show(struct request *q);
int cmd_put(struct request *q);
int cmd_run(struct request *q);
int cmd_why(struct request *q);
int cmd_stop(struct request *q);
int cmd_watch(struct request *q);
int cmd_replay(struct request *q);
int cmd_join(struct request *q);
/* get.c: */
int cmd_get(struct request *q);
/* stat.c: */
int cmd_hostkey(struct request *q);
int cmd_stat(struct request *q);
int cmd_audit(struct request *q);
int cmd_whoami(struct request *q);
/* purge.c and proof.c: */
int cmd_purge(struct request *q);
int cmd_verify(struct request *q);
int cmd_export(struct request *q);
/* doctor.c: */
int cmd_doctor(struct request *q);
/* user.c and template.c: */
int cmd_user_add(struct request *q);
int cmd_user_list(struct request *q);
int cmd_user_show(struct request *q);
int cmd_user_rm(struct request *q);
int cmd_user_passwd(struct request *q);
int cmd_user_token(struct request *q);
int cmd_key_add(struct request *q);
int cmd_key_list(struct request *q);
int cmd_key_rm(struct request *q);
int cmd_template_add(struct request *q);
int cmd_template_list(struct request *q);
int cmd_template_show(struct request *q);
int cmd_template_rm(struct request *q);
/* create.c: */
int cmd_create(struct request *q);
int cmd_invite(struct request *q);
/* people.c, what people do in a room: */
int cmd_act(struct request *q);
int cmd_reopen(struct request *q);
int cmd_say(struct request *q);
int cmd_note(struct request *q);
int cmd_extend(struct request *q);
/* report.c: */
int cmd_report(struct request *q);

/* The end: commands that wait for a hash are forgotten, and rooms that are not
 * yet made. */
void users_close(struct hub *h);
void creates_close(struct hub *h);

#endif
