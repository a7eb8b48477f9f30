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

/* Do KIND to the room, or with SEAT to the one that the arguments name. */
static int
act(struct request *q, enum act_kind kind, bool seat)
{
	struct act a = { .kind = (uint8_t)kind };
	const char *why = NULL;
	struct member *m;
	struct room *room;
	uint8_t site;
	int r;

	if ((r = arg_room(q, RIGHT_STAFF, &room)) != 0 ||
	    (seat && (r = arg_seat(q, room, &m)) != 0) ||
	    (r = arg_site(q, room, &site)) != 0)
		return r;
	if (seat)
		a.site = m->row.site;
	r = act_do(room, site, &a, &why);
	return answer_done(q, room, r, why);
}

int
cmd_admit(struct request *q)
{
	return act(q, ACT_ADMIT, true);
}

int
cmd_back(struct request *q)
{
	return act(q, ACT_BACK, true);
}

int
cmd_kick(struct request *q)
{
	return act(q, ACT_KICK, true);
}

int
cmd_role(struct request *q)
{
	const char *role = arg_str(q, "role");

	if (role != NULL && strcmp(role, "rw") == 0)
		return act(q, ACT_WRITABLE, true);
	if (role != NULL && strcmp(role, "ro") == 0)
		return act(q, ACT_READ_ONLY, true);
	return refuse(q, ANSWER_INVALID, "the role is ro or rw");
}

int
cmd_freeze(struct request *q)
{
	return act(q, ACT_FREEZE, false);
}

int
cmd_thaw(struct request *q)
{
	return act(q, ACT_THAW, false);
}

int
cmd_end(struct request *q)
{
	return act(q, ACT_END, false);
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
cmd_pause(struct request *q)
{
	return act(q, ACT_PAUSE, false);
}

int
cmd_resume(struct request *q)
{
	return act(q, ACT_RESUME, false);
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
