/* user.c - what commands do for an admin, for an account, and for nobody:
 * accounts, keys, templates, and the rooms that are made from them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "hostd/act.h"
#include "hostd/get.h"
#include "hostd/passwd.h"
#include "hostd/report.h"
#include "hostd/request.h"
#include "hostd/seat.h"
#include "hostd/user.h"
#include "hostd/wire.h"
#include "proto/err.h"
#include "proto/sys/util.h"
#include "tests/lib/world.h"

static const char ed25519[] = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ/vJdNu9Pp"
			      "o3xK0wfcFQXm63TQIzGFLtleFXRGicPUg ann@home";
static const char fingerprint[] =
    "SHA256:eXaUAL+jjgNoRtcI2ro4dzcqhgOFLeJqiCsA+ya+CwA";

static const struct who local = {
	.kind = WHO_LOCAL, .admin = true, .source = "local"
};

static int
world_setup(void **state)
{
	char err[128];
	struct world *w;

	if (setup(state) != 0)
		return -1;
	w = *state;
	return conf_read(&w->hub.conf, NULL, err, sizeof(err));
}

static int
world_teardown(void **state)
{
	struct world *w = *state;

	conf_release(&w->hub.conf);
	return teardown(state);
}

/* Arguments: pairs of key and text, ending with NULL. */
static struct json *
args_of(const char *key, ...)
{
	struct json *args = json_object_new();
	va_list ap;

	va_start(ap, key);
	for (; key != NULL; key = va_arg(ap, const char *))
		json_set_str(args, key, va_arg(ap, const char *));
	va_end(ap);
	return args;
}

/* FN for WHO with ARGS, which are taken, and the bytes RAW: its exit status. The
 * answer's result, if *RESULT wants it, is the caller's. */
static int
ask(struct world *w, const struct who *who, int (*fn)(struct request *q),
    struct json *args, const char *raw, struct json **result)
{
	struct request q = { .hub = &w->hub,
		.who = *who,
		.args = args,
		.raw = (const uint8_t *)raw,
		.raw_len = raw != NULL ? strlen(raw) : 0 };
	int r = fn(&q);

	assert_int_equal(
	    r, (int)json_get_int(q.answer, "exit", 0)); /* all say why */
	json_free(args);
	if (result != NULL && r == 0)
		*result = q.answer;
	else
		json_free(q.answer);
	turn(&w->hub);
	return r;
}

static int
cmd_freeze(struct request *q)
{
	q->cmd = "room freeze";
	return cmd_act(q);
}

static int
cmd_thaw(struct request *q)
{
	q->cmd = "room thaw";
	return cmd_act(q);
}

static struct who
account(struct world *w, const char *name, const char *role)
{
	struct who who = { .kind = WHO_USER, .source = "192.0.2.1" };
	struct user_row u;

	assert_int_equal(
	    ask(w, &local, cmd_user_add,
		args_of("name", name, "role", role, NULL), NULL, NULL),
	    0);
	assert_int_equal(store_user_get(w->hub.store, name, &u), 0);
	who.user = u.key;
	who.admin = u.role == USER_ADMIN;
	snprintf(who.name, sizeof(who.name), "%s", name);
	return who;
}

static void
an_account_manages_itself_and_nobody_else(void **state)
{
	struct world *w = *state;
	struct who ann = account(w, "ann", "interviewer");
	struct json *o;

	account(w, "bob", "interviewer");
	assert_int_equal(ask(w, &ann, cmd_user_add,
			     args_of("name", "eve", NULL), NULL, NULL),
	    ANSWER_NOT_ALLOWED);
	assert_int_equal(
	    ask(w, &ann, cmd_user_list, NULL, NULL, NULL), ANSWER_NOT_ALLOWED);
	assert_int_equal(
	    ask(w, &ann, cmd_user_rm, args_of("name", "ann", NULL), NULL, NULL),
	    ANSWER_NOT_ALLOWED);
	assert_int_equal(
	    ask(w, &ann, cmd_user_token, NULL, NULL, NULL), ANSWER_NOT_ALLOWED);
	assert_int_equal(ask(w, &ann, cmd_user_show,
			     args_of("name", "bob", NULL), NULL, NULL),
	    ANSWER_NOT_ALLOWED);
	assert_int_equal(ask(w, &ann, cmd_user_passwd,
			     args_of("name", "bob", NULL), "long enough", NULL),
	    ANSWER_NOT_ALLOWED);
	assert_int_equal(ask(w, &ann, cmd_key_add, args_of("user", "bob", NULL),
			     ed25519, NULL),
	    ANSWER_NOT_ALLOWED);
	assert_int_equal(ask(w, &ann, cmd_key_list,
			     args_of("user", "bob", NULL), NULL, NULL),
	    ANSWER_NOT_ALLOWED);
	assert_int_equal(ask(w, &ann, cmd_user_show, NULL, NULL, &o), 0);
	assert_string_equal(json_get_str(json_get(o, "result"), "name"), "ann");
	json_free(o);
	assert_int_equal(ask(w, &ann, cmd_key_add, NULL, ed25519, NULL), 0);
	assert_int_equal(
	    ask(w, &ann, cmd_key_add, NULL, ed25519, NULL), ANSWER_STATE);
	assert_int_equal(ask(w, &ann, cmd_key_list, NULL, NULL, &o), 0);
	assert_int_equal(json_count(json_get(o, "result")), 1);
	json_free(o);
	assert_int_equal(
	    ask(w, &ann, cmd_key_rm, args_of("fingerprint", fingerprint, NULL),
		NULL, NULL),
	    0);
}

