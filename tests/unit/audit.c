/* audit.c - the trail: what it tells, what nobody can change, and how it stays
 * small when somebody is refused a thousand times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "hostd/audit.h"
#include "hostd/sql.h"
#include "tests/lib/world.h"

static const struct who local = {
	.kind = WHO_LOCAL, .admin = true, .source = "local"
};

static struct who
stranger(const char *name, const char *source)
{
	struct who w = { .kind = WHO_NOBODY };

	snprintf(w.name, sizeof(w.name), "%s", name);
	snprintf(w.source, sizeof(w.source), "%s", source);
	return w;
}

static struct audit_row *
lines(struct world *w, size_t *n)
{
	struct audit_row *rows;

	assert_int_equal(audit_read(w->hub.store, 0, 0, &rows, n), 0);
	return rows;
}

static void
a_line_says_who_did_what_from_where(void **state)
{
	struct world *w = *state;
	struct who ann = { .kind = WHO_USER, .user = 3, .source = "192.0.2.1" };
	struct audit_row *rows;
	struct room *room = make_room(&w->hub);
	struct member *m;
	char target[64];
	size_t n;

	snprintf(ann.name, sizeof(ann.name), "ann");
	assert_int_equal(
	    room_seat_add(room, ROLE_CANDIDATE, NULL, NULL, &m), 0);
	audit_add(&w->hub, &local, "user add", "ann", "ok");
	audit_add(&w->hub, &ann, "room kick", "r-00001/C", "not_found");
	audit_seat(room, m->row.site, "room join", "", "ok");
	turn(&w->hub);
	rows = lines(w, &n);
	assert_int_equal(n, 3);
	assert_string_equal(rows[0].who, "@local");
	assert_string_equal(rows[0].source, "local");
	assert_string_equal(rows[0].action, "user add");
	assert_string_equal(rows[0].target, "ann");
	assert_string_equal(rows[0].result, "ok");
	assert_true(rows[0].at_ms > 0);
	assert_string_equal(rows[1].who, "@ann");
	assert_string_equal(rows[1].source, "192.0.2.1");
	assert_string_equal(rows[1].result, "not_found");
	snprintf(target, sizeof(target), "%s/C", room->row.id);
	assert_string_equal(rows[2].who, target);
	free(rows);
}

static void
a_line_is_one_line_and_has_an_end(void **state)
{
	struct world *w = *state;
	struct who evil = stranger("x\n\033[2Jy", "192.0.2.1");
	char text[400];
	struct audit_row *rows;
	size_t n;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	audit_add(&w->hub, &evil, "sign in", text, "a\tb");
	turn(&w->hub);
	rows = lines(w, &n);
	assert_int_equal(n, 1);
	assert_string_equal(rows[0].who, "x??[2Jy");
	assert_int_equal(strlen(rows[0].target), AUDIT_TEXT_SIZE - 1);
	assert_string_equal(rows[0].result, "a?b");
	free(rows);
}

static void
nobody_changes_or_removes_a_line(void **state)
{
	static const char *const tries[] = { "UPDATE audit SET who='eve'",
		"DELETE FROM audit", "DELETE FROM audit WHERE key=1",
		"INSERT OR REPLACE INTO audit VALUES (1,0,'','','','','')" };
	struct world *w = *state;
	struct audit_row *rows;
	sqlite3 *db;
	size_t n;

	audit_add(&w->hub, &local, "user add", "ann", "ok");
	turn(&w->hub);
	store_close(w->hub.store);
	assert_int_equal(sqlite3_open(w->path, &db), SQLITE_OK);
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++)
		assert_int_not_equal(
		    sqlite3_exec(db, tries[i], NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(store_open(&w->hub.store, w->path, false), 0);
	rows = lines(w, &n);
	assert_int_equal(n, 1);
	assert_string_equal(rows[0].who, "@local");
	free(rows);
}

static void
a_thousand_denials_from_one_source_are_two_lines(void **state)
{
	struct world *w = *state;
	char name[32];
	struct who who;
	struct audit_row *rows;
	size_t n;

	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "name%d", i);
		who = stranger(name, "192.0.2.1");
		audit_denied(&w->hub, &who, "sign in", "", "denied");
	}
	turn(&w->hub);
	rows = lines(w, &n);
	assert_int_equal(n, 1);
	assert_string_equal(rows[0].who, "name0");
	free(rows);
	audit_tick(&w->hub, loop_now_ms()); /* not yet */
	audit_tick(&w->hub, loop_now_ms() + AUDIT_DENIAL_MS + 1);
	turn(&w->hub);
	rows = lines(w, &n);
	assert_int_equal(n, 2);
	assert_string_equal(rows[1].source, "192.0.2.1");
	assert_string_equal(rows[1].result, "999 more were refused");
	free(rows);
	audit_denied(&w->hub, &who, "sign in", "", "denied");
	turn(&w->hub);
	rows = lines(w, &n);
	assert_int_equal(n, 3); /* and it begins anew */
	free(rows);
	audit_close(&w->hub);
}

