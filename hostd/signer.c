/* signer.c - a process for each signature. */
#include <stdlib.h>
#include <unistd.h>

#include "hostd/signer.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"

struct signer {
	struct signer_config c;
	pid_t pid; /* -1: none */
	int sock;
	struct loop_io *io;
};

void
signer_new(struct signer **out, const struct signer_config *config)
{
	struct signer *s = xcalloc(1, sizeof(*s));

	s->c = *config;
	s->pid = -1;
	s->sock = -1;
	*out = s;
}

static void
hang_up(struct signer *s)
{
	loop_io_free(s->io);
	s->io = NULL;
	if (s->sock >= 0)
		close(s->sock);
	s->sock = -1;
}

void
signer_free(struct signer *s)
{
	if (s == NULL)
		return;
	hang_up(s);
	free(s);
}

static void
on_answer(void *arg, int what)
{
	struct signer *s = arg;
	struct mon_msg m;
	int r = mon_recv(s->sock, &m, NULL);

	(void)what;
	if (r == CS_EAGAIN)
		return;
	hang_up(s);
	if (r == 1 && m.type == MON_HUB_SIGNED)
		s->c.answer(&m);
	else
		log_err("a log could not be signed");
}

static int
start(struct signer *s)
{
	static char name[] = "codesync-session", option[] = "-s";
	char *dir = xstrdup(s->c.empty_dir);
	char *argv[] = { name, option, dir, NULL };
	struct spawn sp;
	int sv[2], r;

	if (socket_pair(sv) < 0) {
		free(dir);
		return CS_EIO;
	}
	spawn_init(&sp);
	sp.path = s->c.session;
	sp.argv = argv;
	sp.fds[0] = sp.fds[1] = -1;
	sp.fds[2] = STDERR_FILENO;
	sp.fds[3] = -1;
	sp.fds[4] = sv[1];
	sp.fds[5] = s->c.keys_fd;
	sp.nfds = 6;
	sp.new_session = true;
	sp.die_with_parent = true;
	r = spawn(&sp, &s->pid);
	close(sv[1]);
	free(dir);
	if (r < 0) {
		s->pid = -1;
		close(sv[0]);
		return r;
	}
	s->sock = sv[0];
	return loop_io_new(s->c.loop, s->sock, LOOP_READ, on_answer, s, &s->io);
}

void
signer_ask(struct signer *s, const struct mon_msg *m)
{
	if (s->pid > 0)
		return;
	if (start(s) < 0 || mon_send(s->sock, m, -1) < 0) {
		log_err("a log cannot be signed");
		hang_up(s);
	}
}

bool
signer_reaped(struct signer *s, pid_t pid)
{
	if (s->pid != pid)
		return false;
	s->pid = -1;
	return true;
}