static void
keys_of_others_are_not_found_by_an_account(void **state)
{
	struct world *w = *state;
	struct who ann = account(w, "ann", "interviewer");
	struct who bob = account(w, "bob", "admin");
	struct json *o;

	assert_int_equal(ask(w, &ann, cmd_key_add, NULL, ed25519, NULL), 0);
	/* an admin's own account has no such key; nor is it ann's by accident */
	assert_int_equal(
	    ask(w, &bob, cmd_key_rm, args_of("fingerprint", fingerprint, NULL),
		NULL, NULL),
	    ANSWER_NOT_FOUND);
	assert_int_equal(ask(w, &local, cmd_key_list, NULL, NULL, &o), 0);
	assert_int_equal(json_count(json_get(o, "result")), 1);
	json_free(o);
	assert_int_equal(
	    ask(w, &bob, cmd_key_rm,
		args_of("fingerprint", fingerprint, "user", "ann", NULL), NULL,
		NULL),
	    0);
}

static void
who_is_nobody_may_do_nothing(void **state)
{
	static int (*const all[])(struct request * q) = { cmd_user_add,
		cmd_user_list, cmd_user_rm, cmd_user_token, cmd_template_add,
		cmd_template_list, cmd_template_show, cmd_template_rm,
		cmd_create };
	const struct who seat = { .kind = WHO_SEAT, .room = "r-00000" };
	const struct who nobody = { .kind = WHO_NOBODY };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_int_equal(ask(w, &seat, all[i],
				     args_of("name", "x", NULL), NULL, NULL),
		    ANSWER_NOT_ALLOWED);
		assert_int_equal(ask(w, &nobody, all[i],
				     args_of("name", "x", NULL), NULL, NULL),
		    ANSWER_NOT_ALLOWED);
	}
}

static struct json *
room_args(const char *title, const char *once, const char *template)
{
	struct json *args = args_of("title", title, NULL);

	if (once != NULL)
		json_set_str(args, "idempotency_key", once);
	if (template != NULL)
		json_set_str(args, "template", template);
	return args;
}

static void
made_with(struct world *w, const struct who *who, struct json *args,
    const char *raw, char id[8], char title[64])
{
	struct json *o;

	assert_int_equal(ask(w, who, cmd_create, args, raw, &o), 0);
	snprintf(id, 8, "%s", json_get_str(json_get(o, "result"), "id"));
	snprintf(title, 64, "%s", json_get_str(json_get(o, "result"), "title"));
	json_free(o);
}

static void
made(struct world *w, const struct who *who, struct json *args, char id[8],
    char title[64])
{
	made_with(w, who, args, NULL, id, title);
}

static enum right
right_of(struct world *w, const struct who *who, const struct room *room)
{
	char id[ROOM_ID_LEN + 1];
	enum right has;
	int r = who_right(who, w->hub.store, room->row.id, id, &has);

	assert_true(r == 0 || r == CS_ENOTFOUND);
	return r == 0 ? has : RIGHT_NONE;
}

static void
an_idempotency_key_is_its_owners_own(void **state)
{
	struct world *w = *state;
	struct who ann = account(w, "ann", "interviewer");
	struct who bob = account(w, "bob", "interviewer");
	char a[8], b[8], c[8], again[8], title[64];

	made(w, &ann, room_args("ann's", "once", NULL), a, title);
	made(w, &bob, room_args("bob's", "once", NULL), b, title);
	assert_string_equal(title, "bob's");
	made(w, &local, room_args("local's", "once", NULL), c, title);
	assert_string_not_equal(a, b);
	assert_string_not_equal(a, c);
	assert_string_not_equal(b, c);
	made(w, &ann, room_args("other", "once", NULL), again, title);
	assert_string_equal(again, a);
	assert_string_equal(title, "ann's");
}

