/* store.c - what the store keeps, and what it does when it can not. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "hostd/pack.h"
#include "hostd/schema.h"
#include "hostd/store.h"
#include "proto/err.h"

struct place {
	char dir[64], path[96];
	struct store *s;
};

static int
setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	snprintf(p->dir, sizeof(p->dir), "/tmp/codesync-store-XXXXXX");
	if (mkdtemp(p->dir) == NULL)
		return -1;
	snprintf(p->path, sizeof(p->path), "%s/codesync.db", p->dir);
	*state = p;
	return store_open(&p->s, p->path, false);
}

static int
teardown(void **state)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	struct place *p = *state;
	char path[128];

	store_close(p->s);
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", p->path, suffixes[i]);
		unlink(path);
	}
	rmdir(p->dir);
	free(p);
	return 0;
}

static void
reopen(struct place *p)
{
	store_close(p->s);
	assert_int_equal(store_open(&p->s, p->path, true), 0);
}

static int64_t
add_room(struct place *p, const char *id, const char *key)
{
	struct room_row row = { .minutes = 45, .created_ms = 1000 };

	snprintf(row.id, sizeof(row.id), "%s", id);
	snprintf(row.title, sizeof(row.title), "Two sum");
	snprintf(row.salt, sizeof(row.salt), "$y$salt");
	snprintf(row.idempotency_key, sizeof(row.idempotency_key), "%s", key);
	assert_int_equal(store_room_add(p->s, &row), 0);
	return row.key;
}

static void
a_new_database_opens_again(void **state)
{
	struct place *p = *state;

	add_room(p, "r-00000", "");
	assert_int_equal(store_commit(p->s), 0);
	reopen(p);
	reopen(p);
}

static void
rooms_come_back_as_they_were(void **state)
{
	struct place *p = *state;
	struct room_row row;
	char(*ids)[STORE_ID_SIZE];
	uint64_t live;
	size_t n;

	add_room(p, "r-00001", "");
	add_room(p, "r-00002", "");
	assert_int_equal(store_room_get(p->s, "r-00002", &row), 0);
	row.started_ms = 2000;
	row.ended_ms = 3000;
	assert_int_equal(store_room_times(p->s, &row), 0);
	assert_int_equal(store_commit(p->s), 0);
	reopen(p);
	assert_int_equal(store_room_get(p->s, "r-00002", &row), 0);
	assert_string_equal(row.title, "Two sum");
	assert_int_equal(row.minutes, 45);
	assert_int_equal(row.ended_ms, 3000);
	assert_int_equal(store_room_get(p->s, "r-00009", &row), CS_ENOTFOUND);
	assert_int_equal(store_room_ids(p->s, 0, false, 0, &ids, &n), 0);
	assert_int_equal(n, 1);
	assert_string_equal(ids[0], "r-00001");
	free(ids);
	assert_int_equal(store_room_ids(p->s, 0, true, 0, &ids, &n), 0);
	assert_int_equal(n, 2);
	free(ids);
	assert_int_equal(store_room_count(p->s, &live), 0);
	assert_int_equal(live, 1);
}

static void
a_room_that_is_being_made_is_nowhere(void **state)
{
	struct place *p = *state;
	struct room_row row, other;
	char(*ids)[STORE_ID_SIZE];
	uint64_t live;
	size_t n;

	add_room(p, "r-00001", "");
	add_room(p, "r-00002", "once");
	assert_int_equal(store_room_get(p->s, "r-00002", &row), 0);
	assert_int_equal(store_room_born(p->s, &row, false), 0);
	assert_int_equal(store_room_get(p->s, "r-00002", &other), CS_ENOTFOUND);
	assert_int_equal(
	    store_room_by_idempotency(p->s, row.owner_user, "once", &other),
	    CS_ENOTFOUND);
	assert_int_equal(store_room_ids(p->s, 0, true, 0, &ids, &n), 0);
	assert_int_equal(n, 1);
	free(ids);
	assert_int_equal(store_room_count(p->s, &live), 0);
	assert_int_equal(live, 1);
	assert_int_equal(store_room_born(p->s, &row, true), 0);
	assert_int_equal(store_rooms_unborn(p->s), 0);
	assert_int_equal(store_room_get(p->s, "r-00002", &other), 0);
	assert_int_equal(other.created_ms, row.created_ms);
	assert_int_equal(store_room_born(p->s, &row, false), 0);
	assert_int_equal(store_rooms_unborn(p->s), 0);
	assert_int_equal(store_commit(p->s), 0);
	add_room(p, "r-00002", "once");
}

static void
a_taken_id_or_key_is_refused_and_the_batch_goes_on(void **state)
{
	struct place *p = *state;
	struct room_row row = { .minutes = 1 };

	add_room(p, "r-00001", "once");
	snprintf(row.id, sizeof(row.id), "r-00001");
	assert_int_equal(store_room_add(p->s, &row), CS_ESTATE);
	snprintf(row.id, sizeof(row.id), "r-00002");
	snprintf(row.idempotency_key, sizeof(row.idempotency_key), "once");
	assert_int_equal(store_room_add(p->s, &row), CS_ESTATE);
	assert_int_equal(store_commit(p->s), 0);
	assert_int_equal(store_room_by_idempotency(p->s, 0, "once", &row), 0);
	assert_string_equal(row.id, "r-00001");
}

static void
seats_invites_and_tickets_come_back(void **state)
{
	struct place *p = *state;
	int64_t room = add_room(p, "r-00001", "");
	struct seat_row seat = { .site = 2,
		.role = ROLE_OBSERVER,
		.state = SEAT_HERE,
		.admitted = true,
		.user = 7,
		.since_ms = 99,
		.label = "O",
		.name = "Ann" };
	struct seat_row seats[SITE_MAX + 1];
	struct invite_row invite = { .hash = "hash", .site = 2 };
	struct ticket_row *tickets;
	size_t n;

	assert_int_equal(store_seat_put(p->s, room, &seat), 0);
	seat.state = SEAT_AWAY;
	assert_int_equal(store_seat_put(p->s, room, &seat), 0);
	assert_int_equal(store_invite_add(p->s, room, &invite), 0);
	assert_int_equal(store_invite_bind(p->s, room, "hash"), 0);
	assert_int_equal(store_ticket_add(p->s, room, "abc", 2), 0);
	assert_int_equal(store_commit(p->s), 0);
	reopen(p);
	assert_int_equal(store_seats(p->s, room, seats, &n), 0);
	assert_int_equal(n, 1);
	assert_string_equal(seats[0].name, "Ann");
	assert_int_equal(seats[0].state, SEAT_AWAY);
	assert_int_equal(store_invite_get(p->s, room, "hash", &invite), 0);
	assert_true(invite.bound);
	assert_int_equal(store_invite_remove(p->s, room, "hash"), 0);
	assert_int_equal(
	    store_invite_get(p->s, room, "hash", &invite), CS_ENOTFOUND);
	assert_int_equal(store_tickets(p->s, &tickets, &n), 0);
	assert_int_equal(n, 1);
	assert_string_equal(tickets[0].room, "r-00001");
	assert_int_equal(tickets[0].site, 2);
	free(tickets);
}

static void
rules_and_what_was_said_come_back(void **state)
{
	struct place *p = *state;
	int64_t room = add_room(p, "r-00001", ""), other;
	struct said_row line = { .rev = 7, .site = 3, .scope = SAY_NOTE };
	struct seat_row seat = { .site = 2, .state = SEAT_WAITS };
	struct said_row *rows;
	struct room_row row;
	char(*ids)[STORE_ID_SIZE];
	size_t n;

	other = add_room(p, "r-00002", "");
	assert_int_equal(store_room_get(p->s, "r-00001", &row), 0);
	row.frozen = true;
	row.focus_site = 2;
	row.focus_until_ms = 5000;
	row.focus_rev = 6;
	assert_int_equal(store_room_rules(p->s, &row), 0);
	assert_int_equal(store_said_add(p->s, room, &line), 0);
	line.rev = 5;
	assert_int_equal(store_said_add(p->s, room, &line), 0);
	assert_int_equal(store_seat_put(p->s, other, &seat), 0);
	assert_int_equal(store_commit(p->s), 0);
	reopen(p);
	assert_int_equal(store_room_get(p->s, "r-00001", &row), 0);
	assert_true(row.frozen);
	assert_int_equal(row.focus_site, 2);
	assert_int_equal(row.focus_until_ms, 5000);
	assert_int_equal(row.focus_rev, 6);
	assert_int_equal(store_said(p->s, room, &rows, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(rows[0].rev, 5);
	assert_int_equal(rows[1].rev, 7);
	assert_int_equal(rows[1].site, 3);
	assert_int_equal(rows[1].scope, SAY_NOTE);
	free(rows);
	assert_int_equal(store_said(p->s, other, &rows, &n), 0);
	assert_int_equal(n, 0);
	free(rows);
	/* somebody waits there */
	assert_int_equal(store_room_busy(p->s, &ids, &n), 0);
	assert_int_equal(n, 1);
	assert_string_equal(ids[0], "r-00002");
	free(ids);
}

