/* service.c - keeping the hub, the runner and the relay up. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hostd/service.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"

#define PAUSE_MIN_MS 50
#define PAUSE_MAX_MS 5000
#define STEADY_MS 10000 /* up for so long: the next fall is a new one */
#define EXIT_FATAL 100

struct service {
	struct loop *loop;
	const char *name, *path;
	char *const *argv;
	struct service_events ev;
	void *arg;
	pid_t pid; /* -1: not running */
	int sock;
	struct loop_io *io;
	struct loop_timer *again;
	uint64_t started_ms, pause_ms;
	bool stopping;
};

static void
on_again(void *arg)
{
	service_start(arg);
}

int
service_new(struct service **out, struct loop *loop, const char *name,
    const char *path, char *const *argv, const struct service_events *ev,
    void *arg)
{
	struct service *s = xcalloc(1, sizeof(*s));
	int r;

	s->loop = loop;
	s->name = name;
	s->path = path;
	s->argv = argv;
	s->ev = *ev;
	s->arg = arg;
	s->pid = -1;
	s->sock = -1;
	s->pause_ms = PAUSE_MIN_MS;
	if ((r = loop_timer_new(loop, on_again, s, &s->again)) < 0) {
		free(s);
		s = NULL;
	}
	*out = s;
	return r;
}

static void
close_sock(struct service *s)
{
	loop_io_free(s->io);
	s->io = NULL;
	if (s->sock >= 0)
		close(s->sock);
	s->sock = -1;
}

void
service_free(struct service *s)
{
	if (s == NULL)
		return;
	close_sock(s);
	loop_timer_free(s->again);
	free(s);
}

static void
on_readable(void *arg, int what)
{
	struct service *s = arg;

	(void)what;
	s->ev.readable(s->arg, s->sock);
}

static int
run(struct service *s)
{
	struct spawn sp;
	int sv[2], r;

	if (socket_pair(sv) < 0)
		return CS_EIO;
	spawn_init(&sp);
	sp.path = s->path;
	sp.argv = s->argv;
	sp.fds[1] = sp.fds[2] = STDERR_FILENO;
	sp.fds[3] = sv[1];
	sp.nfds = 4;
	sp.new_session = true; /* a terminal's ^C is for codesyncd alone */
	r = spawn(&sp, &s->pid);
	if (r == 0 && s->ev.hurries)
		spawn_hurry(s->pid);
	close(sv[1]);
	s->sock = sv[0];
	if (r == 0)
		r = loop_io_new(
		    s->loop, s->sock, LOOP_READ, on_readable, s, &s->io);
	if (r < 0)
		close_sock(s);
	return r;
}

/* Wait a little longer each time. */
static void
start_later(struct service *s)
{
	loop_timer_start(s->again, s->pause_ms);
	s->pause_ms *= 2;
	if (s->pause_ms > PAUSE_MAX_MS)
		s->pause_ms = PAUSE_MAX_MS;
}

void
service_start(struct service *s)
{
	if (s->stopping || s->pid > 0)
		return;
	s->started_ms = loop_now_ms();
	if (run(s) < 0)
		start_later(s);
	else
		s->ev.started(s->arg, s->sock);
}

void
service_stop(struct service *s)
{
	s->stopping = true;
	loop_timer_stop(s->again);
	close_sock(s);
}

void
service_kill(struct service *s)
{
	if (s->pid > 0)
		kill(s->pid, SIGKILL);
}

int
service_sock(const struct service *s)
{
	return s->sock;
}

bool
service_running(const struct service *s)
{
	return s->pid > 0;
}

bool
service_reaped(struct service *s, pid_t pid, int status)
{
	bool fatal = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_FATAL;

	if (s->pid != pid)
		return false;
	s->pid = -1;
	close_sock(s);
	if (s->stopping)
		return true;
	if (WIFSIGNALED(status))
		log_warn("the %s was killed by signal %d; starting it again",
		    s->name, WTERMSIG(status));
	else
		log_warn("the %s ended with status %d%s", s->name,
		    WEXITSTATUS(status), fatal ? "" : "; starting it again");
	if (loop_now_ms() - s->started_ms >= STEADY_MS)
		s->pause_ms = PAUSE_MIN_MS;
	if (!fatal)
		start_later(s);
	s->ev.ended(s->arg, fatal);
	return true;
}
