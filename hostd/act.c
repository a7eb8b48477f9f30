/* act.c - what people do in a room besides typing. */
#include <stdio.h>

#include "hostd/act.h"
#include "hostd/audit.h"
#include "hostd/jobs.h"
#include "hostd/purge.h"
#include "hostd/rules.h"
#include "hostd/said.h"
#include "hostd/timer.h"
#include "hostd/user.h"
#include "hostd/wire.h"
#include "proto/err.h"
#include "proto/sys/log.h"

/* Each act is a record or a row that stays, and no limit of the log stops it: so
 * nobody does more than ACT_BURST at once, and one in ACT_MS in the long run. */
#define ACT_MS 250
#define ACT_BURST 40

static const char hasty[] = "Too much at once: try again in a moment";

/* --- acts --- */

static bool
is_hasty(const struct member *m)
{
	return m->acts_ms > loop_now_ms() + (ACT_BURST - 1) * ACT_MS;
}

static void
has_acted(struct member *m)
{
	uint64_t now_ms = loop_now_ms();

	m->acts_ms = (m->acts_ms > now_ms ? m->acts_ms : now_ms) + ACT_MS;
}

static int
do_admit(struct room *room, uint8_t by, struct member *m, const struct act *a,
    const char **why)
{
	(void)a;
	return rules_admit(room, by, m, why);
}

static int
do_back(struct room *room, uint8_t by, struct member *m, const struct act *a,
    const char **why)
{
	(void)a;
	return rules_back(room, by, m, why);
}

static int
do_kick(struct room *room, uint8_t by, struct member *m, const struct act *a,
    const char **why)
{
	int r = rules_kick(room, by, m, why);

	(void)a;
	/* whoever may come back, as its owner may, asks again */
	if (r == 0 && m->row.user != 0)
		seats_unwatch(room->hub, m->row.user, room);
	return r;
}

static int
do_role(struct room *room, uint8_t by, struct member *m, const struct act *a,
    const char **why)
{
	return rules_role(room, by, m, a->kind == ACT_WRITABLE, why);
}

static int
do_freeze(struct room *room, uint8_t by, struct member *m, const struct act *a,
    const char **why)
{
	(void)m;
	return rules_freeze(room, by, a->kind == ACT_FREEZE, why);
}

static int
do_end(struct room *room, uint8_t by, struct member *m, const struct act *a,
    const char **why)
{
	int r = rules_end(room, by, why);

	(void)m;
	(void)a;
	if (r == 0)
		jobs_stop(room, by); /* if there is one */
	return r;
}

static int
do_focus(struct room *room, uint8_t by, struct member *m, const struct act *a,
    const char **why)
{
	(void)m;
	return rules_focus(room, by, a->minutes, why);
}

static int
do_mark(struct room *room, uint8_t by, struct member *m, const struct act *a,
    const char **why)
{
	(void)m;
	(void)a;
	return rules_mark(room, by, why);
}

static int
do_timer(struct room *room, uint8_t by, struct member *m, const struct act *a,
    const char **why)
{
	(void)m;
	return a->kind == ACT_PAUSE ? timer_pause(room, by, why)
				    : timer_resume(room, by, why);
}

static const struct deed {
	const char *name; /* in the trail, as the command is called; NULL: it
			     changes nothing that is told there */
	bool seat;        /* it is done to one */
	bool candidate;   /* who may do it, too */
	int (*fn)(struct room *room, uint8_t by, struct member *m,
	    const struct act *a, const char **why);
} deeds[ACTS] = {
	[ACT_ADMIT] = { "room admit", true, false, do_admit },
	[ACT_BACK] = { "room back", true, false, do_back },
	[ACT_KICK] = { "room kick", true, false, do_kick },
	[ACT_READ_ONLY] = { "room role ro", true, false, do_role },
	[ACT_WRITABLE] = { "room role rw", true, false, do_role },
	[ACT_FREEZE] = { "room freeze", false, false, do_freeze },
	[ACT_THAW] = { "room thaw", false, false, do_freeze },
	[ACT_END] = { "room end", false, false, do_end },
	[ACT_FOCUS] = { "room focus", false, true, do_focus },
	[ACT_MARK] = { NULL, false, true, do_mark },
	[ACT_PAUSE] = { "room pause", false, false, do_timer },
	[ACT_RESUME] = { "room resume", false, false, do_timer },
};

int
act_do(struct room *room, uint8_t by, const struct act *a, const char **why)
{
	const struct deed *deed = &deeds[a->kind];
	struct member *m = NULL;
	int r;

	if (deed->seat) {
		m = a->site != SITE_LOCAL ? room->members[a->site] : NULL;
		if (m == NULL || m->row.state == SEAT_KICKED)
			return CS_ENOTFOUND;
	}
	if ((r = deed->fn(room, by, m, a, why)) == 0)
		seats_follow(room);
	return r;
}

void
act_end_empty(struct hub *h)
{
	static const struct act a = { .kind = ACT_END };
	const struct who nobody = { .kind = WHO_LOCAL, .source = "timer" };
	uint64_t max_ms = (uint64_t)h->conf.empty_minutes * 60000;
	const char *why = "";
	struct room_row row;
	struct room *room;

	if (store_room_empty(h->store, loop_wall_ms() - max_ms, &row) < 0)
		return;
	if (room_open(h, row.id, &room) == 0 &&
	    act_do(room, 0, &a, &why) == 0) {
		audit_add(h, &nobody, "room end", row.id, "ok");
		log_info("room %s is ended: nobody was there for %u minutes",
		    row.id, h->conf.empty_minutes);
		return;
	}
	/* its log is damaged: it is not asked for again until somebody comes */
	row.empty_ms = 0;
	store_room_timer(h->store, &row);
}

