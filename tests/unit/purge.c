/* purge.c - rooms whose contents are erased: nothing of it is in any file of a
 * real hub's store, whoever is killed when. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "proto/sys/util.h"
#include "tests/lib/hubs.h"

#define CANARY "c4nary-7d1f"
#define DAY_MS 86400000LL

/* How many files of the store have CANARY in them? */
static unsigned
canaries(struct world *w)
{
	char *dir = xasprintf("%s/data/store", w->dir), *path, *bytes;
	DIR *d = opendir(dir);
	struct dirent *e;
	unsigned n = 0;
	size_t len;
	FILE *f;

	assert_non_null(d);
	bytes = xmalloc(64 << 20);
	while ((e = readdir(d)) != NULL) {
		path = xasprintf("%s/%s", dir, e->d_name);
		if (e->d_name[0] != '.' && (f = fopen(path, "r")) != NULL) {
			len = fread(bytes, 1, 64 << 20, f);
			n += memmem(bytes, len, CANARY, strlen(CANARY)) != NULL;
			fclose(f);
		}
		free(path);
	}
	closedir(d);
	free(bytes);
	free(dir);
	return n;
}

/* SQL while no hub runs; the number that it yields, or -1. */
static int64_t
sql(struct world *w, const char *text)
{
	char *path = xasprintf("%s/data/store/codesync.db", w->dir);
	sqlite3_stmt *st;
	int64_t v = -1;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_prepare_v2(db, text, -1, &st, NULL), SQLITE_OK);
	if (sqlite3_step(st) == SQLITE_ROW)
		v = sqlite3_column_int64(st, 0);
	assert_int_equal(sqlite3_finalize(st), SQLITE_OK);
	sqlite3_close(db);
	free(path);
	return v;
}

/* A room with a title, text, chat, notes, people and KB kilobytes of log, each
 * with the canary; ended. */
static void
make_full(struct world *w, char id[16], unsigned kb)
{
	char code[16], *args, text[1024], noise[901];
	struct editor *e;
	struct told t;

	tell(w, &t, "room create",
	    "{\"title\":\"title " CANARY
	    "\",\"lobby\":false,\"idempotency_key\":\"" CANARY "\"}",
	    NULL, 0);
	assert_int_equal(t.exit, 0);
	snprintf(id, 16, "%s", json_get_str(t.result, "id"));
	snprintf(code, 16, "%s",
	    json_get_str(json_at(json_get(t.result, "invites"), 0), "code"));
	told_release(&t);
	args = room_args(id, ",\"file\":\"" CANARY ".py\"");
	for (unsigned i = 0; i < kb; i++) {
		random_hex(noise, 900);
		snprintf(text, sizeof(text), CANARY "%s\n", noise);
		tell(w, &t, "room put", args, text, strlen(text));
		assert_int_equal(t.exit, 0);
		told_release(&t);
	}
	free(args);
	assert_int_equal(
	    room_cmd(w, "room say", id, ",\"text\":\"said " CANARY "\""), 0);
	assert_int_equal(
	    room_cmd(w, "room note", id, ",\"text\":\"note " CANARY "\""), 0);
	e = enter(w, id, code);
	until(w, is_here, e);
	editor_close(e);
	wait_empty(w);
	assert_int_equal(room_cmd(w, "room end", id, ""), 0);
}

struct wait {
	struct world *w;
	const char *id;
};

static bool
is_erased(void *arg)
{
	const struct wait *wait = arg;
	char *args = room_args(wait->id, "");
	struct told t;
	bool done;

	tell(wait->w, &t, "room show", args, NULL, 0);
	done =
	    t.exit == 0 && json_get_bool(json_get(t.result, "purged"), "done");
	told_release(&t);
	free(args);
	return done;
}

/* Until nothing is left of the room. */
static void
wait_erased(struct world *w, const char *id)
{
	struct wait wait = { w, id };
	uint64_t deadline = loop_now_ms() + PATIENCE_MS;

	while (!is_erased(&wait)) {
		assert_true(loop_now_ms() < deadline);
		usleep(5000);
	}
}

static bool
trail_says(struct world *w, const char *text)
{
	struct told t;
	char *all;
	bool says;

	tell(w, &t, "audit", "{}", NULL, 0);
	all = json_print(t.whole);
	says = strstr(all, text) != NULL;
	free(all);
	told_release(&t);
	return says;
}

static void
only_what_has_ended_is_erased_and_by_a_dry_run_nothing(void **state)
{
	struct world *w = *state;
	char id[16], code[16], ticket[TICKET_LEN + 1];

	make_room(w, id, code);
	assert_int_equal(room_cmd(w, "room purge", id, ""), 5);
	assert_int_equal(room_cmd(w, "room purge", id, ",\"dry_run\":true"), 5);
	assert_int_equal(room_cmd(w, "room end", id, ""), 0);
	assert_int_equal(room_cmd(w, "room purge", id, ",\"dry_run\":true"), 0);
	assert_int_equal(room_cmd(w, "room get", id, ""), 0);
	assert_int_equal(room_cmd(w, "room purge", "r-00000", ""), 3);
	assert_int_equal(room_cmd(w, "room purge", id, ""), 0);
	assert_int_equal(room_cmd(w, "room purge", id, ""), 5);
	assert_int_equal(room_cmd(w, "room get", id, ""), 5);
	assert_int_equal(room_cmd(w, "room reopen", id, ""), 5);
	assert_int_equal(authenticate(w, id, code, ticket), 0);
}

