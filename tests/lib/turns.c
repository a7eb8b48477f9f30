/* turns.c - a loop of a test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/turns.h"

#define GIVE_UP_MS 20000

static struct loop *loop;
static struct loop_timer *limit;
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

int
turns_open(struct loop **out)
{
	int r;

	if ((r = loop_new(&loop)) == 0)
		r = loop_timer_new(loop, on_limit, NULL, &limit);
	*out = loop;
	return r;
}

void
turns_close(void)
{
	loop_timer_free(limit);
	loop_free(loop);
}

void
until(bool (*fn)(void))
{
	enough = fn;
	loop_before_sleep(loop, check, NULL);
	loop_timer_start(limit, GIVE_UP_MS);
	assert_int_equal(loop_run(loop), 0);
	loop_timer_stop(limit);
}