static void
a_chunk_is_found_by_any_of_its_revisions(void **state)
{
	struct place *p = *state;
	int64_t room = add_room(p, "r-00001", "");
	uint64_t first;
	uint32_t count;
	struct buf b;

	assert_int_equal(store_chunk_add(p->s, room, 1, 3, "abc", 3), 0);
	assert_int_equal(store_chunk_add(p->s, room, 4, 1, "d", 1), 0);
	assert_int_equal(store_commit(p->s), 0);
	buf_init(&b, 100);
	for (uint64_t rev = 1; rev <= 3; rev++) {
		buf_clear(&b);
		assert_int_equal(
		    store_chunk_get(p->s, room, rev, &first, &count, &b), 0);
		assert_int_equal(first, 1);
		assert_int_equal(count, 3);
		assert_memory_equal(b.data, "abc", 3);
	}
	assert_int_equal(store_chunk_get(p->s, room, 4, &first, &count, &b), 0);
	assert_int_equal(first, 4);
	assert_int_equal(
	    store_chunk_get(p->s, room, 5, &first, &count, &b), CS_ENOTFOUND);
	assert_int_equal(store_chunk_get(p->s, room + 1, 1, &first, &count, &b),
	    CS_ENOTFOUND);
	buf_release(&b);
}

static void
a_chunk_grows_in_its_place(void **state)
{
	struct place *p = *state;
	int64_t room = add_room(p, "r-00001", "");
	uint64_t first;
	uint32_t count;
	struct buf b;

	assert_int_equal(store_chunk_add(p->s, room, 1, 1, "a", 1), 0);
	assert_int_equal(store_commit(p->s), 0);
	assert_int_equal(store_chunk_grow(p->s, room, 1, 3, "abc", 3), 0);
	assert_int_equal(store_commit(p->s), 0);
	buf_init(&b, 100);
	assert_int_equal(store_chunk_get(p->s, room, 3, &first, &count, &b), 0);
	assert_int_equal(first, 1);
	assert_int_equal(count, 3);
	assert_int_equal(b.len, 3);
	assert_int_equal(store_chunk_grow(p->s, room, 2, 1, "b", 1), CS_EIO);
	assert_int_equal(store_commit(p->s), CS_EIO);
	buf_release(&b);
}

