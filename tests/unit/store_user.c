/* store_user.c - accounts, keys and tokens, as the store keeps them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "hostd/schema.h"
#include "hostd/user.h"
#include "proto/err.h"

static int
setup(void **state)
{
	struct store *s;
	int r = store_open(&s, ":memory:", false);

	*state = s;
	return r;
}

static int
teardown(void **state)
{
	store_close(*state);
	return 0;
}

static int64_t
add_user(struct store *s, const char *name, int64_t uid)
{
	struct user_row u = {
		.role = USER_INTERVIEWER, .unix_uid = uid, .created_ms = 1000
	};

	snprintf(u.name, sizeof(u.name), "%s", name);
	if (uid >= 0)
		snprintf(u.unix_user, sizeof(u.unix_user), "u%d", (int)uid);
	assert_int_equal(store_user_add(s, &u), 0);
	return u.key;
}

static struct key_row
key_of(uint8_t byte)
{
	struct key_row k = { .len = 3, .blob = { 1, 2, byte }, .added_ms = 5 };

	snprintf(k.fingerprint, sizeof(k.fingerprint), "SHA256:%u", byte);
	snprintf(k.type, sizeof(k.type), "ssh-ed25519");
	snprintf(k.comment, sizeof(k.comment), "ann@home");
	return k;
}

static void
an_account_comes_back_by_name_key_and_uid(void **state)
{
	struct store *s = *state;
	struct user_row u, *all;
	size_t n;
	int64_t ann = add_user(s, "ann", 1001);

	add_user(s, "aaron", -1);
	assert_int_equal(store_user_get(s, "ann", &u), 0);
	assert_int_equal(u.key, ann);
	assert_int_equal(u.role, USER_INTERVIEWER);
	assert_string_equal(u.unix_user, "u1001");
	assert_int_equal(u.unix_uid, 1001);
	assert_string_equal(u.password, "");
	assert_int_equal(u.created_ms, 1000);
	assert_int_equal(store_user_by_key(s, ann, &u), 0);
	assert_string_equal(u.name, "ann");
	assert_int_equal(u.looks, 0);
	assert_int_equal(store_user_set_looks(s, ann, KEYMAP_VIM), 0);
	assert_int_equal(store_user_by_uid(s, 1001, &u), 0);
	assert_int_equal(u.looks, KEYMAP_VIM);
	assert_string_equal(u.name, "ann");
	assert_int_equal(store_user_by_uid(s, -1, &u), CS_ENOTFOUND);
	assert_int_equal(store_user_get(s, "bob", &u), CS_ENOTFOUND);
	assert_int_equal(store_users(s, &all, &n), 0);
	assert_int_equal(n, 2);
	assert_string_equal(all[0].name, "aaron");
	assert_int_equal(all[0].unix_uid, -1);
	free(all);
}

static void
a_name_or_unix_user_that_is_taken_is_refused(void **state)
{
	struct store *s = *state;
	struct user_row u = { .unix_uid = -1 };

	add_user(s, "ann", 1001);
	snprintf(u.name, sizeof(u.name), "ann");
	assert_int_equal(store_user_add(s, &u), CS_ESTATE);
	snprintf(u.name, sizeof(u.name), "bob");
	u.unix_uid = 1001;
	assert_int_equal(store_user_add(s, &u), CS_ESTATE);
	u.unix_uid = -1;
	assert_int_equal(store_user_add(s, &u), 0);
	assert_int_equal(store_commit(s), 0);
}

static void
an_account_that_is_removed_takes_its_keys_along(void **state)
{
	struct store *s = *state;
	struct key_row k = key_of(7), *keys;
	struct user_row u;
	uint64_t users, nkeys;
	size_t n;
	int64_t ann = add_user(s, "ann", -1), again;

	assert_int_equal(store_key_add(s, ann, &k), 0);
	assert_int_equal(store_user_count(s, &users, &nkeys), 0);
	assert_int_equal(users, 1);
	assert_int_equal(nkeys, 1);
	assert_int_equal(store_user_remove(s, ann), 0);
	assert_int_equal(store_user_get(s, "ann", &u), CS_ENOTFOUND);
	assert_int_equal(store_user_count(s, &users, &nkeys), 0);
	assert_int_equal(nkeys, 0);
	again = add_user(s, "ann", -1); /* is somebody else */
	assert_int_not_equal(again, ann);
	assert_int_equal(store_keys(s, again, &keys, &n), 0);
	assert_int_equal(n, 0);
	free(keys);
}

