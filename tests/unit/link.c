/*
 * link.c - the editor's own end of a link against libnng's, and the requests
 * and jobs that go through libnng on both sides. One loop, real sockets.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/err.h"
#include "proto/frame.h"
#include "proto/sys/link.h"
#include "proto/sys/link_nng.h"
#include "proto/sys/util.h"

#define MAX_BODY (4 * 1024 * 1024)
#define GIVE_UP_MS 20000

static char dir[] = "/tmp/codesync-link-XXXXXX";

/* What happened at one end. */
struct end {
	int ups, downs, err, messages, gones, rooms, uid;
	size_t len;
	uint64_t sum, tokens[8];
	uint8_t first;
	bool echo;
	struct nng_link *nng;
	struct link *link;
};

static struct loop *loop;
static struct loop_timer *limit;
static struct end a, b; /* a: ours, b: libnng's */
static bool (*enough)(void);

static void
on_limit(void *arg)
{
	(void)arg;
	loop_stop(loop, 1);
}

static void
check(void *arg)
{
	(void)arg;
	if (enough())
		loop_stop(loop, 0);
}

/* Turn the loop until FN says so. */
static void
until(bool (*fn)(void))
{
	enough = fn;
	loop_before_sleep(loop, check, NULL);
	loop_timer_start(limit, GIVE_UP_MS);
	assert_int_equal(loop_run(loop), 0);
	loop_timer_stop(limit);
}

static void
note(struct end *e, const uint8_t *body, size_t len)
{
	e->messages++;
	e->len = len;
	e->first = len > 0 ? body[0] : 0;
	for (size_t i = 0; i < len; i++)
		e->sum = e->sum * 31 + body[i];
}

static void
link_up(void *arg)
{
	((struct end *)arg)->ups++;
}

static void
link_message(void *arg, const uint8_t *body, size_t len)
{
	note(arg, body, len);
}

static void
link_down(void *arg, int err)
{
	struct end *e = arg;

	e->downs++;
	e->err = err;
}

static void
nng_message(void *arg, const struct nng_in *in)
{
	struct end *e = arg;

	e->tokens[e->messages % 8] = in->token;
	e->uid = in->uid;
	note(e, in->body, in->len);
	if (e->echo)
		assert_int_equal(nng_link_send(e->nng, in->body, in->len), 0);
}

static void
nng_gone(void *arg)
{
	((struct end *)arg)->gones++;
}

static void
nng_room(void *arg)
{
	((struct end *)arg)->rooms++;
}

static const struct link_events link_events = { link_up, link_message,
	link_down };
static const struct nng_link_events nng_events = { nng_message, nng_gone,
	nng_room };

static void
listen_pair(const char *name)
{
	char url[64];

	snprintf(url, sizeof(url), "ipc://%s", name);
	assert_int_equal(nng_link_open(&b.nng, loop, LINK_PAIR, true, url, 0600,
			     MAX_BODY, &nng_events, &b),
	    0);
}

static int
setup(void **state)
{
	(void)state;
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	assert_int_equal(loop_new(&loop), 0);
	assert_int_equal(loop_timer_new(loop, on_limit, NULL, &limit), 0);
	assert_int_equal(
	    link_new(&a.link, loop, MAX_BODY, 2 * MAX_BODY, &link_events, &a),
	    0);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	link_free(a.link);
	nng_link_close(a.nng);
	nng_link_close(b.nng);
	loop_timer_free(limit);
	loop_free(loop);
	return 0;
}

static bool
is_up(void)
{
	return a.ups == 1;
}

static void
connect_pair(void)
{
	listen_pair("pair");
	assert_int_equal(link_dial(a.link, AT_FDCWD, "pair"), 0);
	until(is_up);
}

static bool
a_got_it(void)
{
	return a.messages == 1;
}

static void
round_trips_of_all_sizes(void **state)
{
	static const size_t sizes[] = { 0, 1, 8, 9, 65535, 65536, 1 << 20,
		MAX_BODY };
	uint8_t *body = malloc(MAX_BODY);
	uint64_t sum;
	size_t len;

	(void)state;
	for (size_t i = 0; i < MAX_BODY; i++)
		body[i] = (uint8_t)(i * 7 + i / 251);
	connect_pair();
	b.echo = true;
	for (size_t n = 0; n < 1500; n++) {
		len = n < 8 ? sizes[n] : n;
		a.messages = 0;
		a.sum = b.sum = 0;
		assert_int_equal(link_send(a.link, body, len), 0);
		until(a_got_it);
		sum = 0;
		for (size_t i = 0; i < len; i++)
			sum = sum * 31 + body[i];
		assert_int_equal(a.len, len);
		assert_true(a.sum == sum && b.sum == sum);
	}
	assert_int_equal(b.uid, getuid());
	free(body);
}

