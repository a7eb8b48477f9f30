/*
 * far.c - the relay between a runner elsewhere and the hub, both of which are
 * ours here: who is let in, with which file, and what it may say.
 */
#include <dirent.h>
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
#include <unistd.h>

#include <cmocka.h>

#include "hostd/far.h"
#include "proto/err.h"
#include "proto/sys/server.h"
#include "runner/remote.h"
#include "tests/lib/turns.h"

/* The file that a runner has, and a connection of one. */
static struct remote_pass theirs;
struct caller {
	struct link *link;
	bool up, down;
	unsigned welcomes, answers;
	uint8_t denied;
	uint32_t ack;
};

static char dir[] = "/tmp/codesync-far-XXXXXX";
static struct loop *loop;
static struct pass pass;
static struct fars *fars;
static struct caller x, y;
/* the hub */
static struct server *asks, *outputs;
static unsigned asked, pushed;
static uint64_t token;

/* --- the hub --- */

static struct server_share
admit(void *arg, int uid)
{
	static const struct server_share all = { 256, JOB_MSG_MAX };

	(void)arg;
	(void)uid;
	return all;
}

static int
on_ask(void *arg, const struct server_in *in)
{
	(void)arg;
	asked++;
	token = in->token;
	return 0;
}

static int
on_output(void *arg, const struct server_in *in)
{
	(void)arg;
	(void)in;
	pushed++;
	return 0;
}

/* --- a runner --- */

static void
on_up(void *arg)
{
	((struct caller *)arg)->up = true;
}

static void
on_message(void *arg, const uint8_t *body, size_t len)
{
	struct caller *c = arg;
	struct relay_msg m;

	assert_int_equal(relay_msg_decode(&m, body, len), 0);
	c->welcomes += m.type == RELAY_WELCOME;
	c->answers += m.type == RELAY_ANSWER;
	if (m.type == RELAY_DENIED)
		c->denied = m.why;
	if (m.type == RELAY_ACK)
		c->ack = m.number;
}

static void
on_down(void *arg, int err)
{
	(void)err;
	((struct caller *)arg)->down = true;
}

static bool
x_is_up(void)
{
	return x.up;
}

static bool
y_is_up(void)
{
	return y.up;
}

static void
call(struct caller *c)
{
	static const struct link_events events = { on_up, on_message, on_down,
		NULL };
	static const struct link_limits limits = { RELAY_DOWN_MAX, 65536,
		65536 };
	struct sockaddr_storage ss = { .ss_family = AF_INET };
	int sv[2];

	assert_int_equal(socketpair(AF_UNIX,
			     SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, sv),
	    0);
	assert_int_equal(
	    link_new(&c->link, loop, FRAME_PAIR, &limits, &events, c), 0);
	fars_accept(fars, sv[0], &ss);
	assert_int_equal(tls_adopt(theirs.side, c->link, sv[1]), 0);
	until(c == &x ? x_is_up : y_is_up);
}

static void
say(struct caller *c, struct relay_msg *m)
{
	struct buf b;

	buf_init(&b, 65536);
	relay_msg_encode(m, &b);
	assert_int_equal(link_send(c->link, b.data, b.len), 0);
	buf_release(&b);
}

static void
say_hello(struct caller *c, uint64_t nonce, const char *secret)
{
	struct relay_msg m = {
		.type = RELAY_HELLO, .version = JOB_VERSION, .nonce = nonce
	};

	memcpy(m.secret, secret, sizeof(m.secret));
	say(c, &m);
}

static void
say_job(struct caller *c, enum relay_type type, uint32_t number,
    const struct job_msg *job)
{
	struct relay_msg m = { .type = (uint8_t)type, .number = number };
	struct buf b;

	buf_init(&b, JOB_MSG_MAX);
	job_msg_encode(job, &b);
	m.body = b.data;
	m.len = b.len;
	say(c, &m);
	buf_release(&b);
}

static bool
x_is_welcome(void)
{
	return x.welcomes == 1;
}

static bool
y_is_welcome(void)
{
	return y.welcomes == 1;
}

static bool
x_is_down(void)
{
	return x.down;
}

static void
let_in(struct caller *c, uint64_t nonce)
{
	call(c);
	say_hello(c, nonce, theirs.secret);
	until(c == &x ? x_is_welcome : y_is_welcome);
}