static void
role_and_password_change(void **state)
{
	struct store *s = *state;
	struct user_row u;

	add_user(s, "ann", -1);
	assert_int_equal(store_user_get(s, "ann", &u), 0);
	snprintf(u.password, sizeof(u.password), "$y$hash");
	u.role = USER_ADMIN;
	assert_int_equal(store_user_set(s, &u), 0);
	assert_int_equal(store_user_get(s, "ann", &u), 0);
	assert_string_equal(u.password, "$y$hash");
	assert_int_equal(u.role, USER_ADMIN);
}

static void
a_key_is_found_by_its_bytes_for_its_account_only(void **state)
{
	struct store *s = *state;
	struct key_row a = key_of(7), b = key_of(8), k, *keys;
	int64_t ann = add_user(s, "ann", -1), bob = add_user(s, "bob", -1);
	size_t n;

	assert_int_equal(store_key_add(s, ann, &a), 0);
	assert_int_equal(store_key_add(s, ann, &a), CS_ESTATE);
	assert_int_equal(store_key_add(s, ann, &b), 0);
	assert_int_equal(store_key_find(s, ann, a.blob, a.len, &k), 0);
	assert_string_equal(k.fingerprint, "SHA256:7");
	assert_string_equal(k.comment, "ann@home");
	assert_int_equal(k.len, 3);
	assert_memory_equal(k.blob, a.blob, 3);
	assert_int_equal(
	    store_key_find(s, ann, a.blob, a.len - 1, NULL), CS_ENOTFOUND);
	assert_int_equal(
	    store_key_find(s, bob, a.blob, a.len, NULL), CS_ENOTFOUND);
	assert_int_equal(store_keys(s, ann, &keys, &n), 0);
	assert_int_equal(n, 2);
	free(keys);
	assert_int_equal(store_key_remove(s, bob, "SHA256:7"), CS_ENOTFOUND);
	assert_int_equal(store_key_remove(s, ann, "SHA256:7"), 0);
	assert_int_equal(store_key_remove(s, ann, "SHA256:7"), CS_ENOTFOUND);
	assert_int_equal(
	    store_key_find(s, ann, a.blob, a.len, NULL), CS_ENOTFOUND);
}

static void
an_account_has_so_many_keys_and_no_more(void **state)
{
	struct store *s = *state;
	int64_t ann = add_user(s, "ann", -1);
	struct key_row k;

	for (uint8_t i = 0; i < USER_KEYS_MAX; i++) {
		k = key_of(i);
		assert_int_equal(store_key_add(s, ann, &k), 0);
	}
	k = key_of(USER_KEYS_MAX);
	assert_int_equal(store_key_add(s, ann, &k), CS_ETOOBIG);
}

static void
a_token_is_good_once_and_until_it_expires(void **state)
{
	struct store *s = *state;
	struct token_row t = {
		.hash = "one", .role = USER_ADMIN, .expires_ms = 1000
	};
	uint8_t role = USER_INTERVIEWER;

	assert_int_equal(store_token_add(s, &t, 10), 0);
	assert_int_equal(store_token_take(s, "two", 10, &role), CS_ENOTFOUND);
	assert_int_equal(store_token_take(s, "one", 1000, &role), CS_ENOTFOUND);
	assert_int_equal(store_token_take(s, "one", 999, &role), 0);
	assert_int_equal(role, USER_ADMIN);
	assert_int_equal(store_token_take(s, "one", 999, &role), CS_ENOTFOUND);
	assert_int_equal(store_token_add(s, &t, 10), 0);
	memcpy(t.hash, "two", 4);
	t.expires_ms = 9000;
	assert_int_equal(store_token_add(s, &t, 1000), 0);
	assert_int_equal(store_token_take(s, "one", 10, &role), CS_ENOTFOUND);
	assert_int_equal(store_token_take(s, "two", 10, &role), 0);
}

