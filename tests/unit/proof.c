/* proof.c - a real hub has the logs of rooms signed, and notices when one is not
 * what it was. The test is codesyncd, with a key of its own. */
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "hostd/sign.h"
#include "proto/sys/util.h"
#include "tests/lib/hostkey.h"
#include "tests/lib/hubs.h"

/* --- who signs --- */

struct signer {
	struct world *w;
	pthread_t thread;
	int stop[2];
};

static void *
sign_all(void *arg)
{
	struct signer *s = arg;
	struct pollfd p[2] = { { s->w->monitor, POLLIN, 0 },
		{ s->stop[0], POLLIN, 0 } };
	uint8_t seed[32], key[SSHSIG_KEY_LEN];
	struct mon_msg m;

	if (sign_key(hostkey_pem, seed, key) < 0)
		return NULL;
	while (poll(p, 2, -1) > 0 && p[1].revents == 0)
		if (mon_recv(s->w->monitor, &m, NULL) == 1 &&
		    m.type == MON_HUB_SIGN && sign_head(&m, seed, key) == 0)
			mon_send(s->w->monitor, &m, -1);
	return NULL;
}

static void
signer_start(struct signer *s, struct world *w)
{
	memset(s, 0, sizeof(*s));
	s->w = w;
	assert_int_equal(pipe(s->stop), 0);
	assert_int_equal(pthread_create(&s->thread, NULL, sign_all, s), 0);
}

static void
signer_stop(struct signer *s)
{
	assert_int_equal(write(s->stop[1], "", 1), 1);
	pthread_join(s->thread, NULL);
	close(s->stop[0]);
	close(s->stop[1]);
}

/* --- rooms --- */

static void
sql(struct world *w, const char *text)
{
	char *path = xasprintf("%s/data/store/codesync.db", w->dir);
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	free(path);
}

static void
verify(struct world *w, struct told *t, const char *id)
{
	char *args = room_args(id, "");

	tell(w, t, "room verify", args, NULL, 0);
	free(args);
}

/* The exit status, and with it SIGNATURE ("ok" ...), or "". */
static int
verdict(struct world *w, const char *id, char signature[16], char sha256[65],
    int64_t *rev)
{
	const char *s;
	struct told t;
	int exit;

	verify(w, &t, id);
	exit = t.exit;
	s = json_get_str(t.result, "signature");
	snprintf(signature, 16, "%s", s != NULL ? s : "");
	s = json_get_str(t.result, "sha256");
	snprintf(sha256, 65, "%s", s != NULL ? s : "");
	*rev = json_get_int(t.result, "rev", 0);
	told_release(&t);
	return exit;
}

/* With ten lines, each a row of the store. */
static void
make_lines(struct world *w, char id[16])
{
	char code[16], noise[1201], *args;
	struct told t;

	make_room(w, id, code);
	args = room_args(id, ",\"file\":\"main.py\"");
	for (unsigned i = 0; i < 10; i++) {
		random_hex(noise, 1200);
		tell(w, &t, "room put", args, noise, 1200);
		assert_int_equal(t.exit, 0);
		told_release(&t);
	}
	free(args);
}

/* --- tests --- */

static void
a_log_is_signed_at_the_end_and_again_after_what_comes_later(void **state)
{
	struct world *w = *state;
	char id[16], sig[16], first[65], later[65];
	struct signer s;
	int64_t rev, more;

	signer_start(&s, w);
	make_lines(w, id);
	assert_int_equal(verdict(w, id, sig, first, &rev), 0);
	assert_string_equal(sig, "none");
	assert_int_equal(room_cmd(w, "room end", id, ""), 0);
	assert_int_equal(verdict(w, id, sig, first, &rev), 0);
	assert_string_equal(sig, "ok");
	assert_int_equal(verdict(w, id, sig, later, &more), 0);
	assert_string_equal(first, later);
	assert_int_equal(room_cmd(w, "room note", id, ",\"text\":\"good\""), 0);
	assert_int_equal(verdict(w, id, sig, later, &more), 0);
	assert_string_equal(sig, "ok");
	assert_int_equal(more, rev + 1);
	assert_string_not_equal(first, later);
	signer_stop(&s);
}

static void
without_somebody_who_signs_it_is_said(void **state)
{
	struct world *w = *state;
	char id[16], sig[16], sha[65];
	struct signer s;
	int64_t rev;

	make_lines(w, id);
	assert_int_equal(room_cmd(w, "room end", id, ""), 0);
	assert_int_equal(verdict(w, id, sig, sha, &rev), 0);
	assert_string_equal(sig, "none");
	signer_start(&s, w); /* then it comes by itself, or now */
	assert_int_equal(verdict(w, id, sig, sha, &rev), 0);
	assert_string_equal(sig, "ok");
	signer_stop(&s);
}