static void
a_missing_chunk_is_not_the_end_of_the_log(void **state)
{
	struct place *p = *state;
	int64_t room = add_room(p, "r-00001", "");
	uint64_t first;
	uint32_t count;
	struct buf b;

	for (uint64_t rev = 1; rev <= 3; rev++)
		store_chunk_add(p->s, room, rev, 1, "x", 1);
	store_chunks_drop(p->s, room, 2, 2);
	assert_int_equal(store_commit(p->s), 0);
	buf_init(&b, 100);
	assert_int_equal(
	    store_chunk_get(p->s, room, 2, &first, &count, &b), CS_EFORMAT);
	assert_int_equal(
	    store_chunk_get(p->s, room, 4, &first, &count, &b), CS_ENOTFOUND);
	store_chunks_drop(p->s, room, 1, 1);
	assert_int_equal(
	    store_chunk_get(p->s, room, 1, &first, &count, &b), CS_EFORMAT);
	buf_release(&b);
}

static void
a_packed_chunk_is_read_plain_and_a_damaged_one_refused(void **state)
{
	struct place *p = *state;
	int64_t room = add_room(p, "r-00001", "");
	uint64_t first;
	uint32_t count;
	struct buf b, packed;

	buf_init(&b, 100);
	buf_init(&packed, 1000);
	assert_int_equal(pack_add("plain", 5, &packed), 0);
	store_chunk_add(p->s, room, 1, 1, packed.data, packed.len);
	store_chunk_add(p->s, room, 2, 1, packed.data, packed.len - 1);
	assert_int_equal(store_commit(p->s), 0);
	assert_int_equal(store_chunk_get(p->s, room, 1, &first, &count, &b), 0);
	assert_int_equal(b.len, 5);
	assert_memory_equal(b.data, "plain", 5);
	assert_int_equal(
	    store_chunk_get(p->s, room, 2, &first, &count, &b), CS_EFORMAT);
	buf_release(&b);
	buf_release(&packed);
}

