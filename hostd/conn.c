/*
 * conn.c - what a session may ask for in each state of its connection:
 *
 *   OPEN   PROMPT, AUTH        nobody yet
 *   ASKED  (nothing)           the hub has the secret
 *   IN     EDIT                somebody, with a ticket
 *   EDIT   (nothing)           an editor runs or has run
 *
 * and LOG in all of them. Anything else is a broken or conquered session: it
 * is killed, and nothing else happens to anybody.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utlist.h>

#include "hostd/conn.h"
#include "hostd/pty.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"

#define PROMPT_S 90  /* to find and type a code */
#define VERDICT_S 10 /* for the hub to answer */
/* For an editor to end after its session: it waits 10 s for the hub to keep what
 * was typed last. */
#define EDITOR_S 12
#define MAX_TRIES 6  /* a session of ours stops earlier by itself */
#define LOG_LINES 50 /* of one session */

enum conn_state { CONN_OPEN, CONN_ASKED, CONN_IN, CONN_EDIT };

struct conn {
	struct conns *all;
	uint32_t id;
	enum conn_state state;
	pid_t session, editor; /* -1: not running */
	int sock;
	struct loop_io *io;
	/* grace, the hub's answer, the first wish, an editor's end */
	struct loop_timer *timer;
	struct source source;
	char address[ADDR_TEXT_SIZE];
	char ticket[TICKET_LEN + 1];
	bool unauth; /* counted so at the gate */
	bool denied; /* at least once */
	bool late;   /* killed because its grace was over */
	bool prompted;
	int tries, lines;
	struct conn *prev, *next;
};

struct conns {
	struct conns_config config;
	struct conn *list;
	unsigned count;
	uint32_t last_id;
	uint64_t refused, refused_told_ms;
};

int
conns_new(struct conns **out, const struct conns_config *config)
{
	*out = xcalloc(1, sizeof(**out));
	(*out)->config = *config;
	return 0;
}

static void
close_sock(struct conn *c)
{
	loop_io_free(c->io);
	c->io = NULL;
	if (c->sock >= 0)
		close(c->sock);
	c->sock = -1;
}

static void
destroy(struct conn *c)
{
	DL_DELETE(c->all->list, c);
	c->all->count--;
	close_sock(c);
	loop_timer_free(c->timer);
	free(c);
}

void
conns_free(struct conns *cs)
{
	struct conn *c, *next;

	if (cs == NULL)
		return;
	DL_FOREACH_SAFE(cs->list, c, next)
	destroy(c);
	free(cs);
}

static void
leave_gate(struct conn *c)
{
	if (c->unauth)
		gate_leave(c->all->config.gate, &c->source);
	c->unauth = false;
}

static void
punish(struct conn *c, enum offence what)
{
	gate_punish(c->all->config.gate, &c->source, what, loop_now_ms());
}

static void
kill_session(struct conn *c, const char *why)
{
	log_warn("[%u] %s: %s", c->id, c->address, why);
	if (c->session > 0)
		kill(c->session, SIGKILL);
}

/* --- verdicts --- */

static void
tell_verdict(struct conn *c, uint32_t verdict)
{
	struct mon_msg m;

	mon_init(&m, MON_VERDICT);
	m.u.verdict.verdict = verdict;
	c->state = verdict == MON_OK ? CONN_IN : CONN_OPEN;
	if (verdict == MON_OK) {
		/* who is let in has to want something, too */
		loop_timer_start(
		    c->timer, (uint64_t)c->all->config.grace_s * 1000);
		leave_gate(c);
		log_info("[%u] %s: admitted", c->id, c->address);
	} else {
		loop_timer_start(c->timer, PROMPT_S * 1000);
	}
	if (verdict == MON_DENIED) {
		log_info("[%u] %s: denied", c->id, c->address);
		c->denied = true;
	}
	if (mon_send(c->sock, &m, -1) < 0)
		kill_session(c, "it does not take its verdict");
}

