/*
 * ask.c - what codesync join -H says for somebody when ssh has to be started
 * again: the answers that were given, each to its own question only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "client/ask.h"
#include "proto/sys/util.h"

#define KEY "Enter passphrase for key '/home/ada/.ssh/id_ed25519': "

static void
known(struct ask *a, const char *question, const char *answer)
{
	snprintf(a->known[a->n].question, ASK_QUESTION_SIZE, "%s", question);
	snprintf(a->known[a->n++].answer, ASK_ANSWER_SIZE, "%s", answer);
}

/* What an editor's person has answered at the first ssh. */
static void
begin(struct ask *a)
{
	memset(a, 0, sizeof(*a));
	known(a, KEY, "passphrase");
	known(a, "(r-7f3k2@host) Invite code: ", "the code");
	a->silent = true;
}

/* The answer to QUESTION is WANTED; NULL: there is none. */
static void
gives(struct ask *a, const char *question, const char *wanted)
{
	char *got;
	size_t len;
	int fd[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	assert_int_equal(write_all(fd[0], question, strlen(question)), 0);
	assert_int_equal(shutdown(fd[0], SHUT_WR), 0);
	ask_serve(a, fd[1]);
	assert_int_equal(read_all(fd[0], ASK_ANSWER_SIZE, &got, &len), 0);
	close(fd[0]);
	if (wanted == NULL)
		assert_int_equal(len, 0);
	else
		assert_string_equal(got, wanted);
	free(got);
}

static void
the_same_question_has_the_same_answer(void **state)
{
	struct ask a;

	(void)state;
	begin(&a);
	gives(&a, KEY, "+passphrase");
	gives(&a, "(r-7f3k2@host) Invite code: ", "+the code");
	gives(&a, "(r-7f3k2@host) Invite code (2 tries left): ", "+the code");
	gives(&a, "(r-7f3k2@host) Invite code (1 try left): ", "+the code");
	gives(&a, "(r-7f3k2@host) Password: ", NULL);
	ask_wipe(&a);
}

static void
a_host_gets_no_answer_to_what_ssh_has_asked(void **state)
{
	static const char *const tricks[] = { "(r-7f3k2@host) " KEY,
		"(r-7f3k2@host)  tries left)" KEY,
		"(r-7f3k2@host tries left)" KEY,
		"(r-7f3k2@host) 2 tries left)" KEY, " tries left)" KEY,
		"2 tries left)" KEY, "( tries left)" KEY,
		"(r-7f3k2@host) (2 tries left)" KEY };
	struct ask a;

	(void)state;
	begin(&a);
	for (size_t i = 0; i < sizeof(tricks) / sizeof(tricks[0]); i++)
		gives(&a, tricks[i], NULL);
	ask_wipe(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_question_has_the_same_answer),
		cmocka_unit_test(a_host_gets_no_answer_to_what_ssh_has_asked),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