static bool
b_saw_it_go(void)
{
	return b.gones == 1;
}

static bool
b_got_one(void)
{
	return b.messages == 1;
}

static void
each_end_sees_the_other_go(void **state)
{
	(void)state;
	connect_pair();
	assert_int_equal(link_send(a.link, "last words", 10), 0);
	link_close(a.link);
	until(b_saw_it_go);
	assert_int_equal(b.messages, 1); /* before it was gone */
	assert_int_equal(a.downs, 0);    /* we closed it ourselves */
	a.ups = 0;
	assert_int_equal(link_dial(a.link, AT_FDCWD, "pair"), 0);
	until(is_up);
	b.messages = 0;
	assert_int_equal(link_send(a.link, "again", 5), 0);
	until(b_got_one);
}

static bool
a_is_down(void)
{
	return a.downs == 1;
}

static void
dropped_peer_may_come_back(void **state)
{
	(void)state;
	connect_pair();
	assert_int_equal(link_send(a.link, "bad", 3), 0);
	until(b_got_one);
	nng_link_drop(b.nng);
	until(a_is_down);
	a.ups = 0;
	assert_int_equal(link_dial(a.link, AT_FDCWD, "pair"), 0);
	until(is_up);
	b.messages = 0;
	assert_int_equal(link_send(a.link, "good", 4), 0);
	until(b_got_one);
	assert_int_equal(b.len, 4);
	assert_int_equal(b.gones, 0); /* who drops needs not be told */
}

static void
listener_that_closes_leaves_no_socket(void **state)
{
	struct stat st;

	(void)state;
	connect_pair();
	assert_int_equal(stat("pair", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	nng_link_close(b.nng);
	b.nng = NULL;
	until(a_is_down);
	assert_int_equal(stat("pair", &st), -1);
	assert_int_equal(link_dial(a.link, AT_FDCWD, "pair"), CS_ENOTFOUND);
	assert_int_equal(link_send(a.link, "x", 1), CS_ECLOSED);
}

/* A hub that was killed leaves its sockets' files behind. */
static void
file_of_a_dead_listener_is_taken_over(void **state)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	strcpy(addr.sun_path, "pair");
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(fd, 1), 0);
	close(fd);
	assert_int_equal(link_dial(a.link, AT_FDCWD, "pair"), CS_ENOTFOUND);
	connect_pair();
}

static void
directory_descriptor_replaces_a_path(void **state)
{
	int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	listen_pair("pair");
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(link_dial(a.link, fd, "pair"), 0);
	until(is_up);
	close(fd);
}

static void
message_over_the_maximum_closes_only_that_link(void **state)
{
	uint8_t *body = calloc(1, MAX_BODY + 1);

	(void)state;
	connect_pair();
	assert_int_equal(link_send(a.link, body, MAX_BODY + 1), 0);
	until(a_is_down);
	assert_int_equal(b.messages, 0);
	a.ups = a.downs = 0;
	assert_int_equal(link_dial(a.link, AT_FDCWD, "pair"), 0);
	until(is_up);
	assert_int_equal(nng_link_send(b.nng, body, MAX_BODY + 1), 0);
	until(a_is_down);
	assert_int_equal(a.err, CS_ETOOBIG);
	free(body);
}

static bool
b_has_room(void)
{
	return b.rooms > 0;
}

static int sent;

static bool
b_got_all(void)
{
	return b.messages == sent;
}

/* A reader that stalls costs a bounded queue, and nothing of it is lost. */
static void
slow_reader_is_seen_and_loses_nothing(void **state)
{
	uint8_t body[4096] = { 0 };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), r;
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	uint8_t block[65536];
	size_t want, got = 0;
	struct buf hello;
	ssize_t n;

	(void)state;
	listen_pair("pair");
	strcpy(addr.sun_path, "pair");
	assert_int_equal(
	    connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	buf_init(&hello, 64);
	frame_put_greeting(&hello);
	frame_put(&hello, "h", 1);
	assert_int_equal(write_all(fd, hello.data, hello.len), 0);
	buf_release(&hello);
	until(b_got_one);
	for (sent = 0; sent < 100000; sent++)
		if ((r = nng_link_send(b.nng, body, sizeof(body))) != 0)
			break;
	assert_int_equal(r, CS_EAGAIN);
	want = FRAME_GREETING_LEN +
	       (size_t)sent * (FRAME_HEADER_LEN + sizeof(body));
	while (got < want) {
		n = read(fd, block, sizeof(block));
		assert_true(n > 0);
		got += (size_t)n;
	}
	until(b_has_room);
	assert_int_equal(nng_link_send(b.nng, body, sizeof(body)), 0);
	close(fd);
}

