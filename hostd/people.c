/*
 * people.c - the commands by which the staff lets people in and out, says who
 * may write, and speaks. What they do is act.c's, for keys and commands alike.
 */
#include <string.h>

#include "hostd/act.h"
#include "hostd/request.h"
#include "hostd/rules.h"
#include "hostd/said.h"
#include "hostd/timer.h"
#include "proto/err.h"

/* The answer after R; WHY is a sentence for CS_ESTATE. */
static int
answer_done(struct request *q, const struct room *room, int r, const char *why)
{
	if (r == CS_ESTATE)
		return refuse(
		    q, ANSWER_STATE, "room %s: %s", room->row.id, why);
	return r < 0 ? refuse_store(q, r) : answer_room(q, room);
}

/* The commands that are an act, as by key. */
static const struct command_act {
	const char *cmd, *role; /* the role that is given, if it matters */
	enum act_kind kind;
	bool seat; /* it is done to the one that the arguments name */
} acts[] = {
	{ "room admit", NULL, ACT_ADMIT, true },
	{ "room back", NULL, ACT_BACK, true },
	{ "room kick", NULL, ACT_KICK, true },
	{ "room role", "rw", ACT_WRITABLE, true },
	{ "room role", "ro", ACT_READ_ONLY, true },
	{ "room freeze", NULL, ACT_FREEZE, false },
	{ "room thaw", NULL, ACT_THAW, false },
	{ "room end", NULL, ACT_END, false },
	{ "room pause", NULL, ACT_PAUSE, false },
	{ "room resume", NULL, ACT_RESUME, false },
};

static const struct command_act *
find_act(const struct request *q)
{
	const char *role = arg_str(q, "role");

	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (strcmp(acts[i].cmd, q->cmd) == 0 &&
		    (acts[i].role == NULL ||
			(role != NULL && strcmp(acts[i].role, role) == 0)))
			return &acts[i];
	return NULL;
}

int
cmd_act(struct request *q)
{
	const struct command_act *c = find_act(q);
	struct act a = { .site = 0 };
	const char *why = NULL;
	struct member *m;
	struct room *room;
	uint8_t site;
	int r;

	if (c == NULL)
		return refuse(q, ANSWER_INVALID, "the role is ro or rw");
	if ((r = arg_room(q, RIGHT_STAFF, &room)) != 0 ||
	    (c->seat && (r = arg_seat(q, room, &m)) != 0) ||
	    (r = arg_site(q, room, &site)) != 0)
		return r;
	a.kind = (uint8_t)c->kind;
	if (c->seat)
		a.site = m->row.site;
	r = act_do(room, site, &a, &why);
	return answer_done(q, room, r, why);
}

int
cmd_reopen(struct request *q)
{
	const char *why = NULL;
	struct room *room;
	uint8_t site;
	int r;

	if ((r = arg_room(q, RIGHT_STAFF, &room)) != 0 ||
	    (r = arg_site(q, room, &site)) != 0)
		return r;
	r = rules_reopen(room, site, &why);
	return answer_done(q, room, r, why);
}

int
cmd_extend(struct request *q)
{
	const char *why = NULL;
	struct room *room;
	uint32_t minutes;
	uint8_t site;
	int r;

	if ((r = arg_room(q, RIGHT_STAFF, &room)) != 0 ||
	    (r = arg_num(q, "minutes", EXTEND_MAX_MINUTES, 0, &minutes)) != 0)
		return r;
	if (minutes == 0)
		return refuse(q, ANSWER_INVALID, "the minutes are missing");
	if ((r = arg_site(q, room, &site)) != 0)
		return r;
	r = timer_extend(room, site, minutes, &why);
	return answer_done(q, room, r, why);
}

static int
say(struct request *q, enum say_scope scope)
{
	const char *text = arg_str(q, "text");
	struct room *room;
	uint8_t site;
	int r;

	if ((r = arg_room(q, RIGHT_STAFF, &room)) != 0)
		return r;
	if (text == NULL)
		return refuse(q, ANSWER_INVALID, "the text is missing");
	if ((r = arg_site(q, room, &site)) != 0)
		return r;
	r = room_say(room, site, scope, text, strlen(text));
	if (r == CS_EINVAL)
		return refuse(q, ANSWER_INVALID,
		    "a line has 1 to %d bytes and no control characters",
		    SAY_MAX);
	if (r == CS_EFULL)
		return refuse(q, ANSWER_STATE,
		    "room %s takes no more lines of one person", room->row.id);
	return answer_done(q, room, r, "The room has ended");
}

int
cmd_say(struct request *q)
{
	return say(q, SAY_ALL);
}

int
cmd_note(struct request *q)
{
	return say(q, SAY_NOTE);
}