static void
audit_act(
    const struct seat *s, const struct deed *deed, const struct act *a, int r)
{
	const struct member *m = deed->seat ? s->room->members[a->site] : NULL;
	char target[STORE_ID_SIZE + LABEL_SIZE];

	snprintf(target, sizeof(target), "%s%s%s", s->room->row.id,
	    m != NULL ? "/" : "", m != NULL ? m->row.label : "");
	audit_seat(s->room, s->site, deed->name, target,
	    r == 0              ? "ok"
	    : r == CS_ENOTFOUND ? "not_found"
				: "state");
}

/* It is no deed: of the room, and of S in it, nothing is left. */
static void
act_purge(struct seat *s)
{
	const char *why = "The host cannot do this now";
	struct room *room = s->room;
	uint8_t site = s->site;

	if (purge_by_seat(room, site, &why) == 0)
		return;
	audit_seat(room, site, "room purge", room->row.id, "refused");
	seat_notice(s, NOTICE_ERROR, why);
}

void
act_on_act(struct seat *s, const struct msg *m)
{
	const struct deed *deed = &deeds[m->act.kind];
	const char *why = "The host cannot do this now";
	struct member *mb = s->member;
	uint8_t role = mb->row.role;
	int r;

	if (role != ROLE_INTERVIEWER &&
	    !(deed->candidate && role == ROLE_CANDIDATE)) {
		seat_notice(
		    s, NOTICE_ERROR, "Only the staff of the room may do this");
		return;
	}
	if (deed->seat && m->act.site == s->site) {
		seat_notice(s, NOTICE_ERROR, "Not to yourself");
		return;
	}
	if (is_hasty(mb)) {
		seat_notice(s, NOTICE_ERROR, hasty);
		return;
	}
	if (m->act.kind == ACT_PURGE) {
		act_purge(s);
		return;
	}
	r = act_do(s->room, s->site, &m->act, &why);
	if (r == 0)
		has_acted(mb);
	if (deed->name != NULL)
		audit_act(s, deed, &m->act, r);
	if (r == CS_ENOTFOUND)
		why = "Nobody has this seat";
	if (r < 0)
		seat_notice(s, NOTICE_ERROR, why);
}

/* --- how things look --- */

uint64_t
act_looks(const struct hub *h, const struct member *m)
{
	struct user_row u;

	if (m->row.user == 0)
		return m->row.looks;
	return store_user_by_key(h->store, m->row.user, &u) == 0 ? u.looks : 0;
}

/* Kept with the account, or else with the seat, and gone with either. */
static int
keep_looks(const struct seat *s, uint64_t looks)
{
	struct member *m = s->member;

	if (m->row.user != 0)
		return store_user_set_looks(s->hub->store, m->row.user, looks);
	m->row.looks = looks;
	return room_keep(s->room, m);
}

void
act_on_looks(struct seat *s, const struct msg *m)
{
	struct member *mb = s->member;

	if (mb == NULL || act_looks(s->hub, mb) == m->looks)
		return;
	if (is_hasty(mb)) {
		seat_notice(s, NOTICE_ERROR, hasty);
		return;
	}
	has_acted(mb);
	if (keep_looks(s, m->looks) < 0)
		seat_notice(s, NOTICE_ERROR, "The host cannot do this now");
}

/* --- lines --- */

/* For whom S's line is: from the lobby only the staff hears it, and in a replay
 * there are only notes. CS_EPERM. */
static int
scope_of(const struct seat *s, const struct msg *m, enum say_scope *scope)
{
	uint8_t role;

	*scope = (enum say_scope)m->scope;
	if (s->site == 0)
		return *scope == SAY_NOTE ? 0 : CS_EPERM;
	role = s->member->row.role;
	*scope = s->joined ? (enum say_scope)m->scope : SAY_STAFF;
	if (role == ROLE_OBSERVER)
		return CS_EPERM;
	return *scope == SAY_ALL || role == ROLE_INTERVIEWER || !s->joined
		   ? 0
		   : CS_EPERM;
}

/* S says M, in a replay for whom it was asked, as by command. */
static int
say(struct seat *s, enum say_scope scope, const struct msg *m)
{
	uint8_t site = s->site;
	int r, made = site == 0 ? who_site(&s->who, s->room, &site) : 0;

	if (made < 0)
		return made;
	r = room_say(s->room, site, scope, m->text, m->text_len);
	if (r < 0 && made == 1)
		room_seat_undo(s->room, site);
	return r;
}

void
act_on_say(struct seat *s, const struct msg *m)
{
	static const struct {
		int err;
		const char *why;
	} table[] = {
		{ CS_EPERM, "This seat may not say this" },
		{ CS_EINVAL, "A line has 1 to 2000 bytes and no control "
			     "characters" },
		{ CS_ESTATE, "The room has ended" },
		{ CS_EFULL,
		    "You have said all that a room takes of one person" },
		{ CS_EBUSY, "The room has no seat left" },
	};
	const char *why = "The host cannot do this now";
	enum say_scope scope;
	int r = scope_of(s, m, &scope);

	if (r == 0)
		r = say(s, scope, m);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].err == r)
			why = table[i].why;
	if (r < 0)
		seat_notice(s, NOTICE_ERROR, why);
}
