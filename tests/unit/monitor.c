/* monitor.c - messages between the daemon and its children. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "hostd/monitor.h"
#include "proto/err.h"
#include "proto/sys/spawn.h"

static int sv[2];

static int
set_up(void **state)
{
	(void)state;
	return socket_pair(sv);
}

static int
tear_down(void **state)
{
	(void)state;
	close(sv[0]);
	close(sv[1]);
	return 0;
}

static void
a_message_arrives_as_it_was_sent(void **state)
{
	struct mon_msg m, got;

	(void)state;
	mon_init(&m, MON_AUTH);
	memcpy(m.u.auth.user, "r-7f3k2", 8);
	memcpy(m.u.auth.secret, "K7M2", 5);
	assert_int_equal(mon_send(sv[0], &m, -1), 0);
	assert_int_equal(mon_recv(sv[1], &got, NULL), 1);
	assert_memory_equal(&m, &got, sizeof(m));
	assert_int_equal(mon_recv(sv[1], &got, NULL), CS_EAGAIN);
}

static void
a_descriptor_comes_along_and_is_not_inherited(void **state)
{
	struct mon_msg m;
	int pipe_fd[2], got;
	char byte = 0;

	(void)state;
	assert_int_equal(pipe(pipe_fd), 0);
	mon_init(&m, MON_PTY);
	assert_int_equal(mon_send(sv[0], &m, pipe_fd[1]), 0);
	close(pipe_fd[1]);
	assert_int_equal(mon_recv(sv[1], &m, &got), 1);
	assert_true(got >= 0);
	assert_true(fcntl(got, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(write(got, "x", 1), 1);
	assert_int_equal(read(pipe_fd[0], &byte, 1), 1);
	assert_int_equal(byte, 'x');
	close(got);
	close(pipe_fd[0]);
}

/* Send a message of LEN bytes with a pipe's end; what the receiver says. With
 * -1 as the receiver's descriptor and the pipe at its end nothing leaked. */
static int
receive_raw(const void *bytes, size_t len, int want_fd)
{
	struct mon_msg m;
	int fd[2], got = 0, r;
	char byte;

	assert_int_equal(pipe(fd), 0);
	assert_int_equal(fd_send(sv[0], bytes, len, fd[1]), 0);
	close(fd[1]);
	r = mon_recv(sv[1], &m, want_fd ? &got : NULL);
	if (want_fd)
		assert_int_equal(got, -1);
	assert_int_equal(read(fd[0], &byte, 1), 0);
	close(fd[0]);
	return r;
}

static void
a_message_of_another_size_is_refused_and_its_descriptor_closed(void **state)
{
	uint8_t bytes[sizeof(struct mon_msg) + 1] = { MON_LOG };

	(void)state;
	assert_int_equal(receive_raw(bytes, 1, 1), CS_EFORMAT);
	assert_int_equal(
	    receive_raw(bytes, sizeof(struct mon_msg) - 1, 0), CS_EFORMAT);
	assert_int_equal(receive_raw(bytes, sizeof(bytes), 1), CS_EFORMAT);
}

static void
an_unwanted_descriptor_is_closed(void **state)
{
	struct mon_msg m;

	(void)state;
	mon_init(&m, MON_PROMPT);
	assert_int_equal(receive_raw(&m, sizeof(m), 0), 1);
}

static void
an_unknown_type_is_refused(void **state)
{
	static const uint32_t bad[] = { 0, MON_LINK + 1, MON_VERDICT - 1,
		MON_SOCKET + 1, MON_HUB_READY - 1, MON_HUB_SIGNED + 1,
		UINT32_MAX };
	struct mon_msg m;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		mon_init(&m, bad[i]);
		assert_int_equal(mon_send(sv[0], &m, -1), 0);
		assert_int_equal(mon_recv(sv[1], &m, NULL), CS_EFORMAT);
	}
}