static void
an_admin_makes_a_room_for_an_account(void **state)
{
	struct world *w = *state;
	struct who ann = account(w, "ann", "interviewer");
	struct who bob = account(w, "bob", "interviewer");
	char id[8], again[8], title[64];
	struct json *args = room_args("ann's", "once", NULL);
	struct room *room;

	json_set_str(args, "owner", "ann");
	made(w, &local, args, id, title);
	assert_int_equal(room_open(&w->hub, id, &room), 0);
	assert_int_equal(right_of(w, &ann, room), RIGHT_STAFF);
	assert_int_equal(right_of(w, &bob, room), RIGHT_NONE);
	made(w, &ann, room_args("other", "once", NULL), again, title);
	assert_string_equal(again, id);
	assert_int_equal(
	    ask(w, &bob, cmd_create, args_of("owner", "ann", NULL), NULL, NULL),
	    ANSWER_NOT_ALLOWED);
	assert_int_equal(ask(w, &local, cmd_create,
			     args_of("owner", "eve", NULL), NULL, NULL),
	    ANSWER_NOT_FOUND);
}

static void
a_room_of_others_is_neither_told_nor_loaded(void **state)
{
	struct world *w = *state;
	struct who ann = account(w, "ann", "interviewer");
	struct who bob = account(w, "bob", "interviewer");
	char id[8], title[64];
	struct room *room;

	made(w, &ann, room_args("ann's", NULL, NULL), id, title);
	room_drop(room_find(&w->hub, id));
	assert_int_equal(
	    ask(w, &bob, cmd_freeze, args_of("room", id, NULL), NULL, NULL),
	    ANSWER_NOT_FOUND);
	assert_null(room_find(&w->hub, id));
	assert_int_equal(
	    ask(w, &ann, cmd_freeze, args_of("room", id, NULL), NULL, NULL), 0);
	room = room_find(&w->hub, id);
	assert_non_null(room);
	assert_true(room->row.frozen);
}

static void
a_command_that_is_refused_leaves_no_seat_behind(void **state)
{
	struct world *w = *state;
	struct who ann = account(w, "ann", "interviewer");
	char id[8], title[64];
	struct member *m;
	struct room *room;
	unsigned sites;

	made(w, &local, room_args("", NULL, NULL), id, title);
	assert_int_equal(room_open(&w->hub, id, &room), 0);
	assert_int_equal(
	    room_seat_add(room, ROLE_INTERVIEWER, NULL, "Ann", &m), 0);
	assert_int_equal(room_seat_own(room, m, ann.user), 0);
	sites = room->last_site;
	assert_int_equal(
	    ask(w, &ann, cmd_thaw, args_of("room", id, NULL), NULL, NULL),
	    ANSWER_STATE);
	assert_int_equal(
	    ask(w, &ann, cmd_say, args_of("room", id, "text", "\001", NULL),
		NULL, NULL),
	    ANSWER_INVALID);
	assert_int_equal(room->last_site, sites);
	room_drop(room);
	assert_int_equal(room_open(&w->hub, id, &room), 0);
	assert_int_equal(room->last_site, sites);
	assert_int_equal(
	    ask(w, &ann, cmd_freeze, args_of("room", id, NULL), NULL, NULL), 0);
	assert_non_null(room_seat_find(room, "@ann"));
	/* and one that it has had before stays */
	assert_int_equal(
	    ask(w, &ann, cmd_freeze, args_of("room", id, NULL), NULL, NULL),
	    ANSWER_STATE);
	assert_non_null(room_seat_find(room, "@ann"));
}

static void
an_account_and_a_host_have_an_end_of_rooms(void **state)
{
	struct world *w = *state;
	struct who ann = account(w, "ann", "interviewer");
	struct who bob = account(w, "bob", "interviewer");
	char id[8], again[8], title[64];
	struct room *room;

	w->hub.conf.rooms_per_user = 2;
	made(w, &ann, room_args("", "first", NULL), id, title);
	made(w, &ann, room_args("", NULL, NULL), again, title);
	assert_int_equal(
	    ask(w, &ann, cmd_create, NULL, NULL, NULL), ANSWER_STATE);
	made(w, &ann, room_args("", "first", NULL), again, title);
	assert_string_equal(again, id);
	assert_int_equal(room_open(&w->hub, id, &room), 0);
	assert_int_equal(room_end(room, SITE_LOCAL), 0);
	made(w, &ann, room_args("", NULL, NULL), again, title);
	made(w, &bob, room_args("", NULL, NULL), id, title);
	w->hub.conf.max_rooms = 4;
	made(w, &bob, room_args("", NULL, NULL), id, title);
	assert_int_equal(
	    ask(w, &local, cmd_create, NULL, NULL, NULL), ANSWER_STATE);
}