static void
denials_from_very_many_sources_are_bounded(void **state)
{
	struct world *w = *state;
	char source[32];
	struct who who;
	struct audit_row *rows;
	size_t n;

	for (int i = 0; i < 5000; i++) {
		snprintf(source, sizeof(source), "192.0.2.%d", i);
		who = stranger("x", source);
		audit_denied(&w->hub, &who, "sign in", "", "denied");
	}
	turn(&w->hub);
	rows = lines(w, &n);
	assert_int_equal(n, AUDIT_DENIALS + 1);
	free(rows);
	audit_close(&w->hub); /* tells what was only counted */
	rows = lines(w, &n);
	assert_int_equal(n, AUDIT_DENIALS + 2);
	assert_string_equal(rows[n - 1].source, "others");
	assert_string_equal(rows[n - 1].result, "4935 more were refused");
	free(rows);
}

static void
it_is_read_in_pages_and_from_a_time_on(void **state)
{
	struct world *w = *state;
	struct audit_row *rows;
	int64_t last;
	size_t n;

	for (int i = 0; i < AUDIT_PAGE + 2; i++)
		audit_add(&w->hub, &local, "room put", "", "ok");
	turn(&w->hub);
	rows = lines(w, &n);
	assert_int_equal(n, AUDIT_PAGE);
	last = rows[n - 1].key;
	free(rows);
	assert_int_equal(audit_read(w->hub.store, last, 0, &rows, &n), 0);
	assert_int_equal(n, 2);
	free(rows);
	assert_int_equal(
	    audit_read(w->hub.store, 0, loop_wall_ms() + 1000, &rows, &n), 0);
	assert_int_equal(n, 0);
	free(rows);
}

static void
lines_are_kept_as_long_as_is_configured(void **state)
{
	static const char old[] = "INSERT INTO audit VALUES "
				  "(NULL,?,'@ann','local','room put','','ok')";
	const uint64_t day_ms = 24 * 3600 * 1000, now = loop_wall_ms();
	struct world *w = *state;
	struct audit_row *rows;
	size_t n;

	for (int i = 0; i < 700; i++)
		assert_int_equal(sql_put(w->hub.store, old, "i",
				     (int64_t)(now - 3 * day_ms)),
		    0);
	assert_int_equal(
	    sql_put(w->hub.store, old, "i", (int64_t)(now - day_ms)), 0);
	turn(&w->hub);
	w->hub.conf.audit_days = 2;
	audit_tick(&w->hub, loop_now_ms());
	turn(&w->hub);
	rows = lines(w, &n);
	assert_int_equal(n, 700 - 500 + 1 + 1); /* some at a time */
	assert_string_equal(rows[n - 1].action, "audit expire");
	assert_string_equal(rows[n - 1].result, "500 lines removed");
	free(rows);
	audit_tick(&w->hub, loop_now_ms());
	turn(&w->hub);
	rows = lines(w, &n);
	assert_int_equal(n, 3);
	assert_string_equal(rows[0].action, "room put");
	assert_true(rows[0].at_ms == now - day_ms);
	assert_string_equal(rows[2].result, "200 lines removed");
	free(rows);
	/* and what is not that old stays for everybody */
	assert_true(sql_put(w->hub.store, "DELETE FROM audit", "") < 0);
	store_rollback(w->hub.store);
	rows = lines(w, &n);
	assert_int_equal(n, 3);
	free(rows);
	audit_close(&w->hub);
}

int
main(void)
{
#define in_world(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		in_world(a_line_says_who_did_what_from_where),
		in_world(a_line_is_one_line_and_has_an_end),
		in_world(nobody_changes_or_removes_a_line),
		in_world(a_thousand_denials_from_one_source_are_two_lines),
		in_world(lines_are_kept_as_long_as_is_configured),
		in_world(denials_from_very_many_sources_are_bounded),
		in_world(it_is_read_in_pages_and_from_a_time_on),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
