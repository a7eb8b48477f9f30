/* passwd.c - passwords behind the loop: what comes back, when, and to whom. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "hostd/passwd.h"
#include "hostd/secret.h"
#include "hostd/user.h"
#include "proto/err.h"

struct fixture {
	struct loop *loop;
	struct passwd *p;
	int r, called, wanted; /* of what came back */
	char hash[STORE_HASH_SIZE];
};

static void
on_answer(void *arg, int r, const char *hash)
{
	struct fixture *f = arg;

	f->r = r;
	snprintf(f->hash, sizeof(f->hash), "%s", hash != NULL ? hash : "");
	if (++f->called == f->wanted)
		loop_stop(f->loop, 0);
}

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	*state = f;
	return loop_new(&f->loop) == 0 ? passwd_open(&f->p, f->loop) : -1;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	passwd_close(f->p);
	loop_free(f->loop);
	free(f);
	return 0;
}

static void
until(struct fixture *f, int called)
{
	f->wanted = called;
	assert_int_equal(loop_run(f->loop), 0);
	assert_int_equal(f->called, called);
}

static void
verify(struct fixture *f, const char *secret, const char *hash)
{
	int n = f->called + 1;

	assert_int_equal(passwd_verify(f->p, secret, hash, on_answer, f), 0);
	assert_int_equal(f->called, n - 1);
	until(f, n);
}

static void
a_password_is_known_by_its_hash_and_no_other_is(void **state)
{
	struct fixture *f = *state;
	char hash[STORE_HASH_SIZE];

	assert_int_equal(passwd_hash(f->p, "correct horse", on_answer, f), 0);
	until(f, 1);
	assert_int_equal(f->r, 0);
	assert_memory_equal(f->hash, "$y$", 3);
	memcpy(hash, f->hash, sizeof(hash));
	verify(f, "correct horse", hash);
	assert_int_equal(f->r, 0);
	assert_string_equal(f->hash, ""); /* nothing is made */
	verify(f, "correct horsf", hash);
	assert_int_equal(f->r, CS_EPERM);
	verify(f, "", hash);
	assert_int_equal(f->r, CS_EPERM);
}

static void
nobody_has_no_password_whatever_is_tried(void **state)
{
	struct fixture *f = *state;
	char salt[STORE_HASH_SIZE];

	verify(f, "correct horse", NULL);
	assert_int_equal(f->r, CS_EPERM);
	assert_int_equal(password_salt(salt, sizeof(salt)), 0);
	verify(f, "correct horse", salt);
	assert_int_equal(f->r, CS_EPERM);
}

static void
two_hashes_of_one_password_differ(void **state)
{
	char a[STORE_HASH_SIZE], b[STORE_HASH_SIZE];

	(void)state;
	assert_int_equal(password_hash("correct horse", a, sizeof(a)), 0);
	assert_int_equal(password_hash("correct horse", b, sizeof(b)), 0);
	assert_string_not_equal(a, b);
}

static void
more_than_can_wait_are_told_so_at_once(void **state)
{
	struct fixture *f = *state;
	int n = 0, r;

	while ((r = passwd_verify(f->p, "x", NULL, on_answer, f)) == 0)
		n++;
	assert_int_equal(r, CS_EBUSY);
	assert_int_equal(n, PASSWD_QUEUE + 1);
	until(f, n);
	verify(f, "x", NULL); /* and there is room again */
}

static void
who_has_gone_is_not_called(void **state)
{
	struct fixture *f = *state;
	struct fixture other = { .loop = f->loop };

	assert_int_equal(passwd_verify(f->p, "x", NULL, on_answer, &other), 0);
	assert_int_equal(passwd_verify(f->p, "x", NULL, on_answer, f), 0);
	passwd_cancel(f->p, &other);
	until(f, 1);
	assert_int_equal(other.called, 0);
}

static void
a_secret_that_is_too_long_is_refused(void **state)
{
	struct fixture *f = *state;
	char secret[PASSWORD_MAX + 2];

	memset(secret, 'x', sizeof(secret));
	secret[PASSWORD_MAX + 1] = '\0';
	assert_int_equal(
	    passwd_verify(f->p, secret, NULL, on_answer, f), CS_ETOOBIG);
	secret[PASSWORD_MAX] = '\0';
	assert_int_equal(passwd_hash(f->p, secret, on_answer, f), 0);
	until(f, 1);
	assert_int_equal(f->r, 0);
}

static void
it_ends_with_requests_that_wait(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 3; i++)
		assert_int_equal(
		    passwd_verify(f->p, "x", NULL, on_answer, f), 0);
	assert_int_equal(f->called, 0); /* teardown closes it */
}

static volatile sig_atomic_t caught;

static void
on_signal(int signo)
{
	(void)signo;
	caught = 1;
}

static void
the_thread_takes_no_signal(void **state)
{
	struct fixture *f = *state;
	sigset_t set;

	signal(SIGUSR1, on_signal);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	assert_int_equal(sigprocmask(SIG_BLOCK, &set, NULL), 0);
	kill(getpid(), SIGUSR1); /* the process: any thread that lets it */
	verify(f, "x", NULL);
	assert_int_equal(caught, 0);
	assert_int_equal(sigprocmask(SIG_UNBLOCK, &set, NULL), 0);
	assert_int_equal(caught, 1);
}

static void
a_token_is_read_as_typed_and_kept_as_a_hash(void **state)
{
	char shown[TOKEN_SHOWN_LEN + 1], typed[64], a[65], b[65];

	(void)state;
	token_new(shown);
	assert_int_equal(strlen(shown), TOKEN_SHOWN_LEN);
	assert_int_equal(token_hash(shown, a, sizeof(a)), 0);
	assert_int_equal(strlen(a), 64);
	for (size_t i = 0; i <= strlen(shown); i++)
		typed[i] = shown[i] >= 'A'   ? (char)(shown[i] | 0x20)
			   : shown[i] == '-' ? ' '
					     : shown[i];
	assert_int_equal(token_hash(typed, b, sizeof(b)), 0);
	assert_string_equal(a, b);
	shown[0] = shown[0] == '0' ? '1' : '0';
	assert_int_equal(token_hash(shown, b, sizeof(b)), 0);
	assert_string_not_equal(a, b);
	assert_int_equal(token_hash("", b, sizeof(b)), CS_EINVAL);
	assert_int_equal(token_hash("K7M2-QX9D-4TRB", b, sizeof(b)), CS_EINVAL);
}

int
main(void)
{
#define with_worker(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		with_worker(a_password_is_known_by_its_hash_and_no_other_is),
		with_worker(nobody_has_no_password_whatever_is_tried),
		cmocka_unit_test(two_hashes_of_one_password_differ),
		with_worker(more_than_can_wait_are_told_so_at_once),
		with_worker(who_has_gone_is_not_called),
		with_worker(a_secret_that_is_too_long_is_refused),
		with_worker(it_ends_with_requests_that_wait),
		with_worker(the_thread_takes_no_signal),
		cmocka_unit_test(a_token_is_read_as_typed_and_kept_as_a_hash),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
