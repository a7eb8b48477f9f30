/* beat.c - see beat.h: a timerfd, which is as exact as the kernel can be. */
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "proto/sys/util.h"
#include "tests/bench/beat.h"
#include "tests/bench/bench.h"

struct beat {
	int fd;
	struct loop_io *io;
	void (*fn)(void *arg);
	void *arg;
};

static void
on_beat(void *arg, int what)
{
	struct beat *b = arg;
	uint64_t missed;

	(void)what;
	if (read(b->fd, &missed, sizeof(missed)) == sizeof(missed))
		b->fn(b->arg);
}

struct beat *
beat_new(struct loop *loop, unsigned ms, void (*fn)(void *arg), void *arg)
{
	const struct timespec every = { 0, (long)ms * 1000000 };
	const struct itimerspec its = { every, every };
	struct beat *b = xcalloc(1, sizeof(*b));

	b->fn = fn;
	b->arg = arg;
	b->fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (b->fd < 0 || timerfd_settime(b->fd, 0, &its, NULL) < 0 ||
	    loop_io_new(loop, b->fd, LOOP_READ, on_beat, b, &b->io) < 0)
		bench_die("no timer");
	return b;
}

void
beat_free(struct beat *b)
{
	loop_io_free(b->io);
	close(b->fd);
	free(b);
}