static void
a_log_has_an_end_and_what_is_in_it_stays(void **state)
{
	struct world *w = *state;
	char id[8], title[64], *text = xcalloc(1, TEXT_MAX + 1);
	struct member *m;
	struct room *room;
	uint8_t site;

	memset(text, 'x', TEXT_MAX);
	w->hub.conf.room_log_mb = 2;
	made(w, &local, room_args("", NULL, NULL), id, title);
	assert_int_equal(room_open(&w->hub, id, &room), 0);
	assert_int_equal(
	    room_seat_add(room, ROLE_INTERVIEWER, NULL, "Ann", &m), 0);
	assert_int_equal(
	    ask(w, &local, cmd_put, args_of("room", id, "file", "a.py", NULL),
		text, NULL),
	    0);
	assert_true(room_may_write(room, m));
	assert_int_equal(
	    ask(w, &local, cmd_put, args_of("room", id, "file", "b.py", NULL),
		text, NULL),
	    0);
	assert_non_null(room_refuses(room, m));
	assert_int_equal(
	    ask(w, &local, cmd_put, args_of("room", id, "file", "c.py", NULL),
		"x", NULL),
	    ANSWER_STATE);
	assert_int_equal(
	    ask(w, &local, cmd_say,
		args_of("room", id, "text", "it is full", NULL), NULL, NULL),
	    0);
	site = m->row.site;
	room_drop(room);
	assert_int_equal(room_open(&w->hub, id, &room), 0);
	assert_int_equal(order_file_count(room->order), 3);
	m = room->members[site];
	assert_int_equal(room_enter(room, m, "Ann"), 0);
	assert_non_null(room_refuses(room, m));
	assert_int_equal(room_end(room, SITE_LOCAL), 0);
	free(text);
}

static void
a_new_account_with_an_old_name_owns_nothing(void **state)
{
	struct world *w = *state;
	struct who ann = account(w, "ann", "interviewer");
	char id[8], title[64];
	struct room *room;

	made(w, &ann, room_args("secret", "once", NULL), id, title);
	assert_int_equal(room_open(&w->hub, id, &room), 0);
	assert_int_equal(right_of(w, &ann, room), RIGHT_STAFF);
	assert_string_equal(room->row.owner, "ann");
	assert_int_equal(ask(w, &local, cmd_user_rm,
			     args_of("name", "ann", NULL), NULL, NULL),
	    0);
	ann = account(w, "ann", "interviewer");
	assert_int_equal(right_of(w, &ann, room), RIGHT_NONE);
	made(w, &ann, room_args("new", "once", NULL), id, title);
	assert_string_equal(title, "new");
}

static void
the_seats_of_an_account_end_with_it(void **state)
{
	struct world *w = *state;
	struct who ann = account(w, "ann", "interviewer");
	char id[8], title[64];
	struct member *m, *other;
	struct room *room;

	made(w, &local, room_args("", NULL, NULL), id, title);
	assert_int_equal(room_open(&w->hub, id, &room), 0);
	assert_int_equal(
	    room_seat_add(room, ROLE_INTERVIEWER, NULL, NULL, &m), 0);
	assert_int_equal(room_seat_own(room, m, ann.user), 0);
	assert_int_equal(
	    room_seat_add(room, ROLE_INTERVIEWER, NULL, NULL, &other), 0);
	assert_int_equal(room_enter(room, m, "Ann"), 0);
	turn(&w->hub);
	room_drop(room); /* it is found all the same */
	assert_int_equal(ask(w, &local, cmd_user_rm,
			     args_of("name", "ann", NULL), NULL, NULL),
	    0);
	assert_int_equal(room_open(&w->hub, id, &room), 0);
	assert_int_equal(room_seat_find(room, "I")->row.state, SEAT_KICKED);
	assert_int_equal(room_seat_find(room, "J")->row.state, SEAT_NEW);
}

/* Chat and notes are in it. */
static void
a_replay_is_for_the_staff_alone(void **state)
{
	struct world *w = *state;
	struct who ann = account(w, "ann", "interviewer");
	struct who bob = account(w, "bob", "interviewer");
	char id[8], same[ROOM_ID_LEN + 1], title[64];
	struct member *m;
	struct room *room;
	enum right has;

	made(w, &local, room_args("", NULL, NULL), id, title);
	assert_int_equal(room_open(&w->hub, id, &room), 0);
	assert_int_equal(room_seat_add(room, ROLE_OBSERVER, NULL, NULL, &m), 0);
	assert_int_equal(room_seat_own(room, m, ann.user), 0);
	assert_int_equal(room_enter(room, m, "Ann"), 0);
	assert_int_equal(who_right(&ann, w->hub.store, id, same, &has), 0);
	assert_int_equal(has, RIGHT_READ);
	assert_int_equal(
	    ask(w, &ann, cmd_replay, args_of("room", id, NULL), NULL, NULL),
	    ANSWER_NOT_ALLOWED);
	assert_int_equal(
	    ask(w, &bob, cmd_replay, args_of("room", id, NULL), NULL, NULL),
	    ANSWER_NOT_FOUND);
}

