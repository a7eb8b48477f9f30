/*
 * link.c - links that dial and listen, and servers, against each other and
 * against libnng, which dials them in the command line and the runner. One loop,
 * real sockets.
 */
#include <errno.h>
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
#include "proto/sys/server.h"
#include "proto/sys/util.h"
#include "tests/lib/turns.h"

#define MAX_BODY (4 * 1024 * 1024)

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
static struct end a, b, c; /* a dials, b serves, c dials too */

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
	struct end *e = arg;

	note(e, body, len);
	if (e->echo)
		assert_int_equal(link_send(e->link, body, len), 0);
}

static void
link_down(void *arg, int err)
{
	struct end *e = arg;

	e->downs++;
	e->err = err;
}

static void
nng_message(void *arg, const uint8_t *body, size_t len)
{
	note(arg, body, len);
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

static void
link_room(void *arg)
{
	((struct end *)arg)->rooms++;
}

static const struct link_events link_events = { link_up, link_message,
	link_down, link_room };
static const struct nng_link_events nng_events = { nng_message, nng_gone,
	nng_room };

static const struct link_limits limits = { MAX_BODY, MAX_BODY + 1,
	2 * MAX_BODY };
static const struct link_limits hub_limits = { MAX_BODY, MAX_BODY + 1, 65536 };

static void
listen_pair(void)
{
	assert_int_equal(
	    link_new(&b.link, loop, FRAME_PAIR, &hub_limits, &link_events, &b),
	    0);
	assert_int_equal(link_listen(b.link, "pair", 0600), 0);
}

static int
setup(void **state)
{
	(void)state;
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	assert_int_equal(turns_open(&loop), 0);
	assert_int_equal(
	    link_new(&a.link, loop, FRAME_PAIR, &limits, &link_events, &a), 0);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	link_free(a.link);
	link_free(b.link);
	nng_link_close(a.nng);
	turns_close();
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
	listen_pair();
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
	free(body);
}

static bool
b_got_one(void)
{
	return b.messages == 1;
}

static bool
a_is_down(void)
{
	return a.downs == 1;
}

static void
listener_that_closes_leaves_no_socket(void **state)
{
	struct stat st;

	(void)state;
	connect_pair();
	assert_int_equal(stat("pair", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	link_free(b.link);
	b.link = NULL;
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
	listen_pair();
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
	assert_int_equal(link_send(b.link, body, MAX_BODY + 1), 0);
	until(a_is_down);
	assert_int_equal(a.err, CS_ETOOBIG);
	free(body);
}

static int sent;

static bool
b_got_all(void)
{
	return b.messages == sent;
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

/* --- our own listener --- */

/* Connect without any protocol. */
static int
connect_raw(const char *name)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	strcpy(addr.sun_path, name);
	assert_int_equal(
	    connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	return fd;
}

static bool
a_has_room(void)
{
	return a.rooms > 0;
}

static void
our_listener_speaks_with_libnng(void **state)
{
	static const size_t sizes[] = { 0, 1, 9, 65536, MAX_BODY };
	uint8_t *body = calloc(1, MAX_BODY);

	(void)state;
	listen_pair();
	b.echo = true;
	assert_int_equal(nng_link_open(&a.nng, loop, LINK_PAIR, "ipc://pair",
			     MAX_BODY, &nng_events, &a),
	    0);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		a.messages = 0;
		a.sum = b.sum = 0;
		body[0] = (uint8_t)(i + 1);
		while (nng_link_send(a.nng, body, sizes[i]) == CS_EAGAIN) {
			a.rooms = 0;
			until(a_has_room);
		}
		until(a_got_it);
		assert_int_equal(a.len, sizes[i]);
		assert_true(a.sum == b.sum);
	}
	free(body);
}

static bool
b_is_down(void)
{
	return b.downs == 1;
}

static void
our_listener_hears_the_last_words(void **state)
{
	struct stat st;

	(void)state;
	connect_pair();
	assert_int_equal(stat("pair", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(link_send(a.link, "last words", 10), 0);
	link_close(a.link);
	until(b_is_down);
	assert_int_equal(b.messages, 1);
	assert_int_equal(link_send(b.link, "x", 1), CS_ECLOSED);
	a.ups = 0;
	assert_int_equal(link_dial(a.link, AT_FDCWD, "pair"), 0);
	until(is_up);
	link_free(b.link);
	b.link = NULL;
	until(a_is_down);
	assert_int_equal(stat("pair", &st), -1);
}

static void
our_listener_hangs_up_and_goes_on(void **state)
{
	(void)state;
	connect_pair();
	assert_int_equal(link_send(a.link, "bad", 3), 0);
	until(b_got_one);
	link_close(b.link);
	until(a_is_down);
	assert_int_equal(b.downs, 0); /* who hangs up needs not be told */
	a.ups = b.messages = 0;
	assert_int_equal(link_dial(a.link, AT_FDCWD, "pair"), 0);
	until(is_up);
	assert_int_equal(link_send(a.link, "good", 4), 0);
	until(b_got_one);
}

/* What does not speak SP, or too much of it, loses its connection. */
static void
nonsense_costs_our_listener_one_connection(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		int err;
	} cases[] = {
		{ "GET / HTTP/1.0\r\n\r\n", 18, CS_EFORMAT },
		{ "\0SP\0\0\020\0\0\2", 9, 0 }, /* more is needed */
		{ "\0SP\0\0\020\0\0\2\0\0\0\0\0\0\0\0", 17, CS_EFORMAT },
		{ "\0SP\0\0\020\0\0\1\377\377\377\377\377\377\377\377", 17,
		    CS_ETOOBIG },
		{ "\0SP\0\0\060\0\0", 8, CS_EFORMAT }, /* a REQ */
	};
	int fd;

	(void)state;
	listen_pair();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		b.downs = 0;
		fd = connect_raw("pair");
		assert_int_equal(
		    write_all(fd, cases[i].bytes, cases[i].len), 0);
		if (cases[i].err == 0)
			shutdown(fd, SHUT_WR);
		until(b_is_down);
		assert_int_equal(
		    b.err, cases[i].err != 0 ? cases[i].err : CS_ECLOSED);
		close(fd);
	}
	assert_int_equal(b.messages, 0);
	assert_int_equal(link_dial(a.link, AT_FDCWD, "pair"), 0);
	until(is_up);
}

static bool
second_is_down(void)
{
	return c.downs == 1;
}

static void
our_listener_has_one_peer_at_a_time(void **state)
{
	(void)state;
	connect_pair();
	memset(&c, 0, sizeof(c));
	assert_int_equal(
	    link_new(&c.link, loop, FRAME_PAIR, &limits, &link_events, &c), 0);
	assert_int_equal(link_dial(c.link, AT_FDCWD, "pair"), 0);
	until(second_is_down);
	assert_int_equal(link_send(a.link, "first", 5), 0);
	until(b_got_one);
	link_free(c.link);
}

static bool
b_has_room_again(void)
{
	return b.rooms == 1;
}

static void
our_listener_bounds_what_a_stalled_peer_costs(void **state)
{
	uint8_t body[4096] = { 0 }, block[65536];
	struct buf hello;
	size_t got = 0;
	ssize_t n;
	int fd, r = 0;

	(void)state;
	listen_pair();
	fd = connect_raw("pair");
	buf_init(&hello, 64);
	frame_put_greeting(&hello, FRAME_PAIR);
	frame_put(&hello, FRAME_IPC, "h", 1);
	assert_int_equal(write_all(fd, hello.data, hello.len), 0);
	buf_release(&hello);
	until(b_got_one);
	for (sent = 0; sent < 100000; sent++)
		if ((r = link_send(b.link, body, sizeof(body))) != 0)
			break;
	assert_int_equal(r, CS_EAGAIN);
	assert_int_equal(b.rooms, 0);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (got < FRAME_GREETING_LEN +
			 (size_t)sent * (FRAME_HEADER_LEN + sizeof(body))) {
		if ((n = read(fd, block, sizeof(block))) > 0)
			got += (size_t)n;
		else
			until(b_has_room_again);
	}
	until(b_has_room_again);
	/* a body may be larger than all that may wait */
	assert_int_equal(link_send(b.link, block, sizeof(block)), 0);
	assert_int_equal(link_send(b.link, block, MAX_BODY + 2), CS_ETOOBIG);
	close(fd);
}

static bool
b_is_up(void)
{
	return b.ups == 1;
}

/* Listen, and be greeted by somebody who reads nothing by himself. */
static int
listen_to_raw(void)
{
	int fd;

	listen_pair();
	fd = connect_raw("pair");
	assert_int_equal(write_all(fd, "\0SP\0\0\020\0\0", 8), 0);
	until(b_is_up);
	return fd;
}

/* Though what we had to say to them can not be said any more. */
static void
last_words_are_heard_whatever_waits_for_the_speaker(void **state)
{
	uint8_t body[4096] = { 0 };
	struct buf words;
	int fd;

	(void)state;
	fd = listen_to_raw();
	while (link_send(b.link, body, sizeof(body)) == 0)
		;
	buf_init(&words, 1024 * 1024);
	for (sent = 0; sent < 36; sent++)
		frame_put(&words, FRAME_IPC, body, sizeof(body));
	assert_int_equal(write_all(fd, words.data, words.len), 0);
	buf_release(&words);
	close(fd);
	until(b_is_down);
	assert_int_equal(b.messages, sent);
}

/* A small message does not pass a larger one that has to wait for room. */
static void
refused_once_is_refused_until_there_is_room(void **state)
{
	uint8_t body[4096] = { 0 }, block[65536];
	int fd, r;

	(void)state;
	fd = listen_to_raw();
	while ((r = link_send(b.link, body, sizeof(body))) == 0)
		;
	assert_int_equal(r, CS_EAGAIN);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (read(fd, block, sizeof(block)) > 0)
		;
	assert_int_equal(link_send(b.link, "", 0), CS_EAGAIN);
	until(b_has_room_again);
	assert_int_equal(link_send(b.link, "", 0), 0);
	close(fd);
}

/* --- requests --- */

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
open_nng(struct end *e, enum nng_kind kind)
{
	assert_int_equal(nng_link_open(&e->nng, loop, kind, "ipc://service",
			     MAX_BODY, &nng_events, e),
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

/* --- our own server --- */

static struct server *server;
static size_t admitted;
static int understood;

static struct server_share
server_admit(void *arg, int uid)
{
	(void)arg;
	assert_int_equal(uid, getuid());
	return (struct server_share){ admitted > 0 ? 8 : 0, admitted };
}

static int
server_message(void *arg, const struct server_in *in)
{
	struct end *e = arg;

	e->tokens[e->messages % 8] = in->token;
	e->uid = in->uid;
	note(e, in->body, in->len);
	return understood;
}

static void
serve(enum frame_protocol protocol)
{
	static const struct server_events events = { server_admit,
		server_message };

	admitted = MAX_BODY;
	understood = 0;
	memset(&c, 0, sizeof(c));
	assert_int_equal(server_open(&server, loop, protocol, "service", 0600,
			     MAX_BODY, &events, &b),
	    0);
}

static void
our_server_answers_in_any_order(void **state)
{
	(void)state;
	serve(FRAME_REP);
	open_nng(&a, LINK_REQ);
	open_nng(&c, LINK_REQ);
	send_when_connected(&a, "A");
	until(b_got_one);
	send_when_connected(&c, "C");
	until(two_asked);
	assert_int_equal(server_reply(server, b.tokens[1], "c", 1), 0);
	assert_int_equal(server_reply(server, b.tokens[0], "a", 1), 0);
	until(both_answered);
	assert_int_equal(a.first, 'a');
	assert_int_equal(c.first, 'c');
	assert_int_equal(b.uid, getuid());
	nng_link_close(c.nng);
	server_close(server);
}

static void
our_server_ends_what_it_was_asked(void **state)
{
	(void)state;
	serve(FRAME_REP);
	open_nng(&a, LINK_REQ);
	send_when_connected(&a, "A");
	until(b_got_one);
	server_close(server);
	until(a_is_alone);
	b.messages = 0;
	serve(FRAME_REP);
	send_when_connected(&a, "B");
	until(b_got_one);
	assert_int_equal(b.first, 'B');
	server_close(server);
}

static void
our_server_takes_what_is_pushed(void **state)
{
	uint64_t sum = 0;
	char text[2] = "";

	(void)state;
	serve(FRAME_PULL);
	open_nng(&a, LINK_PUSH);
	for (sent = 0; sent < 1000; sent++) {
		text[0] = (char)(' ' + sent % 90);
		sum = sum * 31 + (uint8_t)text[0];
		send_when_connected(&a, text);
	}
	until(b_got_all);
	assert_true(b.sum == sum);
	server_close(server);
}

/* FD is closed by the server, whose loop has to turn. */
static int hung;

static bool
is_hung_up(void)
{
	char block[64];
	ssize_t n;

	while ((n = recv(hung, block, sizeof(block), MSG_DONTWAIT)) > 0)
		;
	return n == 0 || errno == ECONNRESET;
}

static void
nonsense_costs_one_connection_to_our_server(void **state)
{
	static const char no_id[] = "\0SP\0\0\060\0\0\1\0\0\0\0\0\0\0\2hi";
	static const char a_router[] =
	    "\0SP\0\0\060\0\0\1\0\0\0\0\0\0\0\5\0\0\0\1x";
	static const char a_pair[] = "\0SP\0\0\020\0\0";
	static const char too_large[] = "\0SP\0\0\060\0\0\1\0\0\0\0\377\0\0\0";
	static const struct {
		const char *bytes;
		size_t len;
	} cases[] = { { no_id, sizeof(no_id) - 1 },
		{ a_router, sizeof(a_router) - 1 },
		{ a_pair, sizeof(a_pair) - 1 },
		{ too_large, sizeof(too_large) - 1 } };

	(void)state;
	serve(FRAME_REP);
	open_nng(&a, LINK_REQ);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		hung = connect_raw("service");
		assert_int_equal(
		    write_all(hung, cases[i].bytes, cases[i].len), 0);
		until(is_hung_up);
		close(hung);
	}
	assert_int_equal(b.messages, 0);
	send_when_connected(&a, "A");
	until(b_got_one);
	/* whom we do not hear, and what the caller does not understand */
	admitted = 0;
	hung = connect_raw("service");
	until(is_hung_up);
	close(hung);
	understood = CS_EFORMAT;
	assert_int_equal(server_reply(server, b.tokens[0], "a", 1), 0);
	until(a_got_it);
	send_when_connected(&a, "B");
	until(a_is_alone);
	server_close(server);
}

/* Who asks and asks but never reads is cut off; the others go on. */
static void
unread_answers_cost_the_connection(void **state)
{
	uint8_t *answer = calloc(1, MAX_BODY);
	struct buf asks;

	(void)state;
	serve(FRAME_REP);
	hung = connect_raw("service");
	buf_init(&asks, 1024);
	frame_put_greeting(&asks, FRAME_REQ);
	frame_put(&asks, FRAME_IPC, "\200\0\0\1one", 7);
	frame_put(&asks, FRAME_IPC, "\200\0\0\2two", 7);
	assert_int_equal(write_all(hung, asks.data, asks.len), 0);
	buf_release(&asks);
	until(two_asked);
	assert_int_equal(
	    server_reply(server, b.tokens[0], answer, MAX_BODY), 0);
	assert_int_equal(
	    server_reply(server, b.tokens[1], answer, 1), CS_ENOTFOUND);
	close(hung);
	b.messages = 0;
	open_nng(&a, LINK_REQ);
	send_when_connected(&a, "A");
	until(b_got_one);
	server_close(server);
	free(answer);
}

/* Answer what is asked at once, and find in the end that it makes no sense. */
static int
answer_and_refuse(void *arg, const struct server_in *in)
{
	uint8_t *answer = calloc(1, MAX_BODY);

	((struct end *)arg)->messages++;
	server_reply(server, in->token, answer, MAX_BODY);
	server_reply(server, in->token, answer, 1);
	free(answer);
	return CS_EFORMAT;
}

static void
connection_may_go_while_it_is_heard(void **state)
{
	static const struct server_events events = { server_admit,
		answer_and_refuse };
	static const char ask[] =
	    "\0SP\0\0\060\0\0\1\0\0\0\0\0\0\0\5\200\0\0\1x";

	(void)state;
	admitted = MAX_BODY;
	assert_int_equal(server_open(&server, loop, FRAME_REP, "service", 0600,
			     MAX_BODY, &events, &b),
	    0);
	hung = connect_raw("service");
	assert_int_equal(write_all(hung, ask, sizeof(ask) - 1), 0);
	until(is_hung_up);
	assert_int_equal(b.messages, 1);
	close(hung);
	server_close(server);
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
	serve(FRAME_REP); /* whose loop does not turn */
	assert_int_equal(
	    nng_request("ipc://service", "x", 1, 50, &answer, &len), CS_EAGAIN);
	assert_null(answer);
	server_close(server);
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
		TEST(listener_that_closes_leaves_no_socket),
		TEST(file_of_a_dead_listener_is_taken_over),
		TEST(directory_descriptor_replaces_a_path),
		TEST(message_over_the_maximum_closes_only_that_link),
		TEST(full_queue_of_ours_is_refused_whole),
		TEST(our_listener_speaks_with_libnng),
		TEST(our_listener_hears_the_last_words),
		TEST(our_listener_hangs_up_and_goes_on),
		TEST(nonsense_costs_our_listener_one_connection),
		TEST(our_listener_has_one_peer_at_a_time),
		TEST(our_listener_bounds_what_a_stalled_peer_costs),
		TEST(last_words_are_heard_whatever_waits_for_the_speaker),
		TEST(refused_once_is_refused_until_there_is_room),
		TEST(our_server_answers_in_any_order),
		TEST(our_server_ends_what_it_was_asked),
		TEST(our_server_takes_what_is_pushed),
		TEST(nonsense_costs_one_connection_to_our_server),
		TEST(unread_answers_cost_the_connection),
		TEST(connection_may_go_while_it_is_heard),
		TEST(one_request_for_command_lines),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
