/* loop.c - what the hub's batches and the editor's frames rely on. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/sys/loop.h"

struct fixture {
	struct loop *loop;
	struct loop_io *io[2];
	struct loop_timer *timer;
	int fd[2], other[2];
	int reads, turns, fired, signo;
	int reads_at_turn[8];
};

static int
setup(void **state)
{
	static struct fixture f;

	f = (struct fixture){ .signo = 0 };
	assert_int_equal(pipe(f.fd), 0);
	assert_int_equal(pipe(f.other), 0);
	assert_int_equal(loop_new(&f.loop), 0);
	*state = &f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	loop_io_free(f->io[0]);
	loop_io_free(f->io[1]);
	loop_timer_free(f->timer);
	loop_free(f->loop);
	for (int i = 0; i < 2; i++) {
		close(f->fd[i]);
		close(f->other[i]);
	}
	return 0;
}

static void
on_read(void *arg, int what)
{
	struct fixture *f = arg;

	assert_int_equal(what, LOOP_READ);
	f->reads++;
}

static void
count_turns(void *arg)
{
	struct fixture *f = arg;

	f->reads_at_turn[f->turns++] = f->reads;
	if (f->turns == 3)
		loop_stop(f->loop, 7);
}

static void
hook_runs_once_after_all_that_was_ready(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(write(f->fd[1], "x", 1), 1);
	assert_int_equal(write(f->other[1], "x", 1), 1);
	assert_int_equal(
	    loop_io_new(f->loop, f->fd[0], LOOP_READ, on_read, f, &f->io[0]),
	    0);
	assert_int_equal(
	    loop_io_new(f->loop, f->other[0], LOOP_READ, on_read, f, &f->io[1]),
	    0);
	loop_before_sleep(f->loop, count_turns, f);
	assert_int_equal(loop_run(f->loop), 7);
	assert_int_equal(f->reads_at_turn[0], 0);
	assert_int_equal(f->reads_at_turn[1], 2);
	assert_int_equal(f->reads_at_turn[2], 4); /* level-triggered */
}

static void
on_timer(void *arg)
{
	struct fixture *f = arg;

	f->fired++;
	loop_stop(f->loop, 1);
}

static void
paused_descriptor_is_silent(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(write(f->fd[1], "x", 1), 1);
	assert_int_equal(
	    loop_io_new(f->loop, f->fd[0], LOOP_READ, on_read, f, &f->io[0]),
	    0);
	assert_int_equal(loop_timer_new(f->loop, on_timer, f, &f->timer), 0);
	loop_io_want(f->io[0], 0);
	loop_timer_start(f->timer, 5);
	assert_true(loop_timer_running(f->timer));
	assert_int_equal(loop_run(f->loop), 1);
	assert_int_equal(f->reads, 0);
	assert_int_equal(f->fired, 1);
	assert_false(loop_timer_running(f->timer));
}

static void
on_free_self(void *arg, int what)
{
	struct fixture *f = arg;

	(void)what;
	loop_io_free(f->io[0]);
	f->io[0] = NULL;
	loop_stop(f->loop, 3);
}

static void
descriptor_may_be_freed_in_its_callback(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(write(f->fd[1], "x", 1), 1);
	assert_int_equal(loop_io_new(f->loop, f->fd[0], LOOP_READ, on_free_self,
			     f, &f->io[0]),
	    0);
	assert_int_equal(loop_run(f->loop), 3);
}

static void
on_signal(void *arg, int signo)
{
	struct fixture *f = arg;

	f->signo = signo;
	loop_stop(f->loop, 0);
}

static void
signals_arrive_in_the_loop(void **state)
{
	static const int signals[] = { SIGUSR1, SIGTERM, 0 };
	struct fixture *f = *state;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	assert_int_equal(loop_signals(f->loop, signals, on_signal, f), 0);
	kill(getpid(), SIGUSR1);
	assert_int_equal(loop_run(f->loop), 0);
	assert_int_equal(f->signo, SIGUSR1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    hook_runs_once_after_all_that_was_ready, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    paused_descriptor_is_silent, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    descriptor_may_be_freed_in_its_callback, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    signals_arrive_in_the_loop, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