static void
an_account_lists_the_rooms_it_owns_or_has_a_seat_in(void **state)
{
	struct world *w = *state;
	struct who ann = account(w, "ann", "interviewer");
	struct who bob = account(w, "bob", "interviewer");
	char(*ids)[STORE_ID_SIZE], a[8], b[8], c[8], title[64];
	struct member *m;
	struct room *room;
	size_t n;

	made(w, &ann, room_args("ann's", NULL, NULL), a, title);
	made(w, &bob, room_args("bob's", NULL, NULL), b, title);
	made(w, &bob, room_args("bob's other", NULL, NULL), c, title);
	assert_int_equal(room_open(&w->hub, b, &room), 0);
	assert_int_equal(room_seat_add(room, ROLE_OBSERVER, NULL, NULL, &m), 0);
	assert_int_equal(room_seat_own(room, m, ann.user), 0);
	/* a candidate's seat is no right to the room */
	assert_int_equal(room_open(&w->hub, c, &room), 0);
	assert_int_equal(
	    room_seat_add(room, ROLE_CANDIDATE, NULL, NULL, &m), 0);
	assert_int_equal(room_seat_own(room, m, ann.user), 0);
	turn(&w->hub);
	assert_int_equal(
	    store_room_ids(w->hub.store, ann.user, false, 0, &ids, &n), 0);
	assert_int_equal(n, 2);
	assert_string_equal(ids[0], a);
	assert_string_equal(ids[1], b);
	free(ids);
	assert_int_equal(
	    store_room_ids(w->hub.store, bob.user, true, 0, &ids, &n), 0);
	assert_int_equal(n, 2);
	free(ids);
}

/* "room list" after the room with the key AFTER: its answer. */
static struct json *
listed(struct world *w, int64_t after)
{
	struct json *args = json_object_new(), *o;

	json_set_int(args, "after", after);
	assert_int_equal(ask(w, &local, cmd_list, args, NULL, &o), 0);
	return o;
}

static void
a_list_goes_on_where_it_ended(void **state)
{
	struct world *w = *state;
	char a[8], b[8], title[64];
	struct room_row row;
	struct json *o;

	made(w, &local, room_args("one", NULL, NULL), a, title);
	made(w, &local, room_args("two", NULL, NULL), b, title);
	assert_int_equal(store_room_get(w->hub.store, a, &row), 0);
	o = listed(w, row.key);
	assert_int_equal(json_count(json_get(o, "result")), 1);
	assert_string_equal(
	    json_get_str(json_at(json_get(o, "result"), 0), "id"), b);
	assert_true(json_is_null(json_get(o, "next")));
	json_free(o);
}

/* It goes by what was read, not by how long that took. */
static void
a_list_is_full_when_much_was_read_for_it(void **state)
{
	const int each = LIST_BYTES / LIST_EACH;
	struct world *w = *state;
	char id[8], title[64];
	struct room_row row;
	struct json *o;
	int64_t next;

	w->hub.conf.max_rooms = w->hub.conf.rooms_per_user = each + 9;
	for (int i = 0; i < each + 1; i++)
		made(w, &local, room_args("one", NULL, NULL), id, title);
	assert_int_equal(store_room_get(w->hub.store, id, &row), 0);
	o = listed(w, 0);
	assert_int_equal(json_count(json_get(o, "result")), each);
	next = json_get_int(o, "next", 0);
	assert_int_equal(next, row.key - 1);
	json_free(o);
	o = listed(w, next);
	assert_int_equal(json_count(json_get(o, "result")), 1);
	assert_true(json_is_null(json_get(o, "next")));
	json_free(o);
}

static void
a_damaged_room_is_listed_and_hides_no_other(void **state)
{
	struct world *w = *state;
	char big[5000], a[8], b[8], title[64];
	struct json *args = json_object_new(), *files, *f, *o;
	const struct json *list;
	struct room *room;

	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	files = json_array_new();
	f = args_of("name", "main.py", NULL);
	json_set_int(f, "len", sizeof(big) - 1);
	json_add(files, f);
	json_set(args, "files", files);
	made_with(w, &local, args, big, a, title);
	made(w, &local, room_args("two", NULL, NULL), b, title);
	assert_int_equal(room_open(&w->hub, a, &room), 0);
	assert_int_equal(
	    store_chunks_drop(w->hub.store, room->row.key, 1, 1), 0);
	turn(&w->hub);
	room_drop(room);
	o = listed(w, 0);
	list = json_get(o, "result");
	assert_int_equal(json_count(list), 2);
	assert_string_equal(json_get_str(json_at(list, 0), "id"), a);
	assert_true(json_is_null(json_get(json_at(list, 0), "rev")));
	assert_string_equal(json_get_str(json_at(list, 1), "id"), b);
	json_free(o);
}

/* A template of two files and tests. */
static int template(struct world *w, const struct who *who, const char *name)
{
	struct json *args =
	    args_of("name", name, "language", "bash", "title", "Two sum", NULL);
	struct json *files = json_array_new(), *f;
	static const char *const names[] = { "main.sh", "task.md" };

	for (int i = 0; i < 2; i++) {
		f = args_of("name", names[i], NULL);
		json_set_int(f, "len", 4);
		json_add(files, f);
	}
	json_set(args, "files", files);
	f = args_of("name", "tests.sh", NULL);
	json_set_int(f, "len", 6);
	json_set(args, "tests", f);
	return ask(w, who, cmd_template_add, args, "one\ntwo\nhidden", NULL);
}

