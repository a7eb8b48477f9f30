/*
 * tls.c - links through TLS: with each other, with libnng, which speaks the same
 * as tls+tcp, and with who has another certificate or none.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <nng/nng.h>
#include <nng/protocol/pair0/pair.h>
#include <nng/supplemental/tls/tls.h>

#include "proto/err.h"
#include "proto/sys/tls.h"
#include "proto/sys/util.h"
#include "tests/lib/turns.h"

#define RECV_MS 20000
#define LARGE (4 * 1024 * 1024)

struct end {
	struct link *link;
	int ups, messages, downs, err;
	size_t len;
	uint64_t sum;
};

static struct loop *loop;
static struct end a, b; /* a dials, b answers */
static struct tls_side *server, *client, *stranger;
static char key[TLS_PEM_MAX], cert[TLS_PEM_MAX];

static void
on_up(void *arg)
{
	((struct end *)arg)->ups++;
}

static uint64_t
sum_of(const uint8_t *p, size_t len)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum = sum * 31 + p[i];
	return sum;
}

static void
on_message(void *arg, const uint8_t *body, size_t len)
{
	struct end *e = arg;

	e->messages++;
	e->len = len;
	e->sum = sum_of(body, len);
}

static void
on_down(void *arg, int err)
{
	struct end *e = arg;

	e->downs++;
	e->err = err;
}

static int
setup_all(void **state)
{
	static char other_key[TLS_PEM_MAX], other_cert[TLS_PEM_MAX];

	(void)state;
	if (tls_make(key, cert) < 0 || tls_make(other_key, other_cert) < 0 ||
	    tls_side_new(&server, key, cert) < 0 ||
	    tls_side_new(&client, NULL, cert) < 0)
		return -1;
	/* a key is its certificate's, or of no use */
	if (tls_side_new(&stranger, key, other_cert) != CS_EFORMAT ||
	    tls_side_new(&stranger, NULL, "no certificate") != CS_EFORMAT)
		return -1;
	return tls_side_new(&stranger, NULL, other_cert);
}

static int
teardown_all(void **state)
{
	(void)state;
	tls_side_free(server);
	tls_side_free(client);
	tls_side_free(stranger);
	return 0;
}

static int
setup(void **state)
{
	static const struct link_events events = { on_up, on_message, on_down,
		NULL };
	static const struct link_limits limits = { LARGE, LARGE, 2 * LARGE };

	(void)state;
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	if (turns_open(&loop) < 0 ||
	    link_new(&a.link, loop, FRAME_PAIR, &limits, &events, &a) < 0)
		return -1;
	return link_new(&b.link, loop, FRAME_PAIR, &limits, &events, &b);
}

static int
teardown(void **state)
{
	(void)state;
	link_free(a.link);
	link_free(b.link);
	turns_close();
	return 0;
}

/* Two ends that do not block. */
static void
make_pair(int sv[2])
{
	assert_int_equal(socketpair(AF_UNIX,
			     SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, sv),
	    0);
}

static void
shake_hands(struct tls_side *dials)
{
	int sv[2];

	make_pair(sv);
	assert_int_equal(tls_adopt(dials, a.link, sv[0]), 0);
	assert_int_equal(tls_adopt(server, b.link, sv[1]), 0);
}

static bool
both_are_up(void)
{
	return a.ups == 1 && b.ups == 1;
}

static bool
both_have_one(void)
{
	return a.messages == 1 && b.messages == 1;
}

/* More than a socket holds, in both directions at once, and in many records. */
static void
large_bodies_cross(void **state)
{
	uint8_t *body = xmalloc(LARGE);

	(void)state;
	for (size_t i = 0; i < LARGE; i++)
		body[i] = (uint8_t)(i * 7 + i / 251);
	shake_hands(client);
	until(both_are_up);
	assert_int_equal(link_send(a.link, body, LARGE), 0);
	assert_int_equal(link_send(b.link, body, LARGE - 1), 0);
	until(both_have_one);
	assert_int_equal(b.len, LARGE);
	assert_int_equal(a.len, LARGE - 1);
	assert_true(b.sum == sum_of(body, LARGE));
	assert_true(a.sum == sum_of(body, LARGE - 1));
	free(body);
}

static bool
b_has_many(void)
{
	return b.messages == 1000;
}

/* A record that did not fit is finished, though more has been queued since. */
static void
what_is_queued_while_a_record_waits_is_not_mixed_into_it(void **state)
{
	uint8_t body[3000];

	(void)state;
	memset(body, 'x', sizeof(body));
	shake_hands(client);
	until(both_are_up);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(link_send(a.link, body, sizeof(body)), 0);
	until(b_has_many);
	assert_int_equal(b.downs, 0);
	assert_true(b.sum == sum_of(body, sizeof(body)));
}

