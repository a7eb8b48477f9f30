/*
 * checkup.c - what can be isolated here, for the host's doctor. Only codesync-jail
 * with the rights with which the spawner begins can say it, and those we have
 * given up; so a process waits that has them. It hears one byte of us, which means
 * "look", and answers with a text that we only pass on.
 */
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/spawn.h"
#include "runner/runner.h"

static void
tell(struct runner *r, const uint8_t *text, size_t len)
{
	struct checkup *c = &r->checkup;
	struct job_msg m = { .type = JOB_CHECKED,
		.nonce = r->nonce,
		.job = c->question,
		.text = text,
		.text_len = (uint32_t)len };

	c->looking = false;
	buf_clear(&c->unsent);
	talk_push(r, &m, &c->unsent);
}

/* There is nobody to look, which the hub shall not wait for. */
static void
tell_none(struct runner *r)
{
	static const uint8_t none[] = "{}";

	tell(r, none, sizeof(none) - 1);
}

static void
checkup_gone(struct runner *r)
{
	log_err("codesync-jail --doctor has ended");
	loop_io_free(r->checkup.io);
	r->checkup.io = NULL;
	if (r->checkup.looking)
		tell_none(r);
}

static void
on_answer(void *arg, int what)
{
	static uint8_t text[JOB_CHECKS_MAX];
	struct runner *r = arg;
	int n = fd_recv(r->checkup.sock, text, sizeof(text), NULL);

	(void)what;
	if (n == CS_EAGAIN)
		return;
	if (n <= 0)
		checkup_gone(r);
	else if (r->checkup.looking)
		tell(r, text, (size_t)n);
}

void
checkup_ask(struct runner *r, uint64_t question)
{
	struct checkup *c = &r->checkup;

	c->question = question;
	if (c->looking)
		return;
	c->looking = true;
	if (c->io == NULL || fd_send(c->sock, "?", 1, -1) < 0)
		tell_none(r);
}

void
checkup_retry(struct runner *r)
{
	struct checkup *c = &r->checkup;

	if (c->unsent.len == 0 || r->blocked)
		return;
	if (r->up->ops->push(r->up, c->unsent.data, c->unsent.len, true) ==
	    CS_EAGAIN)
		r->blocked = true;
	else
		buf_clear(&c->unsent);
}

int
checkup_open(struct runner *r)
{
	static char *argv[] = { "codesync-jail", "--doctor", "--serve", NULL };
	struct checkup *c = &r->checkup;
	struct spawn s;
	int sv[2], e;

	if ((e = socket_pair(sv)) < 0)
		return e;
	spawn_init(&s);
	s.exec_fd = r->jail_fd;
	s.argv = argv;
	s.fds[0] = s.fds[1] = -1;
	s.fds[2] = STDERR_FILENO;
	s.fds[3] = sv[1];
	s.nfds = 4;
	e = spawn(&s, &c->pid);
	close(sv[1]);
	c->sock = sv[0];
	return e;
}

int
checkup_listen(struct runner *r)
{
	buf_init(&r->checkup.unsent, JOB_CHECKS_MAX + 64);
	return loop_io_new(
	    r->loop, r->checkup.sock, LOOP_READ, on_answer, r, &r->checkup.io);
}

/* It ends with our socket. */
void
checkup_close(struct runner *r)
{
	loop_io_free(r->checkup.io);
	close(r->checkup.sock);
	buf_release(&r->checkup.unsent);
}
