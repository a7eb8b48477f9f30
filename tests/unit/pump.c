/* pump.c - an ssh connection without ssh: what becomes of a terminal whose client
 * is silent. The clock is ours. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "hostd/entry.h"
#include "hostd/pump.h"
#include "proto/sys/loop.h"

#define SILENCE_MS 46000
#define STEP_MS 15500

static struct {
	uint64_t now_ms;
	struct transport_events ev;
	int monitor;  /* codesyncd's end */
	bool listing; /* no code: the list of rooms is wanted */
	int editor;   /* its end, or the list's */
	char shown[2048];
	size_t len;
	int status; /* of the channel; -1: it is open */
} self = { .now_ms = 1000, .status = -1 };

/* --- what the pump uses --- */

uint64_t __wrap_loop_now_ms(void);

uint64_t
__wrap_loop_now_ms(void)
{
	return self.now_ms;
}

bool
transport_read(void)
{
	return true;
}

bool
transport_up(void)
{
	return true;
}

bool
transport_busy(void)
{
	return false;
}

uint64_t
transport_heard(void)
{
	return 1;
}

void
transport_keepalive(void)
{
}

uint64_t
transport_unanswered_ms(void)
{
	return 0;
}

size_t
transport_window(void)
{
	return sizeof(self.shown) - self.len - 1;
}

int
transport_write(const void *p, size_t len, bool errors)
{
	(void)errors;
	memcpy(self.shown + self.len, p, len);
	self.len += len;
	return (int)len;
}

void
transport_end(int status)
{
	self.status = status;
}

void
entry_tick(uint64_t now_ms)
{
	(void)now_ms;
}

bool
entry_env(const char *name, const char *value)
{
	(void)name;
	(void)value;
	return false;
}

bool
entry_in(void)
{
	return true;
}

const char *
entry_refusal(void)
{
	return NULL;
}

const struct login *
entry_login(void)
{
	static struct login login;

	login.kind = self.listing ? LOGIN_PASSWORD : LOGIN_CODE;
	return &login;
}

const struct mon_msg *
entry_verdict(void)
{
	static struct mon_msg verdict;

	return &verdict;
}

/* --- a client and its editor --- */

/* The pump has one connection in its life, so each is in a process of its own,
 * which ends with the line where it went wrong. */
#define CHECK(what)                                \
	do {                                       \
		if (!(what))                       \
			_exit(__LINE__ % 251 + 1); \
	} while (0)

static void
alone(void (*story)(void))
{
	pid_t pid = fork();
	int status;

	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		story();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
open_pump(void)
{
	int client[2], monitor[2];

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, client) == 0);
	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, monitor) == 0);
	self.monitor = monitor[1];
	pump_open(client[0], monitor[0]);
	pump_events(&self.ev);
	pump_start();
}

/* A terminal with an editor, or with the list of rooms, which is on a pty. */
static void
begin(void)
{
	int editor[2];
	struct mon_msg m;

	open_pump();
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, editor) == 0);
	self.editor = editor[1];
	CHECK(self.ev.pty("xterm", 80, 24) && self.ev.shell());
	mon_init(&m, self.listing ? MON_PTY : MON_SOCKET);
	CHECK(mon_send(self.monitor, &m, editor[0]) == 0);
	close(editor[0]);
	CHECK(pump_turn());
}

static bool
asked_to_end(void)
{
	char c;

	return recv(self.editor, &c, 1, MSG_DONTWAIT) == 0;
}

/* Nothing comes from the client. */
static void
wait_in_silence(void)
{
	for (int i = 0; i * STEP_MS < SILENCE_MS; i++) {
		CHECK(!asked_to_end());
		self.now_ms += STEP_MS;
		CHECK(pump_turn());
	}
}

static void
editor_exits(void)
{
	struct mon_msg m;

	mon_init(&m, MON_EXIT);
	CHECK(mon_send(self.monitor, &m, -1) == 0);
}

/* --- stories --- */

static void
it_says_how_to_come_back(void)
{
	static const char farewell[] = "\033[?1049lRejoin: ssh";

	begin();
	wait_in_silence();
	CHECK(asked_to_end() && !pump_said_all());
	CHECK(write(self.editor, farewell, sizeof(farewell) - 1) > 0);
	close(self.editor);
	while (self.len < sizeof(farewell) - 1)
		CHECK(pump_turn());
	editor_exits();
	while (!pump_said_all())
		CHECK(pump_turn());
	CHECK(strcmp(self.shown, farewell) == 0 && self.status == 0);
	self.now_ms += 3000; /* nobody hangs up */
	CHECK(!pump_turn());
}

static void
it_hangs_itself(void)
{
	begin();
	wait_in_silence();
	CHECK(asked_to_end());
	while (!pump_said_all()) {
		self.now_ms += 3000;
		CHECK(pump_turn());
	}
	CHECK(strstr(self.shown, "\033[?1049l") != NULL);
	CHECK(strstr(self.shown, "\033[?1000l") != NULL);
	CHECK(strstr(self.shown, "run the same ssh command") != NULL);
	CHECK(self.status != 0);
	editor_exits(); /* and that changes nothing any more */
	CHECK(pump_turn() && pump_said_all());
}

static void
it_is_on_a_pty(void)
{
	self.listing = true;
	begin();
	wait_in_silence();
	CHECK(asked_to_end()); /* as by a hang-up */
	while (!pump_said_all()) {
		self.now_ms += 3000;
		CHECK(pump_turn());
	}
	CHECK(strstr(self.shown, "\033[?1049l") != NULL);
	CHECK(strstr(self.shown, "run the same ssh command") != NULL);
}

static void
it_was_us_who_slept(void)
{
	begin();
	self.now_ms += SILENCE_MS;
	CHECK(pump_turn() && !asked_to_end());
	wait_in_silence();
	CHECK(asked_to_end());
}

/* Who reads what a command wrote may take his time, but must be alive. */
static void
its_command_is_over(void)
{
	struct mon_msg m;

	open_pump();
	CHECK(self.ev.exec("room list"));
	mon_init(&m, MON_EXIT);
	CHECK(mon_send(self.monitor, &m, -1) == 0);
	while (!pump_said_all())
		CHECK(pump_turn());
	CHECK(self.status != -1);
	for (int i = 0; i < 4; i++) {
		self.now_ms += STEP_MS;
		if (!pump_turn())
			return;
	}
	CHECK(false);
}

static void
an_editor_whose_client_sleeps_has_the_last_word(void **state)
{
	(void)state;
	alone(it_says_how_to_come_back);
}

static void
for_one_that_does_not_end_the_terminal_is_put_right(void **state)
{
	(void)state;
	alone(it_hangs_itself);
}

static void
the_list_of_rooms_leaves_a_terminal_as_it_was(void **state)
{
	(void)state;
	alone(it_is_on_a_pty);
}

static void
while_the_host_sleeps_no_client_is_silent(void **state)
{
	(void)state;
	alone(it_was_us_who_slept);
}

static void
after_a_command_a_silent_client_is_not_waited_for(void **state)
{
	(void)state;
	alone(its_command_is_over);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    an_editor_whose_client_sleeps_has_the_last_word),
		cmocka_unit_test(
		    for_one_that_does_not_end_the_terminal_is_put_right),
		cmocka_unit_test(the_list_of_rooms_leaves_a_terminal_as_it_was),
		cmocka_unit_test(while_the_host_sleeps_no_client_is_silent),
		cmocka_unit_test(
		    after_a_command_a_silent_client_is_not_waited_for),
	};

	signal(SIGPIPE, SIG_IGN);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