/* A database as the first version of the tables made it. */
static void
make_first_version(const char *path)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db, schema_steps[0], NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db,
		"PRAGMA user_version=1;"
		"INSERT INTO rooms VALUES (7,'r-00007','t','python','@local',"
		"45,30,1,1,1000,2000,3000,'$y$salt',NULL);"
		"INSERT INTO rooms VALUES (8,'r-00008','t','python','@local',"
		"45,30,1,1,1000,2000,0,'$y$salt',NULL);"
		"INSERT INTO log VALUES (7,1,3,x'616263');",
		NULL, NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(db);
}

static void
a_database_of_the_first_version_is_taken_over(void **state)
{
	struct place *p = *state;
	struct room_row row;
	uint64_t first;
	uint32_t count;
	struct buf b;
	int64_t key;

	store_close(p->s);
	unlink(p->path);
	make_first_version(p->path);
	for (int i = 0; i < 2; i++) { /* and then it is as any other */
		assert_int_equal(store_open(&p->s, p->path, false), 0);
		assert_int_equal(store_room_get(p->s, "r-00007", &row), 0);
		assert_int_equal(row.ended_ms, 3000);
		assert_int_equal(row.sealed_rev, 0);
		assert_false(row.sealed);
		key = row.key;
		buf_init(&b, 100);
		assert_int_equal(
		    store_chunk_get(p->s, key, 2, &first, &count, &b), 0);
		assert_memory_equal(b.data, "abc", 3);
		buf_release(&b);
		/* what ended long ago is found, what is open is not */
		assert_int_equal(store_room_unsealed(p->s, 0, &row), 0);
		assert_int_equal(row.key, 7);
		assert_int_equal(
		    store_room_unsealed(p->s, 7, &row), CS_ENOTFOUND);
		if (i == 0)
			store_close(p->s);
	}
	row.sealed_rev = 3;
	row.sealed = true;
	row.key = 7;
	assert_int_equal(store_room_sealed(p->s, &row), 0);
	assert_int_equal(store_commit(p->s), 0);
	assert_int_equal(store_room_unsealed(p->s, 0, &row), CS_ENOTFOUND);
	assert_int_equal(store_room_get(p->s, "r-00007", &row), 0);
	assert_int_equal(row.sealed_rev, 3);
	assert_true(row.sealed);
}