/* End a room, have it signed, CHANGE its log while no hub runs, and look. */
static void
change(struct world *w, const char *change_sql, const char *why)
{
	char id[16], sig[16], sha[65];
	struct signer s;
	struct told t;
	int64_t rev;

	make_lines(w, id);
	assert_int_equal(room_cmd(w, "room end", id, ""), 0);
	signer_start(&s, w);
	assert_int_equal(verdict(w, id, sig, sha, &rev), 0);
	assert_string_equal(sig, "ok");
	signer_stop(&s);
	hub_kill(w);
	sql(w, change_sql);
	hub_start(w);
	signer_start(&s, w);
	verify(w, &t, id);
	assert_int_equal(t.exit, 1);
	assert_non_null(
	    strstr(json_get_str(json_get(t.whole, "error"), "message"), why));
	told_release(&t);
	signer_stop(&s);
}

static void
a_changed_byte_of_the_log_is_noticed(void **state)
{
	/* a digit of what was written in the fifth row */
	change(*state,
	    "UPDATE log SET bytes=CAST(substr(bytes,1,length(bytes)-1)||"
	    "CASE substr(bytes,-1) WHEN x'30' THEN x'31' ELSE x'30' END AS "
	    "BLOB) WHERE first_rev=(SELECT first_rev FROM log ORDER BY "
	    "first_rev LIMIT 1 OFFSET 4); DELETE FROM snapshots;",
	    "not the one");
}

static void
a_missing_end_is_noticed(void **state)
{
	change(*state,
	    "DELETE FROM log WHERE first_rev=(SELECT max(first_rev) FROM log);"
	    "DELETE FROM snapshots;",
	    "missing");
}

static void
a_changed_signature_is_noticed(void **state)
{
	change(*state, "UPDATE heads SET at_ms=at_ms-1000;",
	    "not signed by this host");
}

static void
a_room_of_before_is_signed_when_it_is_asked_for(void **state)
{
	struct world *w = *state;
	struct signer s;
	struct told t;
	char id[16];

	make_lines(w, id);
	assert_int_equal(room_cmd(w, "room end", id, ""), 0);
	hub_kill(w);
	sql(w, "DELETE FROM heads; UPDATE rooms SET ended_ms=ended_ms-200000;");
	hub_start(w);
	signer_start(&s, w);
	verify(w, &t, id);
	assert_int_equal(t.exit, 0);
	assert_string_equal(json_get_str(t.result, "signature"), "ok");
	assert_true(json_get_int(t.result, "signed_late_s", 0) >= 200);
	told_release(&t);
	signer_stop(&s);
}

static void
an_export_is_for_the_staff_and_in_the_trail(void **state)
{
	struct world *w = *state;
	char id[16], sha[65], *args, *all, *line;
	struct signer s;
	struct told t;
	int64_t rev;

	make_lines(w, id);
	assert_int_equal(
	    room_cmd(w, "room export", id, ",\"format\":\"pdf\""), 2);
	assert_int_equal(
	    room_cmd(w, "room export", "r-00000", ",\"format\":\"tar\""), 3);
	assert_int_equal(
	    room_cmd(w, "room export", id, ",\"format\":\"tar\""), 0);
	assert_int_equal(room_cmd(w, "room end", id, ""), 0);
	signer_start(&s, w);
	args = room_args(id, ",\"format\":\"bundle\"");
	tell(w, &t, "room export", args, NULL, 0);
	free(args);
	assert_int_equal(t.exit, 0);
	assert_string_equal(json_get_str(json_get(t.result, "room"), "id"), id);
	assert_non_null(json_get_str(json_get(t.result, "head"), "sshsig"));
	rev = json_get_int(json_get(t.result, "head"), "rev", 0);
	snprintf(sha, sizeof(sha), "%s",
	    json_get_str(json_get(t.result, "head"), "sha256"));
	told_release(&t);
	signer_stop(&s);
	tell(w, &t, "audit", "{}", NULL, 0);
	all = json_print(t.whole);
	line = xasprintf(
	    "\"action\":\"room export\",\"target\":\"%s bundle\"", id);
	assert_non_null(strstr(all, line));
	free(line);
	/* and so is the head, which nobody can take away there */
	line = xasprintf("\"action\":\"room sign\",\"target\":\"%s %lld %s\"",
	    id, (long long)rev, sha);
	assert_non_null(strstr(all, line));
	free(line);
	free(all);
	told_release(&t);
}

int
main(void)
{
#define with_hub(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		with_hub(
		    a_log_is_signed_at_the_end_and_again_after_what_comes_later),
		with_hub(without_somebody_who_signs_it_is_said),
		with_hub(a_changed_byte_of_the_log_is_noticed),
		with_hub(a_missing_end_is_noticed),
		with_hub(a_changed_signature_is_noticed),
		with_hub(a_room_of_before_is_signed_when_it_is_asked_for),
		with_hub(an_export_is_for_the_staff_and_in_the_trail),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