static void
nothing_of_it_is_left_but_times_and_counts(void **state)
{
	struct world *w = *state;
	char id[16], *args, *counts, *stub;
	const struct json *p;
	struct told t, dry;

	make_full(w, id, 20);
	assert_true(canaries(w) > 0);
	args = room_args(id, ",\"dry_run\":true");
	tell(w, &dry, "room purge", args, NULL, 0);
	assert_int_equal(dry.exit, 0);
	free(args);
	assert_int_equal(json_get_int(dry.result, "files", 0), 2);
	assert_int_equal(json_get_int(dry.result, "edits", 0), 20);
	assert_int_equal(json_get_int(dry.result, "chat", 0), 1);
	assert_int_equal(json_get_int(dry.result, "notes", 0), 1);
	assert_int_equal(json_get_int(dry.result, "people", 0), 1);
	assert_true(json_get_int(dry.result, "bytes", 0) > 10000);
	assert_int_equal(room_cmd(w, "room purge", id, ""), 0);
	wait_erased(w, id);
	assert_int_equal(canaries(w), 0);
	args = room_args(id, "");
	tell(w, &t, "room show", args, NULL, 0);
	free(args);
	p = json_get(t.result, "purged");
	assert_string_equal(json_get_str(p, "by"), "@local");
	assert_int_equal(json_get_int(p, "edits", 0), 20);
	assert_int_equal(json_get_int(p, "files", 0), 2);
	assert_int_equal(
	    json_get_int(p, "bytes", 0), json_get_int(dry.result, "bytes", 0));
	assert_non_null(json_get_str(t.result, "ended_at"));
	assert_string_equal(json_get_str(t.result, "title"), "");
	stub = json_print(t.whole);
	assert_null(strstr(stub, CANARY));
	counts =
	    xasprintf("%s files 2 edits 20 runs 0 chat 1 notes 1 people 1", id);
	assert_true(trail_says(w, counts));
	free(counts);
	free(stub);
	told_release(&t);
	told_release(&dry);
}

static bool
is_told_that_it_is_gone(void *arg)
{
	return ((struct editor *)arg)->bye == BYE_GONE;
}

static void
who_is_in_it_is_sent_away(void **state)
{
	struct world *w = *state;
	char id[16], code[16], staff[16];
	struct editor *e;

	make_room(w, id, code);
	invite(w, id, "interviewer", staff);
	e = enter(w, id, staff);
	until(w, is_here, e);
	assert_int_equal(room_cmd(w, "room end", id, ""), 0);
	assert_int_equal(room_cmd(w, "room purge", id, ""), 0);
	until(w, is_told_that_it_is_gone, e);
	editor_close(e);
	wait_erased(w, id);
}

static void
the_next_hub_ends_what_was_begun(void **state)
{
	struct world *w = *state;
	char id[16];

	make_full(w, id, 600);
	assert_int_equal(room_cmd(w, "room purge", id, ""), 0);
	hub_kill(w); /* wherever it is */
	hub_start(w);
	wait_erased(w, id);
	assert_int_equal(canaries(w), 0);
	hub_kill(w);
	assert_int_equal(sql(w, "SELECT count(*) FROM log"), 0);
	assert_int_equal(sql(w, "SELECT edits FROM purges"), 600);
	assert_int_equal(sql(w, "SELECT count(*) FROM seats"), 0);
	hub_start(w);
}

static void
a_half_erased_room_is_erased_by_the_next_hub(void **state)
{
	struct world *w = *state;
	char id[16];

	make_full(w, id, 200);
	hub_kill(w);
	sql(w, "UPDATE rooms SET purged_ms=1,title='',once_key=NULL");
	sql(w, "INSERT INTO purges SELECT key,'@ann','local',0,0,100,0,1,1,1,1 "
	       "FROM rooms");
	sql(w, "DELETE FROM log WHERE first_rev IN "
	       "(SELECT first_rev FROM log ORDER BY first_rev LIMIT 50)");
	hub_start(w);
	wait_erased(w, id);
	assert_int_equal(canaries(w), 0);
	assert_true(trail_says(w, "\"who\":\"@ann\""));
	hub_kill(w);
	assert_int_equal(sql(w, "SELECT count(*) FROM log"), 0);
	assert_int_equal(sql(w, "SELECT done FROM purges"), 1);
	hub_start(w);
}