static void
forget_ticket(struct conns *cs, const char *ticket)
{
	struct mon_msg m;

	mon_init(&m, MON_HUB_GONE);
	memcpy(m.u.gone.ticket, ticket, sizeof(m.u.gone.ticket));
	cs->config.ask_hub(cs->config.arg, &m); /* else it expires by itself */
}

void
conns_verdict(struct conns *cs, const struct mon_msg *m)
{
	struct conn *c;

	DL_FOREACH(cs->list, c)
	if (c->id == m->req && c->state == CONN_ASKED)
		break;
	if (c == NULL || c->session < 0) {
		if (m->u.verdict.verdict == MON_OK)
			forget_ticket(cs, m->u.verdict.ticket);
		return;
	}
	if (m->u.verdict.verdict == MON_OK)
		memcpy(c->ticket, m->u.verdict.ticket, sizeof(c->ticket));
	tell_verdict(c, m->u.verdict.verdict);
}

void
conns_hub_away(struct conns *cs)
{
	struct conn *c;

	DL_FOREACH(cs->list, c)
	if (c->state == CONN_ASKED)
		tell_verdict(c, MON_BUSY);
}

static int
on_auth(struct conn *c, struct mon_msg *m)
{
	struct mon_msg ask;
	int r;

	if (c->state != CONN_OPEN || ++c->tries > MAX_TRIES)
		return CS_ESTATE;
	mon_init(&ask, MON_HUB_AUTH);
	ask.req = c->id;
	ask.u.auth = m->u.auth;
	snprintf(
	    ask.u.auth.source, sizeof(ask.u.auth.source), "%s", c->address);
	c->state = CONN_ASKED;
	loop_timer_start(c->timer, VERDICT_S * 1000);
	r = c->all->config.ask_hub(c->all->config.arg, &ask);
	explicit_bzero(&ask, sizeof(ask));
	if (r < 0)
		tell_verdict(c, MON_BUSY);
	return 0;
}

/* --- the editor --- */

/* The read end of a pipe that holds the ticket and then EOF, or -1. */
static int
ticket_pipe(const struct conn *c)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) != 0)
		return -1;
	if (write_all(fd[1], c->ticket, TICKET_LEN) < 0) {
		close(fd[0]);
		fd[0] = -1;
	}
	close(fd[1]);
	return fd[0];
}

static int
spawn_editor(struct conn *c, const struct mon_msg *m, int slave, int ticket)
{
	static char program[] = "codesync-edit";
	static struct {
		uint32_t bit;
		char flag[3];
	} looks[] = { { MON_ASCII, "-a" }, { MON_MONO, "-m" },
		{ MON_CALM, "-c" } };
	const char *name = m->u.edit.term, *level = getenv("CODESYNC_LOG");
	char term[MON_TERM_MAX + 8], lang[] = "LC_ALL=C.UTF-8", log[64];
	char *argv[5] = { program }, *envp[] = { term, lang, log, NULL };
	struct spawn s;
	int n = 1;

	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
		if (m->u.edit.flags & looks[i].bit)
			argv[n++] = looks[i].flag;
	snprintf(term, sizeof(term), "TERM=%s",
	    pty_term_valid(name) ? name : "unknown");
	snprintf(log, sizeof(log), "CODESYNC_LOG=%s", level ? level : "info");
	spawn_init(&s);
	s.path = c->all->config.editor;
	s.argv = argv;
	s.envp = envp;
	s.fds[0] = s.fds[1] = s.fds[2] = slave;
	s.fds[3] = ticket;
	s.fds[4] = c->all->config.seats_fd;
	s.nfds = 5;
	s.new_session = s.tty = true;
	return spawn(&s, &c->editor);
}

/* The session is not to blame, and its client shall hear of it: an EXIT before
 * any PTY. */
static int
no_editor(struct conn *c)
{
	struct mon_msg m;

	log_err("[%u] %s: no editor could be started", c->id, c->address);
	mon_init(&m, MON_EXIT);
	m.u.exit.status = W_EXITCODE(1, 0);
	return mon_send(c->sock, &m, -1);
}