static void
a_template_is_its_makers_and_for_all_to_use(void **state)
{
	struct world *w = *state;
	struct who ann = account(w, "ann", "interviewer");
	struct who bob = account(w, "bob", "interviewer");
	struct json *o;

	assert_int_equal(template(w, &ann, "two-sum"), 0);
	assert_int_equal(template(w, &bob, "two-sum"), ANSWER_STATE);
	assert_int_equal(ask(w, &bob, cmd_template_show,
			     args_of("name", "two-sum", NULL), NULL, &o),
	    0);
	assert_string_equal(
	    json_get_str(json_get(o, "result"), "tests"), "tests.sh");
	json_free(o);
	assert_int_equal(ask(w, &bob, cmd_template_rm,
			     args_of("name", "two-sum", NULL), NULL, NULL),
	    ANSWER_NOT_ALLOWED);
	assert_int_equal(ask(w, &ann, cmd_template_rm,
			     args_of("name", "two-sum", NULL), NULL, NULL),
	    0);
	assert_int_equal(ask(w, &ann, cmd_template_rm,
			     args_of("name", "two-sum", NULL), NULL, NULL),
	    ANSWER_NOT_FOUND);
	assert_int_equal(template(w, &bob, "two-sum"), 0);
	assert_int_equal(ask(w, &local, cmd_template_rm,
			     args_of("name", "two-sum", NULL), NULL, NULL),
	    0);
}

static void
a_list_of_templates_goes_on_where_it_ended(void **state)
{
	struct world *w = *state;
	struct json *args = json_object_new(), *o;

	assert_int_equal(template(w, &local, "one"), 0);
	assert_int_equal(template(w, &local, "two"), 0);
	json_set_int(args, "after", 1);
	assert_int_equal(ask(w, &local, cmd_template_list, args, NULL, &o), 0);
	assert_int_equal(json_count(json_get(o, "result")), 1);
	assert_string_equal(
	    json_get_str(json_at(json_get(o, "result"), 0), "name"), "two");
	assert_true(json_is_null(json_get(o, "next")));
	json_free(o);
}

static void
a_room_begins_as_its_template_and_what_is_given_wins(void **state)
{
	struct world *w = *state;
	char id[8], title[64];
	struct json *args, *files, *f;
	struct room *room;

	assert_int_equal(template(w, &local, "two-sum"), 0);
	made(w, &local, args_of("template", "two-sum", NULL), id, title);
	assert_string_equal(title, "Two sum");
	assert_int_equal(room_open(&w->hub, id, &room), 0);
	assert_string_equal(room->row.language, "bash");
	assert_int_equal(order_file_count(room->order), 2);
	text_is(room->order, 0, "one\n");
	text_is(room->order, 1, "two\n");
	args = room_args("Mine", NULL, "two-sum");
	json_set_str(args, "language", "python");
	files = json_array_new();
	f = args_of("name", "task.md", NULL);
	json_set_int(f, "len", 2);
	json_add(files, f);
	f = args_of("name", "more.py", NULL);
	json_set_int(f, "len", 2);
	json_add(files, f);
	json_set(args, "files", files);
	made_with(w, &local, args, "x\ny\n", id, title);
	assert_int_equal(room_open(&w->hub, id, &room), 0);
	assert_string_equal(room->row.title, "Mine");
	assert_string_equal(room->row.language, "python");
	assert_int_equal(order_file_count(room->order), 3);
	text_is(room->order, 0, "one\n");
	text_is(room->order, 1, "x\n");
	text_is(room->order, 2, "y\n");
}

static void
an_unknown_template_makes_no_room(void **state)
{
	struct world *w = *state;
	char(*ids)[STORE_ID_SIZE];
	size_t n;

	assert_int_equal(ask(w, &local, cmd_create,
			     args_of("template", "nope", NULL), NULL, NULL),
	    ANSWER_NOT_FOUND);
	assert_int_equal(store_room_ids(w->hub.store, 0, true, 0, &ids, &n), 0);
	assert_int_equal(n, 0);
	free(ids);
}