static void
names_and_passwords_that_will_not_do(void **state)
{
	static const char *const good[] = { "a", "ann", "a.b_c-9", "r-7f3k",
		"r-7f3ku", "signups" };
	static const char *const bad[] = { "", "Ann", "9ann", "-a", "_a", "a b",
		"a+b", "a@b", "\xC3\xBC", "signup", "practice", "r-7f3k2",
		"r-oolli", "abcdefghijklmnopqrstuvwxyz1234567" };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_null(user_name_wrong(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_non_null(user_name_wrong(bad[i]));
	assert_null(password_wrong("12345678"));
	assert_non_null(password_wrong("1234567"));
	assert_null(password_wrong("\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC"
				   "\xC3\xBC\xC3\xBC\xC3\xBC"));
	assert_non_null(password_wrong("\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC"));
	assert_non_null(password_wrong("1234567\n"));
	assert_non_null(password_wrong("1234567\xFF"));
}

/* A database as version 4 of the tables made it, which knew of keys alone. */
static void
make_fourth_version(const char *path)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	for (int i = 0; i < 4; i++)
		assert_int_equal(
		    sqlite3_exec(db, schema_steps[i], NULL, NULL, NULL),
		    SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db,
		"PRAGMA user_version=4;"
		"INSERT INTO users (name,role,created_ms,keymap) "
		"VALUES ('ann',0,1,2);"
		"INSERT INTO rooms (key,id,title,language,owner,minutes,"
		"retention_days,lobby,copy,created_ms,started_ms,ended_ms,"
		"salt) "
		"VALUES (7,'r-00007','t','python','@ann',45,30,1,1,1,0,0,'');"
		"INSERT INTO seats (room,site,role,label,name,state,keymap) "
		"VALUES (7,2,0,'c','Cy',0,1);",
		NULL, NULL, NULL),
	    SQLITE_OK);
	sqlite3_close(db);
}

static void
keys_of_the_fourth_version_are_looks_of_the_next(void **state)
{
	char dir[] = "/tmp/codesync-store-XXXXXX", path[64];
	struct seat_row seats[SITE_MAX];
	struct user_row u;
	struct store *s;
	size_t n;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/db", dir);
	make_fourth_version(path);
	assert_int_equal(store_open(&s, path, false), 0);
	assert_int_equal(store_user_get(s, "ann", &u), 0);
	assert_int_equal(looks_get(u.looks, LOOK_KEYS), KEYMAP_EMACS);
	assert_int_equal(store_seats(s, 7, seats, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(looks_get(seats[0].looks, LOOK_KEYS), KEYMAP_VIM);
	seats[0].looks = looks_with(seats[0].looks, LOOK_WRAP, 1);
	assert_int_equal(store_seat_put(s, 7, &seats[0]), 0);
	assert_int_equal(store_commit(s), 0);
	store_close(s);
	unlink(path);
	rmdir(dir);
}

int
main(void)
{
#define with_store(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		with_store(an_account_comes_back_by_name_key_and_uid),
		with_store(a_name_or_unix_user_that_is_taken_is_refused),
		with_store(an_account_that_is_removed_takes_its_keys_along),
		with_store(role_and_password_change),
		with_store(a_key_is_found_by_its_bytes_for_its_account_only),
		with_store(an_account_has_so_many_keys_and_no_more),
		with_store(a_token_is_good_once_and_until_it_expires),
		cmocka_unit_test(names_and_passwords_that_will_not_do),
		cmocka_unit_test(
		    keys_of_the_fourth_version_are_looks_of_the_next),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