static int
on_edit(struct conn *c, const struct mon_msg *m)
{
	int master, slave, ticket, r;
	struct mon_msg answer;

	if (c->state != CONN_IN)
		return CS_ESTATE;
	c->state = CONN_EDIT;
	loop_timer_stop(c->timer);
	if (pty_open(m->u.edit.cols, m->u.edit.rows, &master, &slave) < 0)
		return no_editor(c);
	ticket = ticket_pipe(c);
	if (ticket < 0 || spawn_editor(c, m, slave, ticket) < 0) {
		r = no_editor(c);
	} else {
		mon_init(&answer, MON_PTY);
		r = mon_send(c->sock, &answer, master);
	}
	if (ticket >= 0)
		close(ticket);
	close(slave);
	close(master);
	return r;
}

/* --- a session's messages --- */

static int
on_prompt(struct conn *c)
{
	if (c->state != CONN_OPEN)
		return CS_ESTATE;
	if (!c->prompted) /* once: asking again buys no more time */
		loop_timer_start(c->timer, PROMPT_S * 1000);
	c->prompted = true;
	return 0;
}

static int
take(struct conn *c, struct mon_msg *m)
{
	switch (m->type) {
	case MON_PROMPT:
		return on_prompt(c);
	case MON_AUTH:
		return on_auth(c, m);
	case MON_EDIT:
		return on_edit(c, m);
	case MON_LOG:
		if (++c->lines <= LOG_LINES)
			log_line(m->u.log.level < LOG_LEVEL_WARN
				     ? LOG_LEVEL_WARN
				     : m->u.log.level,
			    "[%u] %s: %s", c->id, c->address, m->u.log.line);
		return 0;
	}
	return CS_EFORMAT;
}

static void
on_message(void *arg, int what)
{
	struct conn *c = arg;
	struct mon_msg m;
	int r = mon_recv(c->sock, &m, NULL);

	(void)what;
	if (r == CS_EAGAIN)
		return;
	if (r == 0) { /* it is ending */
		loop_io_want(c->io, 0);
		return;
	}
	if (r > 0)
		r = take(c, &m);
	explicit_bzero(&m, sizeof(m));
	if (r < 0) {
		loop_io_want(c->io, 0);
		kill_session(c, cs_strerror(r));
	}
}

static void
on_time(void *arg)
{
	struct conn *c = arg;

	if (c->session < 0) {
		if (c->editor > 0)
			kill(c->editor, SIGKILL);
	} else if (c->state == CONN_ASKED) {
		tell_verdict(c, MON_BUSY);
	} else if (c->state == CONN_IN) {
		kill_session(c, "it came in and asked for nothing");
	} else if (c->state == CONN_OPEN) {
		c->late = true;
		kill_session(c, "not authenticated in time");
	}
}

/* --- coming and going --- */

static int
spawn_session(struct conn *c, int fd, int monitor)
{
	static char program[] = "codesync-session", option[] = "-c";
	char *argv[] = { program, option, c->all->config.empty_dir, NULL };
	struct spawn s;

	spawn_init(&s);
	s.path = c->all->config.session;
	s.argv = argv;
	s.fds[3] = fd;
	s.fds[4] = monitor;
	s.fds[5] = c->all->config.keys_fd;
	s.nfds = 6;
	s.new_session = true; /* a terminal's ^C is for codesyncd alone */
	return spawn(&s, &c->session);
}

static int
start(struct conn *c, int fd)
{
	int sv[2], r;

	if (socket_pair(sv) < 0)
		return CS_EIO;
	c->sock = sv[0];
	if ((r = loop_io_new(c->all->config.loop, c->sock, LOOP_READ,
		 on_message, c, &c->io)) == 0 &&
	    (r = loop_timer_new(c->all->config.loop, on_time, c, &c->timer)) ==
		0)
		r = spawn_session(c, fd, sv[1]);
	close(sv[1]);
	if (r == 0)
		loop_timer_start(
		    c->timer, (uint64_t)c->all->config.grace_s * 1000);
	return r;
}