/* --- setting up --- */

static int
setup_all(void **state)
{
	(void)state;
	if (mkdtemp(dir) == NULL || chdir(dir) != 0 || mkdir("keys", 0700) != 0)
		return -1;
	if (pass_open(&pass, ".") < 0)
		return -1;
	return remote_pass_read(&theirs, "keys/runner.pass");
}

static int
teardown_all(void **state)
{
	(void)state;
	pass_close(&pass);
	remote_pass_release(&theirs);
	unlink("keys/runner.pass");
	unlink("keys/relay_key");
	rmdir("keys");
	return rmdir(dir);
}

static int
setup(void **state)
{
	static const struct server_events ask = { admit, on_ask };
	static const struct server_events output = { admit, on_output };

	(void)state;
	memset(&x, 0, sizeof(x));
	memset(&y, 0, sizeof(y));
	asked = pushed = 0;
	if (turns_open(&loop) < 0 ||
	    server_open(&asks, loop, FRAME_REP, "jobs.sock", 0600, JOB_MSG_MAX,
		&ask, NULL) < 0 ||
	    server_open(&outputs, loop, FRAME_PULL, "output.sock", 0600, 0,
		&output, NULL) < 0)
		return -1;
	return fars_new(&fars, loop, &pass);
}

static int
teardown(void **state)
{
	(void)state;
	link_free(x.link);
	link_free(y.link);
	fars_free(fars);
	server_close(asks);
	server_close(outputs);
	turns_close();
	return 0;
}

/* --- tests --- */

static unsigned
mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void
the_pass_is_made_once_and_anew_when_it_is_removed(void **state)
{
	struct remote_pass other = { NULL };
	struct pass again;

	(void)state;
	assert_string_equal(theirs.secret, pass.secret);
	assert_int_equal(mode_of("keys/runner.pass"), 0600);
	assert_int_equal(mode_of("keys/relay_key"), 0600);
	assert_int_equal(pass_open(&again, "."), 0);
	assert_string_equal(again.secret, pass.secret);
	pass_close(&again);

	assert_int_equal(rename("keys/runner.pass", "kept"), 0);
	assert_int_equal(rename("keys/relay_key", "kept.key"), 0);
	assert_int_equal(pass_open(&again, "."), 0);
	assert_string_not_equal(again.secret, pass.secret);
	pass_close(&again);
	/* a key and a pass that are not each other's */
	assert_int_equal(rename("kept", "keys/runner.pass"), 0);
	assert_int_equal(pass_open(&again, "."), CS_EFORMAT);
	assert_int_equal(rename("kept.key", "keys/relay_key"), 0);

	assert_int_equal(chmod("keys/runner.pass", 0640), 0);
	assert_int_equal(
	    remote_pass_read(&other, "keys/runner.pass"), CS_EPERM);
	assert_int_equal(chmod("keys/runner.pass", 0600), 0);
	assert_int_equal(
	    remote_pass_read(&other, "keys/relay_key"), CS_EFORMAT);
}

static bool
x_is_denied(void)
{
	return x.denied == DENIED_SECRET && x.down;
}

static void
a_wrong_secret_is_told_and_reaches_nothing(void **state)
{
	struct job_msg next = { .type = JOB_NEXT, .version = JOB_VERSION };
	char wrong[RELAY_SECRET_LEN + 1];

	(void)state;
	memcpy(wrong, theirs.secret, sizeof(wrong));
	wrong[RELAY_SECRET_LEN - 1] ^= 1;
	call(&x);
	say_hello(&x, 7, wrong);
	say_job(&x, RELAY_ASK, 0, &next);
	until(x_is_denied);
	assert_int_equal(asked + pushed + x.welcomes, 0);
}

static bool
is_version(void)
{
	return x.denied == DENIED_VERSION;
}

static void
another_version_is_told(void **state)
{
	struct relay_msg m = { .type = RELAY_HELLO,
		.version = JOB_VERSION + 1 };

	(void)state;
	call(&x);
	say(&x, &m);
	until(is_version);
}

static void
nothing_is_heard_before_hello(void **state)
{
	struct job_msg next = { .type = JOB_NEXT, .version = JOB_VERSION };

	(void)state;
	call(&x);
	say_job(&x, RELAY_ASK, 0, &next);
	until(x_is_down);
	assert_int_equal(asked, 0);
}

