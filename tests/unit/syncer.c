/* syncer.c - what was wanted is done, and nobody waits for it. The disk is ours: it
 * takes as long as a test wants. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "hostd/syncer.h"
#include "proto/err.h"

static struct {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	bool held, broken; /* locked, as all */
	int begun, ended;
	char path[64];
} disk = { .lock = PTHREAD_MUTEX_INITIALIZER,
	.moved = PTHREAD_COND_INITIALIZER };

int
fdatasync(int fd)
{
	bool broken;

	(void)fd;
	pthread_mutex_lock(&disk.lock);
	disk.begun++;
	pthread_cond_broadcast(&disk.moved);
	while (disk.held)
		pthread_cond_wait(&disk.moved, &disk.lock);
	disk.ended++;
	broken = disk.broken;
	pthread_mutex_unlock(&disk.lock);
	errno = EIO;
	return broken ? -1 : 0;
}

static void
hold(bool held)
{
	pthread_mutex_lock(&disk.lock);
	disk.held = held;
	pthread_cond_broadcast(&disk.moved);
	pthread_mutex_unlock(&disk.lock);
}

static void
wait_for_begun(int n)
{
	pthread_mutex_lock(&disk.lock);
	while (disk.begun < n)
		pthread_cond_wait(&disk.moved, &disk.lock);
	pthread_mutex_unlock(&disk.lock);
}

static int
set_up(void **state)
{
	int fd;

	(void)state;
	disk.begun = disk.ended = 0;
	disk.held = disk.broken = false;
	snprintf(disk.path, sizeof(disk.path), "/tmp/syncer.XXXXXX");
	if ((fd = mkstemp(disk.path)) < 0)
		return -1;
	return close(fd);
}

static int
tear_down(void **state)
{
	(void)state;
	return unlink(disk.path);
}

static struct syncer *
opened(void)
{
	struct syncer *s;

	assert_int_equal(syncer_open(&s, disk.path), 0);
	return s;
}

static void
what_was_wanted_is_done_at_the_end(void **state)
{
	struct syncer *s = opened();

	(void)state;
	syncer_want(s);
	syncer_close(s);
	assert_int_equal(disk.ended, 1);
	syncer_close(NULL);
}

static void
nothing_is_done_unasked(void **state)
{
	(void)state;
	syncer_close(opened());
	assert_int_equal(disk.begun, 0);
}

/* What is written while the disk is busy may have missed it. */
static void
who_wants_it_meanwhile_has_it_done_once_more(void **state)
{
	struct syncer *s = opened();

	(void)state;
	hold(true);
	syncer_want(s);
	wait_for_begun(1);
	for (int i = 0; i < 5; i++)
		syncer_want(s);
	assert_int_equal(disk.begun, 1);
	hold(false);
	syncer_close(s);
	assert_int_equal(disk.ended, 2);
}

static void
a_broken_disk_is_tried_again(void **state)
{
	struct syncer *s = opened();

	(void)state;
	disk.broken = true;
	syncer_want(s);
	wait_for_begun(1);
	syncer_want(s);
	syncer_close(s);
	assert_int_equal(disk.ended, 2);
}

static void
a_file_that_is_missing_is_an_error(void **state)
{
	struct syncer *s;

	(void)state;
	assert_int_equal(syncer_open(&s, "/nonexistent/x-wal"), CS_EIO);
	assert_null(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_was_wanted_is_done_at_the_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    nothing_is_done_unasked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    who_wants_it_meanwhile_has_it_done_once_more, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    a_broken_disk_is_tried_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_file_that_is_missing_is_an_error, set_up, tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