static void
what_will_not_do_is_refused_and_nothing_is_kept(void **state)
{
	struct world *w = *state;
	struct user_row u;
	struct json *args;

	args = args_of("name", "ann", NULL);
	json_set_bool(args, "key", true);
	assert_int_equal(
	    ask(w, &local, cmd_user_add, args, "no key", NULL), ANSWER_INVALID);
	assert_int_equal(store_user_get(w->hub.store, "ann", &u), CS_ENOTFOUND);
	assert_int_equal(
	    ask(w, &local, cmd_user_add,
		args_of("name", "ann", "role", "boss", NULL), NULL, NULL),
	    ANSWER_INVALID);
	args = args_of("name", "ann", "unix_user", "root", NULL);
	json_set_int(args, "unix_uid", 0);
	assert_int_equal(
	    ask(w, &local, cmd_user_add, args, NULL, NULL), ANSWER_INVALID);
	args = args_of("name", "ann", "unix_user", "u1", NULL);
	json_set_int(args, "unix_uid", 4711);
	assert_int_equal(ask(w, &local, cmd_user_add, args, NULL, NULL), 0);
	args = args_of("name", "bob", "unix_user", "u1", NULL);
	json_set_int(args, "unix_uid", 4711);
	assert_int_equal(
	    ask(w, &local, cmd_user_add, args, NULL, NULL), ANSWER_STATE);
	assert_int_equal(ask(w, &local, cmd_user_passwd,
			     args_of("name", "ann", NULL), "short", NULL),
	    ANSWER_INVALID);
	assert_int_equal(
	    ask(w, &local, cmd_user_show, NULL, NULL, NULL), ANSWER_INVALID);
	args = args_of("role", "admin", NULL);
	json_set_int(args, "expires", -1);
	assert_int_equal(
	    ask(w, &local, cmd_user_token, args, NULL, NULL), ANSWER_INVALID);
	assert_int_equal(
	    ask(w, &local, cmd_template_add,
		args_of("name", "../x", "language", "bash", NULL), NULL, NULL),
	    ANSWER_INVALID);
	assert_int_equal(
	    ask(w, &local, cmd_template_add,
		args_of("name", "x", "language", "cobol", NULL), NULL, NULL),
	    ANSWER_NOT_FOUND);
}

/* Hashes are made one by one, for everybody. */
static void
an_account_waits_for_one_password_at_a_time(void **state)
{
	struct world *w = *state;
	struct who ann = account(w, "ann", "interviewer");
	struct who bob = account(w, "bob", "interviewer");
	struct loop *loop;

	assert_int_equal(loop_new(&loop), 0);
	assert_int_equal(passwd_open(&w->hub.passwd, loop), 0);
	assert_int_equal(
	    ask(w, &ann, cmd_user_passwd, NULL, "long enough", NULL), 0);
	assert_int_equal(
	    ask(w, &ann, cmd_user_passwd, NULL, "long enough", NULL),
	    ANSWER_FAILED);
	assert_int_equal(
	    ask(w, &bob, cmd_user_passwd, NULL, "long enough", NULL), 0);
	assert_int_equal(ask(w, &local, cmd_user_passwd,
			     args_of("name", "ann", NULL), "long enough", NULL),
	    0);
	passwd_close(w->hub.passwd);
	w->hub.passwd = NULL;
	users_close(&w->hub);
	loop_free(loop);
}

/* Each is an endpoint of its own for half a minute, of which the host has
 * max_seats for all. */
static void
an_account_takes_no_more_than_its_share_of_tickets(void **state)
{
	struct world *w = *state;
	struct who ann = account(w, "ann", "interviewer");
	struct who bob = account(w, "bob", "interviewer");
	char room[8], hers[8], title[64], cwd[256];
	struct json *o;

	assert_non_null(getcwd(cwd, sizeof(cwd)));
	assert_int_equal(loop_new(&w->hub.loop), 0);
	made(w, &ann, room_args("A", NULL, NULL), hers, title);
	made(w, &bob, room_args("B", NULL, NULL), room, title);
	assert_int_equal(chdir(w->dir), 0);
	assert_int_equal(mkdir("s", 0700), 0);
	for (int i = 0; i < SEAT_WATCHERS_MAX; i++)
		assert_int_equal(ask(w, &ann, cmd_replay,
				     args_of("room", hers, NULL), NULL, NULL),
		    0);
	assert_int_equal(
	    ask(w, &ann, cmd_replay, args_of("room", hers, NULL), NULL, NULL),
	    ANSWER_FAILED);
	assert_int_equal(
	    ask(w, &bob, cmd_replay, args_of("room", room, NULL), NULL, &o), 0);
	json_free(o);
	seats_close(&w->hub);
	assert_int_equal(rmdir("s"), 0);
	assert_int_equal(chdir(cwd), 0);
	loop_free(w->hub.loop);
	w->hub.loop = NULL;
}

static void
nothing(void *arg)
{
	(void)arg;
}