static void
a_damaged_room_is_erased_as_well(void **state)
{
	struct world *w = *state;
	char id[16];

	make_full(w, id, 20);
	hub_kill(w);
	sql(w, "DELETE FROM snapshots");
	sql(w, "UPDATE log SET bytes=x'00' WHERE first_rev=1");
	hub_start(w);
	assert_int_equal(room_cmd(w, "room get", id, ""), 1);
	assert_int_equal(room_cmd(w, "room purge", id, ",\"dry_run\":true"), 0);
	assert_int_equal(room_cmd(w, "room purge", id, ""), 0);
	wait_erased(w, id);
	assert_int_equal(canaries(w), 0);
}

static void
rooms_go_by_themselves_when_their_time_is_over(void **state)
{
	struct world *w = *state;
	char due[16], kept[16], stale[16], live[16], code[16], *set;
	const int64_t day = (int64_t)loop_wall_ms() - DAY_MS;
	const uint64_t deadline = loop_now_ms() + PATIENCE_MS;

	make_full(w, due, 1);
	make_room(w, kept, code);
	assert_int_equal(room_cmd(w, "room end", kept, ""), 0);
	make_room(w, stale, code);
	make_room(w, live, code);
	hub_kill(w);
	set = xasprintf("UPDATE rooms SET retention_days=1, created_ms=1,"
			" ended_ms=%lld WHERE id='%s'",
	    (long long)day, due);
	sql(w, set);
	free(set);
	set = xasprintf("UPDATE rooms SET retention_days=1, ended_ms=%lld "
			"WHERE id='%s'",
	    (long long)day + 3600000, kept);
	sql(w, set);
	free(set);
	/* never ended; in one of them something has happened today */
	set = xasprintf("UPDATE rooms SET retention_days=1, created_ms=1 "
			"WHERE id IN ('%s','%s')",
	    stale, live);
	sql(w, set);
	free(set);
	set = xasprintf("DELETE FROM log WHERE room=(SELECT key FROM rooms "
			"WHERE id='%s')",
	    stale);
	sql(w, set);
	free(set);
	hub_start(w);
	wait_erased(w, due);
	assert_int_equal(canaries(w), 0);
	/* who looks at it would keep it */
	set = xasprintf("\"source\":\"retention\",\"action\":\"room purged\","
			"\"target\":\"%s ",
	    stale);
	while (!trail_says(w, set)) {
		assert_true(loop_now_ms() < deadline);
		usleep(5000);
	}
	free(set);
	wait_erased(w, stale);
	assert_int_equal(room_cmd(w, "room get", kept, ""), 0);
	assert_int_equal(room_cmd(w, "room get", live, ""), 0);
}

static bool
has_said(void *arg)
{
	return ((struct editor *)arg)->types[MSG_NOTICE] > 0;
}

static bool
has_said_bye(void *arg)
{
	return ((struct editor *)arg)->types[MSG_BYE] > 0;
}

/* What the hub says to ACT_PURGE of E. */
static const char *
refusal(struct world *w, struct editor *e)
{
	e->types[MSG_NOTICE] = 0;
	say_act(e, ACT_PURGE, 0, 0);
	until(w, has_said, e);
	return e->notice_text;
}

/* The seat of the local admin, as `codesync join` has it. */
static struct editor *
enter_locally(struct world *w, const char *id)
{
	char *args = room_args(id, ",\"name\":\"Ada\"");
	struct editor *e;
	struct told t;

	tell(w, &t, "room join", args, NULL, 0);
	assert_int_equal(t.exit, 0);
	e = editor_open(w, json_get_str(t.result, "ticket"), false);
	told_release(&t);
	free(args);
	until(w, is_here, e);
	return e;
}

static void
only_its_owner_erases_it_from_the_editor(void **state)
{
	struct world *w = *state;
	struct editor *owner;
	struct meeting s;

	meeting_begin(&s, w);
	owner = enter_locally(w, s.id);
	assert_true(owner->welcome.owns);
	assert_false(s.staff->welcome.owns || s.c->welcome.owns);
	assert_string_equal(
	    refusal(w, owner), "Only a room that has ended can be erased");
	assert_int_equal(room_cmd(w, "room end", s.id, ""), 0);
	assert_string_equal(refusal(w, s.staff),
	    "Only who owns the room and admins may erase it");
	assert_string_equal(
	    refusal(w, s.c), "Only the staff of the room may do this");
	assert_false(trail_says(w, "\"source\":\"editor\""));
	say_act(owner, ACT_PURGE, 0, 0);
	until(w, has_said_bye, s.staff);
	wait_erased(w, s.id);
	assert_true(trail_says(w, "\"source\":\"editor\""));
	editor_close(owner);
	meeting_end(&s);
}

int
main(void)
{
#define with_hub(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		with_hub(
		    only_what_has_ended_is_erased_and_by_a_dry_run_nothing),
		with_hub(nothing_of_it_is_left_but_times_and_counts),
		with_hub(who_is_in_it_is_sent_away),
		with_hub(the_next_hub_ends_what_was_begun),
		with_hub(a_damaged_room_is_erased_as_well),
		with_hub(a_half_erased_room_is_erased_by_the_next_hub),
		with_hub(rooms_go_by_themselves_when_their_time_is_over),
		with_hub(only_its_owner_erases_it_from_the_editor),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