static void
a_string_without_its_end_is_refused(void **state)
{
	static const uint32_t types[] = { MON_EDIT, MON_EXEC, MON_LOG,
		MON_VERDICT, MON_HUB_VERDICT, MON_HUB_HOST, MON_HUB_GONE,
		MON_HUB_REFUSED };
	struct mon_msg m;

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		memset(&m, 'x', sizeof(m));
		m.type = types[i];
		assert_int_equal(mon_send(sv[0], &m, -1), 0);
		assert_int_equal(mon_recv(sv[1], &m, NULL), CS_EFORMAT);
	}
}

static void
each_string_of_an_exec_has_to_end(void **state)
{
	struct mon_msg m;

	(void)state;
	mon_init(&m, MON_EXEC);
	assert_int_equal(mon_send(sv[0], &m, -1), 0);
	assert_int_equal(mon_recv(sv[1], &m, NULL), 1);
	memset(m.u.exec.term, 'x', sizeof(m.u.exec.term));
	assert_int_equal(mon_send(sv[0], &m, -1), 0);
	assert_int_equal(mon_recv(sv[1], &m, NULL), CS_EFORMAT);
	mon_init(&m, MON_EXEC);
	memset(m.u.exec.line, 'x', sizeof(m.u.exec.line));
	assert_int_equal(mon_send(sv[0], &m, -1), 0);
	assert_int_equal(mon_recv(sv[1], &m, NULL), CS_EFORMAT);
}

/* The strings of an AUTH, each without its end while the others have theirs. */
static void
each_string_of_an_auth_has_to_end(void **state)
{
	struct mon_msg m;
	struct {
		char *s;
		size_t size;
	} all[] = { { m.u.auth.user, sizeof(m.u.auth.user) },
		{ m.u.auth.room, sizeof(m.u.auth.room) },
		{ m.u.auth.secret, sizeof(m.u.auth.secret) },
		{ m.u.auth.name, sizeof(m.u.auth.name) },
		{ m.u.auth.password, sizeof(m.u.auth.password) },
		{ m.u.auth.source, sizeof(m.u.auth.source) } };

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		mon_init(&m, i % 2 == 0 ? MON_AUTH : MON_HUB_AUTH);
		memset(all[i].s, 'x', all[i].size);
		assert_int_equal(mon_send(sv[0], &m, -1), 0);
		assert_int_equal(mon_recv(sv[1], &m, NULL), CS_EFORMAT);
	}
}

static void
a_number_out_of_its_range_is_refused(void **state)
{
	struct mon_msg m;

	(void)state;
	mon_init(&m, MON_AUTH);
	m.u.auth.kind = MON_AUTH_KINDS;
	assert_int_equal(mon_send(sv[0], &m, -1), 0);
	assert_int_equal(mon_recv(sv[1], &m, NULL), CS_EFORMAT);
	mon_init(&m, MON_HUB_AUTH);
	m.u.auth.key_len = MON_KEY_MAX + 1;
	assert_int_equal(mon_send(sv[0], &m, -1), 0);
	assert_int_equal(mon_recv(sv[1], &m, NULL), CS_EFORMAT);
	mon_init(&m, MON_PIPE);
	m.u.pipe.which = 3;
	assert_int_equal(mon_send(sv[0], &m, -1), 0);
	assert_int_equal(mon_recv(sv[1], &m, NULL), CS_EFORMAT);
}

static void
the_other_end_closing_is_seen(void **state)
{
	struct mon_msg m;

	(void)state;
	close(sv[0]);
	assert_int_equal(mon_recv(sv[1], &m, NULL), 0);
	mon_init(&m, MON_PROMPT);
	assert_int_equal(mon_send(sv[1], &m, -1), CS_ECLOSED);
	sv[0] = -1;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_message_arrives_as_it_was_sent),
		TEST(a_descriptor_comes_along_and_is_not_inherited),
		TEST(
		    a_message_of_another_size_is_refused_and_its_descriptor_closed),
		TEST(an_unwanted_descriptor_is_closed),
		TEST(an_unknown_type_is_refused),
		TEST(a_string_without_its_end_is_refused),
		TEST(each_string_of_an_exec_has_to_end),
		TEST(each_string_of_an_auth_has_to_end),
		TEST(a_number_out_of_its_range_is_refused),
		TEST(the_other_end_closing_is_seen),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