static void
full_queue_of_ours_is_refused_whole(void **state)
{
	uint8_t *body = calloc(1, MAX_BODY);
	int r = 0;

	(void)state;
	connect_pair();
	for (sent = 0; sent < 1000 && r == 0; sent++)
		r = link_send(a.link, body, MAX_BODY);
	assert_int_equal(r, CS_EAGAIN);
	sent--;
	until(b_got_all);
	assert_int_equal(a.downs, 0);
	free(body);
}

/* --- requests --- */

static struct end c;

static bool
two_asked(void)
{
	return b.messages == 2;
}

static bool
both_answered(void)
{
	return a.messages == 1 && c.messages == 1;
}

static bool
a_or_c_has_room(void)
{
	return a.rooms + c.rooms > 0;
}

static bool
a_is_alone(void)
{
	return a.gones == 1;
}

static void
open_nng(struct end *e, enum nng_kind kind, bool listener)
{
	assert_int_equal(nng_link_open(&e->nng, loop, kind, listener,
			     "ipc://service", 0666, MAX_BODY, &nng_events, e),
	    0);
}

/* Send, waiting for the dialer to be there. */
static void
send_when_connected(struct end *e, const char *text)
{
	while (nng_link_send(e->nng, text, strlen(text)) == CS_EAGAIN) {
		e->rooms = 0;
		until(a_or_c_has_room);
	}
}

static void
answers_go_in_any_order(void **state)
{
	(void)state;
	memset(&c, 0, sizeof(c));
	open_nng(&b, LINK_REP, true);
	open_nng(&a, LINK_REQ, false);
	open_nng(&c, LINK_REQ, false);
	send_when_connected(&a, "A");
	until(b_got_one);
	send_when_connected(&c, "C");
	until(two_asked);
	assert_int_equal(nng_link_reply(b.nng, b.tokens[1], "c", 1), 0);
	assert_int_equal(nng_link_reply(b.nng, b.tokens[0], "a", 1), 0);
	until(both_answered);
	assert_int_equal(a.first, 'a');
	assert_int_equal(c.first, 'c');
	assert_int_equal(b.uid, getuid());
	assert_int_equal(
	    nng_link_reply(b.nng, b.tokens[0], "a", 1), CS_ENOTFOUND);
	nng_link_close(c.nng);
}

static void
request_ends_with_its_service(void **state)
{
	(void)state;
	open_nng(&b, LINK_REP, true);
	open_nng(&a, LINK_REQ, false);
	send_when_connected(&a, "A");
	until(b_got_one);
	nng_link_close(b.nng);
	b.nng = NULL;
	until(a_is_alone);
	memset(&b, 0, sizeof(b));
	open_nng(&b, LINK_REP, true);
	send_when_connected(&a, "B"); /* it dials again by itself */
	until(b_got_one);
	assert_int_equal(b.first, 'B'); /* and the first is not asked twice */
}

static void
pushed_messages_keep_their_order(void **state)
{
	uint64_t sum = 0;
	char text[2] = "";

	(void)state;
	open_nng(&b, LINK_PULL, true);
	open_nng(&a, LINK_PUSH, false);
	for (sent = 0; sent < 1000; sent++) {
		text[0] = (char)(' ' + sent % 90);
		sum = sum * 31 + (uint8_t)text[0];
		send_when_connected(&a, text);
	}
	until(b_got_all);
	assert_true(b.sum == sum);
}

/* nng_request blocks, so the service is another process. */
static void
one_request_for_command_lines(void **state)
{
	uint8_t *answer;
	size_t len;

	(void)state;
	assert_int_equal(
	    nng_request("ipc://nobody", "x", 1, 1000, &answer, &len),
	    CS_ECLOSED);
	open_nng(&b, LINK_REP, true); /* whose loop does not turn */
	assert_int_equal(
	    nng_request("ipc://service", "x", 1, 50, &answer, &len), CS_EAGAIN);
	assert_null(answer);
}

static int
make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) == NULL;
}

static int
enter_dir(void **state)
{
	return chdir(dir) != 0 || setup(state) != 0;
}

static int
remove_dir(void **state)
{
	static const char *const left[] = { "pair", "service" };

	(void)state;
	if (chdir(dir) != 0)
		return 1;
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
		unlink(left[i]);
	return rmdir(dir);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, enter_dir, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(round_trips_of_all_sizes),
		TEST(each_end_sees_the_other_go),
		TEST(dropped_peer_may_come_back),
		TEST(listener_that_closes_leaves_no_socket),
		TEST(file_of_a_dead_listener_is_taken_over),
		TEST(directory_descriptor_replaces_a_path),
		TEST(message_over_the_maximum_closes_only_that_link),
		TEST(slow_reader_is_seen_and_loses_nothing),
		TEST(full_queue_of_ours_is_refused_whole),
		TEST(answers_go_in_any_order),
		TEST(request_ends_with_its_service),
		TEST(pushed_messages_keep_their_order),
		TEST(one_request_for_command_lines),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