static void
snapshots_are_listed_replaced_and_dropped(void **state)
{
	struct place *p = *state;
	int64_t room = add_room(p, "r-00001", "");
	uint64_t *revs, found;
	struct buf b;
	size_t n;

	store_snapshot_add(p->s, room, 20, 2000, "old", 3);
	store_snapshot_add(p->s, room, 10, 1000, "ten", 3);
	store_snapshot_add(p->s, room, 20, 2000, "new", 3);
	assert_int_equal(store_snapshot_revs(p->s, room, &revs, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(revs[0], 10);
	assert_int_equal(revs[1], 20);
	free(revs);
	buf_init(&b, 100);
	assert_int_equal(
	    store_snapshot_get(p->s, room, UINT64_MAX, UINT64_MAX, &found, &b),
	    0);
	assert_memory_equal(b.data, "new", 3);
	buf_release(&b);
	assert_int_equal(store_snapshot_drop(p->s, room, 10), 0);
	assert_int_equal(store_snapshot_revs(p->s, room, &revs, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(revs[0], 20);
	free(revs);
}

static void
the_newest_snapshot_that_is_early_enough_is_found(void **state)
{
	struct place *p = *state;
	int64_t room = add_room(p, "r-00001", "");
	uint64_t rev;
	struct buf b;

	store_snapshot_add(p->s, room, 10, 1000, "ten", 3);
	store_snapshot_add(p->s, room, 20, 2000, "twenty", 6);
	assert_int_equal(store_commit(p->s), 0);
	buf_init(&b, 100);
	assert_int_equal(
	    store_snapshot_get(p->s, room, UINT64_MAX, UINT64_MAX, &rev, &b),
	    0);
	assert_int_equal(rev, 20);
	assert_int_equal(
	    store_snapshot_get(p->s, room, UINT64_MAX, 1999, &rev, &b), 0);
	assert_int_equal(rev, 10);
	assert_int_equal(
	    store_snapshot_get(p->s, room, 19, UINT64_MAX, &rev, &b), 0);
	assert_int_equal(rev, 10);
	assert_int_equal(
	    store_snapshot_get(p->s, room, 9, UINT64_MAX, &rev, &b),
	    CS_ENOTFOUND);
	buf_release(&b);
}

static void
open_runs_are_found_after_a_restart(void **state)
{
	struct place *p = *state;
	int64_t room = add_room(p, "r-00001", "");
	struct run_row a = { .room = room, .run = 1 };
	struct run_row b = { .room = room, .run = 2, .nonce = ~(uint64_t)5 };
	struct run_row *rows;
	size_t n;

	assert_int_equal(store_run_add(p->s, &a), 0);
	assert_int_equal(store_run_add(p->s, &b), 0);
	assert_true(b.job > a.job);
	a.state = JOB_OVER;
	assert_int_equal(store_run_set(p->s, &a), 0);
	assert_int_equal(store_commit(p->s), 0);
	reopen(p);
	assert_int_equal(store_runs_open(p->s, &rows, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].run, 2);
	assert_true(rows[0].nonce == ~(uint64_t)5);
	free(rows);
	assert_int_equal(store_run_last(p->s, room, &a), 0);
	assert_int_equal(a.run, 2);
}

static void
what_was_not_committed_is_gone(void **state)
{
	struct place *p = *state;
	struct room_row row;

	add_room(p, "r-00001", "");
	assert_int_equal(store_commit(p->s), 0);
	add_room(p, "r-00002", "");
	reopen(p);
	assert_int_equal(store_room_get(p->s, "r-00001", &row), 0);
	assert_int_equal(store_room_get(p->s, "r-00002", &row), CS_ENOTFOUND);
}

static void
a_full_store_takes_the_whole_batch_back(void **state)
{
	struct place *p = *state;
	int64_t room = add_room(p, "r-00001", "");
	uint64_t first, pages = store_bytes(p->s) / 4096;
	char *bytes = calloc(1, 1024 * 1024);
	struct room_row row;
	uint32_t count;
	struct buf b;

	assert_int_equal(store_commit(p->s), 0);
	assert_int_equal(store_limit(p->s, (unsigned)pages + 8), 0);
	add_room(p, "r-00002", "");
	assert_int_equal(store_chunk_add(p->s, room, 1, 1, "a", 1), 0);
	assert_int_equal(
	    store_chunk_add(p->s, room, 2, 1, bytes, 1024 * 1024), CS_EFULL);
	assert_int_equal(store_chunk_add(p->s, room, 3, 1, "b", 1), CS_EFULL);
	assert_int_equal(store_commit(p->s), CS_EFULL);
	buf_init(&b, 100);
	assert_int_equal(
	    store_chunk_get(p->s, room, 1, &first, &count, &b), CS_ENOTFOUND);
	assert_int_equal(store_room_get(p->s, "r-00002", &row), CS_ENOTFOUND);
	/* and what fits is still taken */
	assert_int_equal(store_chunk_add(p->s, room, 1, 1, "c", 1), 0);
	assert_int_equal(store_commit(p->s), 0);
	assert_int_equal(store_chunk_get(p->s, room, 1, &first, &count, &b), 0);
	assert_memory_equal(b.data, "c", 1);
	buf_release(&b);
	free(bytes);
}

#define DISK (512 * 1024) /* bytes that one file may have */

/* The log of SQLite's own changes grows by pages, the database by keys. */
static void
a_full_disk_is_used_up_by_what_is_kept_only(void **state)
{
	struct place *p = *state;
	int64_t room = add_room(p, "r-00001", "");
	struct rlimit old, small;
	int kept = 0;

	assert_int_equal(store_commit(p->s), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = (struct rlimit){ DISK, old.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	for (uint64_t rev = 1; rev <= 1000; rev++) {
		store_chunk_add(p->s, room, rev, 1, "key", 3);
		if (store_commit(p->s) == 0)
			kept++;
		else {
			store_chunk_add(p->s, room, rev, 1, "key", 3);
			kept += store_commit(p->s) == 0;
		}
	}
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(kept, 1000);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_new_database_opens_again),
		TEST(rooms_come_back_as_they_were),
		TEST(a_room_that_is_being_made_is_nowhere),
		TEST(a_taken_id_or_key_is_refused_and_the_batch_goes_on),
		TEST(seats_invites_and_tickets_come_back),
		TEST(rules_and_what_was_said_come_back),
		TEST(a_chunk_is_found_by_any_of_its_revisions),
		TEST(a_chunk_grows_in_its_place),
		TEST(a_missing_chunk_is_not_the_end_of_the_log),
		TEST(a_packed_chunk_is_read_plain_and_a_damaged_one_refused),
		TEST(a_database_of_the_first_version_is_taken_over),
		TEST(snapshots_are_listed_replaced_and_dropped),
		TEST(the_newest_snapshot_that_is_early_enough_is_found),
		TEST(open_runs_are_found_after_a_restart),
		TEST(what_was_not_committed_is_gone),
		TEST(a_full_store_takes_the_whole_batch_back),
		TEST(a_full_disk_is_used_up_by_what_is_kept_only),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