static void
a_stranger_may_not_say_much(void **state)
{
	struct relay_msg m = { .type = RELAY_ASK };
	uint8_t body[RELAY_HELLO_MAX] = { 0 };

	(void)state;
	m.body = body;
	m.len = sizeof(body);
	call(&x);
	say(&x, &m);
	until(x_is_down);
}

static bool
has_asked(void)
{
	return asked == 1;
}

static bool
has_answer(void)
{
	return x.answers == 1;
}

static bool
has_ack(void)
{
	return x.ack == 5;
}

static void
requests_answers_and_output_go_through(void **state)
{
	struct job_msg next = {
		.type = JOB_NEXT, .version = JOB_VERSION, .nonce = 7
	};
	struct job_msg output = { .type = JOB_OUTPUT,
		.nonce = 7,
		.stream = 1,
		.text = (const uint8_t *)"hello",
		.text_len = 5 };

	(void)state;
	let_in(&x, 7);
	say_job(&x, RELAY_ASK, 0, &next);
	until(has_asked);
	assert_int_equal(server_reply(asks, token, "answer", 6), 0);
	until(has_answer);
	say_job(&x, RELAY_PUSH, 5, &output);
	until(has_ack);
	assert_int_equal(pushed, 1); /* by then the hub has it */
	assert_false(x.down);
}

static bool
has_checks(void)
{
	return pushed == 1;
}

static void
what_a_doctor_has_seen_goes_through(void **state)
{
	struct job_msg checked = { .type = JOB_CHECKED,
		.nonce = 7,
		.job = 1,
		.text = (const uint8_t *)"{}",
		.text_len = 2 };

	(void)state;
	let_in(&x, 7);
	say_job(&x, RELAY_PUSH, 5, &checked);
	until(has_checks);
	assert_false(x.down);
}

static void
a_runner_may_not_speak_for_another(void **state)
{
	struct job_msg end = { .type = JOB_END, .nonce = 8 };

	(void)state;
	let_in(&y, 8);
	let_in(&x, 7);
	say_job(&x, RELAY_PUSH, 1, &end);
	until(x_is_down);
	assert_int_equal(pushed, 0);
	assert_false(y.down);
}

static void
a_runner_may_not_pass_for_the_hosts_own(void **state)
{
	struct job_msg next = { .type = JOB_NEXT,
		.version = JOB_VERSION,
		.nonce = 7,
		.embedded = true };

	(void)state;
	let_in(&x, 7);
	say_job(&x, RELAY_ASK, 0, &next);
	until(x_is_down);
	assert_int_equal(asked, 0);
}

static void
a_runner_says_nothing_that_a_hub_says(void **state)
{
	struct job_msg stop = { .type = JOB_STOP, .nonce = 7 };

	(void)state;
	let_in(&x, 7);
	say_job(&x, RELAY_PUSH, 1, &stop);
	until(x_is_down);
	assert_int_equal(pushed, 0);
}

static void
a_runner_that_comes_again_takes_its_own_place(void **state)
{
	(void)state;
	let_in(&x, 7);
	let_in(&y, 7);
	until(x_is_down);
	assert_false(y.down);
}

static void
a_hub_that_is_away_is_told(void **state)
{
	(void)state;
	server_close(outputs);
	outputs = NULL;
	call(&x);
	say_hello(&x, 7, theirs.secret);
	until(x_is_down);
	assert_int_equal(x.denied, DENIED_HUB);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_pass_is_made_once_and_anew_when_it_is_removed),
		TEST(a_wrong_secret_is_told_and_reaches_nothing),
		TEST(another_version_is_told),
		TEST(nothing_is_heard_before_hello),
		TEST(a_stranger_may_not_say_much),
		TEST(requests_answers_and_output_go_through),
		TEST(what_a_doctor_has_seen_goes_through),
		TEST(a_runner_may_not_speak_for_another),
		TEST(a_runner_may_not_pass_for_the_hosts_own),
		TEST(a_runner_says_nothing_that_a_hub_says),
		TEST(a_runner_that_comes_again_takes_its_own_place),
		TEST(a_hub_that_is_away_is_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup_all, teardown_all);
}
