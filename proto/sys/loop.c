/*
 * loop.c - the event loop over libevent, and the only file that knows it.
 *
 * Each turn is one epoll_wait: all that was ready runs, then the hook, then the
 * next sleep. That is what makes a batch in the hub and a frame in the editor.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <event2/event.h>

#include "proto/err.h"
#include "proto/sys/loop.h"

struct loop {
	struct event_base *base;
	struct loop_io *signal_io;
	int signal_fd;
	void (*on_signal)(void *arg, int signo);
	void *signal_arg;
	void (*before_sleep)(void *arg);
	void *before_sleep_arg;
	bool stopped;
	int code;
};

struct loop_io {
	struct event *ev;
	struct loop *loop;
	int fd, want;
	void (*fn)(void *arg, int what);
	void *arg;
};

struct loop_timer {
	struct event *ev;
	void (*fn)(void *arg);
	void *arg;
};

int
loop_new(struct loop **out)
{
	struct event_config *config = event_config_new();
	struct loop *l = calloc(1, sizeof(*l));

	*out = NULL;
	if (config != NULL && l != NULL) {
		/* who calls us must not choose the method by environment */
		event_config_set_flag(config, EVENT_BASE_FLAG_IGNORE_ENV);
		event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
		l->base = event_base_new_with_config(config);
		l->signal_fd = -1;
	}
	if (config != NULL)
		event_config_free(config);
	if (l == NULL || l->base == NULL) {
		free(l);
		return CS_ENOMEM;
	}
	*out = l;
	return 0;
}

void
loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	loop_io_free(l->signal_io);
	if (l->signal_fd >= 0)
		close(l->signal_fd);
	event_base_free(l->base);
	free(l);
}

static void
on_ready(evutil_socket_t fd, short events, void *arg)
{
	struct loop_io *io = arg;

	(void)fd;
	io->fn(io->arg, ((events & EV_READ) ? LOOP_READ : 0) |
			    ((events & EV_WRITE) ? LOOP_WRITE : 0));
}

int
loop_io_new(struct loop *l, int fd, int what, void (*fn)(void *arg, int what),
    void *arg, struct loop_io **out)
{
	struct loop_io *io = calloc(1, sizeof(*io));

	*out = NULL;
	if (io == NULL)
		return CS_ENOMEM;
	io->loop = l;
	io->fd = fd;
	io->fn = fn;
	io->arg = arg;
	io->ev = event_new(l->base, fd, EV_PERSIST, on_ready, io);
	if (io->ev == NULL) {
		free(io);
		return CS_ENOMEM;
	}
	*out = io;
	loop_io_want(io, what);
	return 0;
}

void
loop_io_want(struct loop_io *io, int what)
{
	short events = EV_PERSIST;

	if (io->want == what)
		return;
	io->want = what;
	event_del(io->ev);
	if (what == 0)
		return;
	if (what & LOOP_READ)
		events |= EV_READ;
	if (what & LOOP_WRITE)
		events |= EV_WRITE;
	event_assign(io->ev, io->loop->base, io->fd, events, on_ready, io);
	event_add(io->ev, NULL);
}

void
loop_io_free(struct loop_io *io)
{
	if (io == NULL)
		return;
	event_free(io->ev);
	free(io);
}

static void
on_timer(evutil_socket_t fd, short events, void *arg)
{
	struct loop_timer *t = arg;

	(void)fd;
	(void)events;
	t->fn(t->arg);
}

int
loop_timer_new(
    struct loop *l, void (*fn)(void *arg), void *arg, struct loop_timer **out)
{
	struct loop_timer *t = calloc(1, sizeof(*t));

	*out = NULL;
	if (t == NULL)
		return CS_ENOMEM;
	t->fn = fn;
	t->arg = arg;
	t->ev = evtimer_new(l->base, on_timer, t);
	if (t->ev == NULL) {
		free(t);
		return CS_ENOMEM;
	}
	*out = t;
	return 0;
}

void
loop_timer_start(struct loop_timer *t, uint64_t after_ms)
{
	struct timeval tv = { .tv_sec = (time_t)(after_ms / 1000),
		.tv_usec = (suseconds_t)(after_ms % 1000) * 1000 };

	evtimer_add(t->ev, &tv);
}

void
loop_timer_stop(struct loop_timer *t)
{
	if (t != NULL)
		evtimer_del(t->ev);
}

int
loop_timer_running(const struct loop_timer *t)
{
	return evtimer_pending(t->ev, NULL) != 0;
}

void
loop_timer_free(struct loop_timer *t)
{
	if (t == NULL)
		return;
	event_free(t->ev);
	free(t);
}

static void
on_signals(void *arg, int what)
{
	struct loop *l = arg;
	struct signalfd_siginfo si;

	(void)what;
	while (read(l->signal_fd, &si, sizeof(si)) == sizeof(si))
		l->on_signal(l->signal_arg, (int)si.ssi_signo);
}

int
loop_signals(struct loop *l, const int *signals,
    void (*fn)(void *arg, int signo), void *arg)
{
	sigset_t set;

	sigemptyset(&set);
	for (; *signals != 0; signals++)
		sigaddset(&set, *signals);
	l->on_signal = fn;
	l->signal_arg = arg;
	l->signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (l->signal_fd < 0)
		return CS_EIO;
	return loop_io_new(
	    l, l->signal_fd, LOOP_READ, on_signals, l, &l->signal_io);
}

void
loop_before_sleep(struct loop *l, void (*fn)(void *arg), void *arg)
{
	l->before_sleep = fn;
	l->before_sleep_arg = arg;
}

int
loop_run(struct loop *l)
{
	l->stopped = false;
	l->code = 0;
	for (;;) {
		if (l->before_sleep != NULL)
			l->before_sleep(l->before_sleep_arg);
		if (l->stopped)
			return l->code;
		if (event_base_loop(l->base, EVLOOP_ONCE) != 0)
			return CS_ESTATE; /* nothing left to wait for */
	}
}

void
loop_stop(struct loop *l, int code)
{
	l->stopped = true;
	l->code = code;
}