static bool
a_is_down(void)
{
	return a.downs > 0;
}

static bool
b_is_down(void)
{
	return b.downs > 0;
}

static void
another_certificate_is_not_believed(void **state)
{
	(void)state;
	shake_hands(stranger);
	until(a_is_down);
	assert_int_equal(a.err, CS_EPERM);
	until(b_is_down);
	assert_int_equal(a.ups + b.ups + b.messages, 0);
}

static void
who_does_not_speak_it_is_told_from_who_hangs_up(void **state)
{
	static const char words[] = "SSH-2.0-OpenSSH_9.2\r\n";
	int sv[2];

	(void)state;
	make_pair(sv);
	assert_int_equal(tls_adopt(client, a.link, sv[0]), 0);
	assert_int_equal(write(sv[1], words, sizeof(words)), sizeof(words));
	until(a_is_down);
	assert_int_equal(a.err, CS_EFORMAT);
	close(sv[1]);
	make_pair(sv);
	assert_int_equal(tls_adopt(server, b.link, sv[0]), 0);
	close(sv[1]);
	until(b_is_down);
	assert_int_equal(b.err, CS_ECLOSED);
}

static bool
a_is_up(void)
{
	return a.ups > 0;
}

static bool
a_has_one(void)
{
	return a.messages == 1;
}

static bool
b_has_one(void)
{
	return b.messages == 1;
}

/* --- libnng --- */

/* Our end of a connection from PORT's listener. */
static int
dial(int port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(
	    connect(fd, (const struct sockaddr *)&sin, sizeof(sin)), 0);
	assert_int_equal(fd_nonblock(fd), 0);
	return fd;
}

static void
libnng_speaks_the_same(void **state)
{
	nng_listener l;
	nng_tls_config *c;
	nng_socket s;
	size_t len;
	char *got;
	int port;

	(void)state;
	assert_int_equal(nng_pair0_open(&s), 0);
	assert_int_equal(
	    nng_listener_create(&l, s, "tls+tcp://127.0.0.1:0"), 0);
	assert_int_equal(nng_tls_config_alloc(&c, NNG_TLS_MODE_SERVER), 0);
	assert_int_equal(nng_tls_config_own_cert(c, cert, key, NULL), 0);
	assert_int_equal(nng_listener_set_ptr(l, NNG_OPT_TLS_CONFIG, c), 0);
	assert_int_equal(nng_listener_start(l, 0), 0);
	assert_int_equal(
	    nng_listener_get_int(l, NNG_OPT_TCP_BOUND_PORT, &port), 0);
	assert_int_equal(tls_adopt(client, a.link, dial(port)), 0);
	until(a_is_up);
	assert_int_equal(link_send(a.link, "to nng", 6), 0);
	/* by one of its threads: these wait for it */
	assert_int_equal(nng_socket_set_ms(s, NNG_OPT_RECVTIMEO, RECV_MS), 0);
	assert_int_equal(nng_recv(s, &got, &len, NNG_FLAG_ALLOC), 0);
	assert_int_equal(nng_send(s, "from nng", 8, 0), 0);
	until(a_has_one);
	assert_int_equal(a.len, 8);
	assert_int_equal(len, 6);
	assert_memory_equal(got, "to nng", 6);
	nng_free(got, len);
	nng_close(s);
	nng_tls_config_free(c);
}

/* A stranger may say little, whoever has been let in more. */
static void
a_limit_holds_until_it_is_raised(void **state)
{
	uint8_t body[200] = { 0 };

	(void)state;
	link_limit_in(b.link, 100);
	shake_hands(client);
	until(both_are_up);
	assert_int_equal(link_send(a.link, body, 100), 0);
	until(b_has_one);
	link_limit_in(b.link, 200);
	b.messages = 0;
	assert_int_equal(link_send(a.link, body, 200), 0);
	until(b_has_one);
	link_limit_in(b.link, 100);
	assert_int_equal(link_send(a.link, body, 101), 0);
	until(b_is_down);
	assert_int_equal(b.err, CS_ETOOBIG);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(large_bodies_cross),
		TEST(what_is_queued_while_a_record_waits_is_not_mixed_into_it),
		TEST(another_certificate_is_not_believed),
		TEST(who_does_not_speak_it_is_told_from_who_hangs_up),
		TEST(libnng_speaks_the_same),
		TEST(a_limit_holds_until_it_is_raised),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup_all, teardown_all);
}