/* A flood must not become a flood of lines. */
static void
tell_refused(struct conns *cs, const char *address, const char *why)
{
	uint64_t now = loop_now_ms();

	cs->refused++;
	if (cs->refused_told_ms != 0 && now - cs->refused_told_ms < 10000)
		return;
	log_info("%s: refused: %s (%llu so far)", address, why,
	    (unsigned long long)cs->refused);
	cs->refused_told_ms = now;
}

void
conns_accept(struct conns *cs, int fd, const struct sockaddr_storage *peer)
{
	enum gate_answer a;
	struct conn *c;
	struct source source;
	char address[ADDR_TEXT_SIZE];

	source_of(peer, &source);
	addr_text(peer, false, address);
	if (cs->count >= cs->config.max_seats) {
		tell_refused(cs, address, "max_seats is reached");
		close(fd);
		return;
	}
	a = gate_enter(cs->config.gate, &source, loop_now_ms(), random_u64());
	if (a != GATE_OPEN) {
		tell_refused(cs, address, gate_reason(a));
		close(fd);
		return;
	}
	c = xcalloc(1, sizeof(*c));
	c->all = cs;
	c->id = ++cs->last_id;
	c->session = c->editor = c->sock = -1;
	c->source = source;
	c->unauth = true;
	memcpy(c->address, address, sizeof(c->address));
	DL_APPEND(cs->list, c);
	cs->count++;
	if (start(c, fd) < 0) {
		leave_gate(c);
		destroy(c);
	}
	close(fd);
}

/* When both children are gone the seat is told and the connection is over. */
static void
finish(struct conn *c)
{
	if (c->session > 0 || c->editor > 0)
		return;
	if (c->ticket[0] != '\0')
		forget_ticket(c->all, c->ticket);
	destroy(c);
}

static void
session_ended(struct conn *c, int status)
{
	c->session = -1;
	close_sock(c);
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL &&
	    WTERMSIG(status) != SIGTERM && WTERMSIG(status) != SIGALRM) {
		log_err("[%u] %s: its session was killed by signal %d", c->id,
		    c->address, WTERMSIG(status));
		punish(c, OFFENCE_CRASH);
	} else if (c->late ||
		   (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)) {
		punish(c, OFFENCE_GRACE);
	} else if (c->unauth && (c->denied || c->tries == 0)) {
		/* once a connection: who mistypes may come again at once */
		punish(c, c->denied ? OFFENCE_AUTH : OFFENCE_NOAUTH);
	}
	leave_gate(c);
	if (c->editor > 0) {
		/* the pty closed with the session; this is for one that hangs */
		kill(c->editor, SIGHUP);
		loop_timer_start(c->timer, EDITOR_S * 1000);
	}
}

static void
editor_ended(struct conn *c, int status)
{
	struct mon_msg m;
	int r;

	c->editor = -1;
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGHUP &&
	    WTERMSIG(status) != SIGTERM)
		log_err("[%u] %s: its editor was killed by signal %d", c->id,
		    c->address, WTERMSIG(status));
	if (c->session < 0)
		return;
	mon_init(&m, MON_EXIT);
	m.u.exit.status = status;
	r = mon_send(c->sock, &m, -1);
	if (r < 0 && r != CS_ECLOSED) /* closed: it is ending too */
		kill_session(c, "it does not hear that its editor ended");
}

bool
conns_reaped(struct conns *cs, pid_t pid, int status)
{
	struct conn *c;

	DL_FOREACH(cs->list, c)
	if (c->session == pid || c->editor == pid)
		break;
	if (c == NULL)
		return false;
	if (c->session == pid)
		session_ended(c, status);
	else
		editor_ended(c, status);
	finish(c);
	return true;
}

void
conns_stop(struct conns *cs, bool hard)
{
	struct conn *c;

	DL_FOREACH(cs->list, c)
	{
		if (c->editor > 0)
			kill(c->editor, hard ? SIGKILL : SIGTERM);
		/* one with an editor says goodbye when that has ended */
		if (c->session > 0 && (hard || c->editor < 0))
			kill(c->session, hard ? SIGKILL : SIGTERM);
	}
}

unsigned
conns_count(const struct conns *cs)
{
	return cs->count;
}
