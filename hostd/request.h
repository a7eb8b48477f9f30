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

struct request {
	struct hub *hub;
	struct who who;
	const struct json *args;
	const uint8_t *raw;
	size_t raw_len;
	struct json *answer; /* what the function made */
	char *text;          /* raw bytes of the answer */
	size_t text_len;
};

/* The answer is an error with a sentence; returns EXIT. */
int refuse(struct request *q, int exit, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int refuse_store(struct request *q, int r);
/* The answer is RESULT, which is taken; returns 0. */
int answer(struct request *q, struct json *result);
int answer_room(struct request *q, const struct room *room);

/* A text, or NULL. */
const char *arg_str(const struct request *q, const char *key);
/* The room that the arguments name, if who asks has RIGHT there. To others it
 * does not exist, but to who may read in it. */
int arg_room(struct request *q, enum right right, struct room **room);
/* The site in ROOM's log that stands for who asks. */
int arg_site(struct request *q, struct room *room, uint8_t *site);
/* The seat of ROOM that the arguments name, whose label it is. */
int arg_seat(struct request *q, struct room *room, struct member **m);
/* Refused as long as focus time hides ROOM's present from who asks. */
int arg_unwatched(struct request *q, const struct room *room);
/* A line of text into DST[SIZE]; absent is "". */
int arg_line(struct request *q, const char *key, char *dst, size_t size);
/* A number from 1 to MAX; absent is DEFLT. */
int arg_num(struct request *q, const char *key, int64_t max, int64_t deflt,
    uint32_t *out);
int arg_role(struct request *q, enum role *role);
bool file_name_valid(const char *name);
/* "2026-01-31T12:00:00.000Z" or with an offset, as Unix ms; CS_EINVAL. */
int time_parse(const char *s, uint64_t *unix_ms);

/* "candidate" ...; never NULL. */
const char *role_name(unsigned role);
/* A room's keys (CONTRACT 5); the host's into O. */
struct json *room_json(const struct room *room);
void host_json(const struct hub *h, struct json *o);

/* The commands in create.c. */
int cmd_create(struct request *q);
int cmd_invite(struct request *q);
/* In people.c: what people do in a room, by command. */
int cmd_admit(struct request *q);
int cmd_back(struct request *q);
int cmd_kick(struct request *q);
int cmd_role(struct request *q);
int cmd_freeze(struct request *q);
int cmd_thaw(struct request *q);
int cmd_end(struct request *q);
int cmd_reopen(struct request *q);
int cmd_say(struct request *q);
int cmd_note(struct request *q);

#endif