/* What takes many turns is done for one after the other. */
static void
an_account_waits_for_no_more_than_its_share(void **state)
{
	struct world *w = *state;
	struct who ann = account(w, "ann", "interviewer");
	struct who bob = account(w, "bob", "interviewer");
	char hers[8], his[8], title[64];

	assert_int_equal(loop_new(&w->hub.loop), 0);
	assert_int_equal(
	    loop_timer_new(w->hub.loop, nothing, NULL, &w->hub.reporting), 0);
	made(w, &ann, room_args("A", NULL, NULL), hers, title);
	made(w, &bob, room_args("B", NULL, NULL), his, title);
	for (int i = 0; i < REPORTS_EACH; i++)
		assert_int_equal(ask(w, &ann, cmd_report,
				     args_of("room", hers, NULL), NULL, NULL),
		    0);
	assert_int_equal(
	    ask(w, &ann, cmd_report, args_of("room", hers, NULL), NULL, NULL),
	    ANSWER_FAILED);
	assert_int_equal(
	    ask(w, &bob, cmd_report, args_of("room", his, NULL), NULL, NULL),
	    0);
	for (int i = 0; i < GETS_EACH; i++)
		assert_int_equal(
		    ask(w, &ann, cmd_get,
			args_of("room", hers, "at", "1", NULL), NULL, NULL),
		    0);
	assert_int_equal(
	    ask(w, &ann, cmd_get, args_of("room", hers, "at", "1", NULL), NULL,
		NULL),
	    ANSWER_FAILED);
	assert_int_equal(ask(w, &bob, cmd_get,
			     args_of("room", his, "at", "1", NULL), NULL, NULL),
	    0);
	reports_close(&w->hub);
	gets_close(&w->hub);
	loop_timer_free(w->hub.reporting);
	loop_free(w->hub.loop);
	w->hub.loop = NULL;
}

/* What was opened before goes on as long as its account may. */
static void
who_is_removed_watches_no_more(void **state)
{
	struct world *w = *state;
	struct who ann = account(w, "ann", "interviewer");
	struct who bob = account(w, "bob", "interviewer");
	char id[8], title[64], cwd[256];
	struct room *room;
	struct member *m;
	const char *why;
	struct act kick = { .kind = ACT_KICK };

	assert_non_null(getcwd(cwd, sizeof(cwd)));
	assert_int_equal(loop_new(&w->hub.loop), 0);
	made(w, &ann, room_args("A", NULL, NULL), id, title);
	assert_int_equal(room_open(&w->hub, id, &room), 0);
	assert_int_equal(
	    room_seat_add(room, ROLE_INTERVIEWER, NULL, "Bob", &m), 0);
	assert_int_equal(room_seat_own(room, m, bob.user), 0);
	turn(&w->hub);
	assert_int_equal(chdir(w->dir), 0);
	assert_int_equal(mkdir("s", 0700), 0);
	assert_int_equal(
	    ask(w, &ann, cmd_replay, args_of("room", id, NULL), NULL, NULL), 0);
	assert_int_equal(
	    ask(w, &bob, cmd_replay, args_of("room", id, NULL), NULL, NULL), 0);
	kick.site = m->row.site;
	assert_int_equal(act_do(room, SITE_LOCAL, &kick, &why), 0);
	assert_true(w->hub.seats->dead); /* the last one, bob's */
	assert_false(w->hub.seats->next->dead);
	seats_close(&w->hub);
	turn(&w->hub);
	assert_int_equal(rmdir("s"), 0);
	assert_int_equal(chdir(cwd), 0);
	loop_free(w->hub.loop);
	w->hub.loop = NULL;
}

int
main(void)
{
#define in_world(t) \
	cmocka_unit_test_setup_teardown(t, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		in_world(an_account_waits_for_no_more_than_its_share),
		in_world(who_is_removed_watches_no_more),
		in_world(an_account_takes_no_more_than_its_share_of_tickets),
		in_world(an_account_manages_itself_and_nobody_else),
		in_world(keys_of_others_are_not_found_by_an_account),
		in_world(who_is_nobody_may_do_nothing),
		in_world(an_idempotency_key_is_its_owners_own),
		in_world(an_admin_makes_a_room_for_an_account),
		in_world(a_room_of_others_is_neither_told_nor_loaded),
		in_world(a_command_that_is_refused_leaves_no_seat_behind),
		in_world(an_account_and_a_host_have_an_end_of_rooms),
		in_world(a_log_has_an_end_and_what_is_in_it_stays),
		in_world(a_new_account_with_an_old_name_owns_nothing),
		in_world(the_seats_of_an_account_end_with_it),
		in_world(a_replay_is_for_the_staff_alone),
		in_world(an_account_lists_the_rooms_it_owns_or_has_a_seat_in),
		in_world(a_list_goes_on_where_it_ended),
		in_world(a_list_is_full_when_much_was_read_for_it),
		in_world(a_damaged_room_is_listed_and_hides_no_other),
		in_world(a_template_is_its_makers_and_for_all_to_use),
		in_world(a_list_of_templates_goes_on_where_it_ended),
		in_world(a_room_begins_as_its_template_and_what_is_given_wins),
		in_world(an_unknown_template_makes_no_room),
		in_world(what_will_not_do_is_refused_and_nothing_is_kept),
		in_world(an_account_waits_for_one_password_at_a_time),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
