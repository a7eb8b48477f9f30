/*
 * conn.c - what a session may ask for in each state of its connection:
 *
 *   OPEN   PROMPT, AUTH        nobody yet
 *   ASKED  (nothing)           the hub has the secret
 *   IN     EDIT, LINK          somebody, with a ticket
 *          EXEC                somebody, with a pass
 *   BUSY   (nothing)           an editor or a command runs or has run, the list
 *                              of rooms and editors take turns, an editor follows
 *                              a command, or the session speaks with the seat
 *                              itself
 *
 * and LOG in all of them. Anything else is a broken or conquered session: it
 * is killed, and nothing else happens to anybody.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utlist.h>

#include "hostd/child.h"
#include "hostd/conn.h"
#include "hostd/pty.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/spawn.h"
#include "proto/sys/ticks.h"
#include "proto/sys/util.h"

#define PROMPT_S 90  /* to find and type a code */
#define VERDICT_S 10 /* for the hub to answer */
/* For an editor to end after its session: it waits 10 s for the hub to keep what
 * was typed last. */
#define EDITOR_S 12
/* A session of ours stops earlier by itself. */
#define MAX_TRIES 6
#define MAX_OFFERS 20
#define MAX_PROMPTS 12
#define MAX_COMMANDS 64 /* at one time */
/* Of them, and of connections, for one account or seat: who may come in must
 * not be able to keep all others out. */
#define MAX_COMMANDS_OF_ONE 16
#define MAX_OF_ONE 50
#define EXIT_AWAY 75 /* "try again": codesync(1) */
#define BYTES_HELD 8192
#define LOG_LINES 50   /* of one session */
#define TRAIL_MS 60000 /* from one line about refusals to the next */

enum conn_state { CONN_OPEN, CONN_ASKED, CONN_IN, CONN_BUSY };

struct conn {
	struct conns *all;
	uint32_t id;
	enum conn_state state;
	pid_t session, child; /* -1: not running; an editor or a command */
	bool command;         /* the child is one */
	bool home;            /* the list of rooms comes, and comes again */
	bool listing;         /* the child is that list */
	int tty, choice;      /* -1: see on_tty */
	struct child_look look;
	int sock;
	struct loop_io *io;
	/* grace, the hub's answer, the first wish, an editor's end */
	struct loop_timer *timer;
	uint64_t until_ms; /* of the grace, while nobody is in */
	struct source source;
	char address[ADDR_TEXT_SIZE];
	char ticket[TICKET_LEN + 1], pass[TICKET_LEN + 1];
	char who[MON_WHO_MAX]; /* that is in: an account or a seat */
	uint32_t kind;         /* of what the hub was asked last */
	bool unauth;           /* counted so at the gate */
	bool denied;           /* at least once */
	bool late;             /* killed because its grace was over */
	int tries, offers, prompts, lines;
	struct conn *prev, *next;
};

struct conns {
	struct conns_config config;
	struct conn *list;
	unsigned count, commands;
	unsigned unauth; /* who has not shown yet who it is */
	uint32_t last_id;
	uint64_t refused, refused_told_ms;
	struct mon_msg trail; /* what the hub was not yet told of them */
	struct loop_timer *trail_timer;
	bool stopping;
};

/* The first refusal is told at once, then one line a minute says how many there
 * were. A hub that is away hears of them later. */
static void
tell_trail(void *arg)
{
	static const uint32_t none[MON_REFUSALS];
	struct conns *cs = arg;

	if (memcmp(cs->trail.u.refused.counts, none, sizeof(none)) == 0)
		return;
	if (cs->config.ask_hub(cs->config.arg, &cs->trail) == 0)
		mon_init(&cs->trail, MON_HUB_REFUSED);
	loop_timer_start(cs->trail_timer, TRAIL_MS);
}

int
conns_new(struct conns **out, const struct conns_config *config)
{
	struct conns *cs = xcalloc(1, sizeof(*cs));

	*out = cs;
	cs->config = *config;
	mon_init(&cs->trail, MON_HUB_REFUSED);
	return loop_timer_new(config->loop, tell_trail, cs, &cs->trail_timer);
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
close_tty(struct conn *c)
{
	if (c->tty >= 0)
		close(c->tty);
	if (c->choice >= 0)
		close(c->choice);
	c->tty = c->choice = -1;
}

static void
destroy(struct conn *c)
{
	DL_DELETE(c->all->list, c);
	c->all->count--;
	close_sock(c);
	close_tty(c);
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
	loop_timer_free(cs->trail_timer);
	free(cs);
}

/* People's keys do not wait behind key exchanges. */
static void
count_unauth(struct conn *c, bool unauth)
{
	if (c->unauth == unauth)
		return;
	c->unauth = unauth;
	c->all->unauth += unauth ? 1U : -1U;
	ticks_want(c->all->unauth > 0);
}

static void
leave_gate(struct conn *c)
{
	if (c->unauth)
		gate_leave(c->all->config.gate, &c->source);
	count_unauth(c, false);
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
set_grace(struct conn *c, uint64_t ms)
{
	c->until_ms = loop_now_ms() + ms;
	loop_timer_start(c->timer, ms);
}

/* How many connections WHO has, or commands that run for it. */
static unsigned
count_of(const struct conns *cs, const char *who, bool commands)
{
	const struct conn *c;
	unsigned n = 0;

	DL_FOREACH(cs->list, c)
	n += strcmp(c->who, who) == 0 &&
	     (!commands || (c->command && c->child > 0));
	return n;
}

/* What was left of the grace before the hub was asked. */
static void
go_on(struct conn *c)
{
	uint64_t now = loop_now_ms();

	loop_timer_start(c->timer, c->until_ms > now ? c->until_ms - now : 0);
}

/* Somebody is in, and has to want something, too. */
static void
let_in(struct conn *c)
{
	c->state = CONN_IN;
	loop_timer_start(c->timer, (uint64_t)c->all->config.grace_s * 1000);
	leave_gate(c);
	spawn_hurry(c->session);
	spawn_beside(c->session, c->id);
	log_info("[%u] %s: admitted", c->id, c->address);
}

/* A wrong answer buys time for another one; keys are tried by themselves. */
static void
turn_away(struct conn *c, uint32_t verdict)
{
	c->state = CONN_OPEN;
	if (c->kind == MON_BY_KEY || c->kind == MON_KEY_OFFER)
		go_on(c);
	else
		set_grace(c, PROMPT_S * 1000);
	if (verdict != MON_DENIED || c->kind == MON_KEY_OFFER)
		return;
	log_info("[%u] %s: denied", c->id, c->address);
	c->denied = true;
}

/* The session learns no more than it has to say. */
static void
tell_verdict(struct conn *c, const struct mon_msg *verdict)
{
	struct mon_msg m = *verdict;

	m.type = MON_VERDICT;
	m.req = 0;
	explicit_bzero(m.u.verdict.ticket, sizeof(m.u.verdict.ticket));
	explicit_bzero(m.u.verdict.pass, sizeof(m.u.verdict.pass));
	explicit_bzero(m.u.verdict.who, sizeof(m.u.verdict.who));
	if (m.u.verdict.verdict == MON_OK && c->kind != MON_KEY_OFFER)
		let_in(c);
	else
		turn_away(c, m.u.verdict.verdict);
	if (mon_send(c->sock, &m, -1) < 0)
		kill_session(c, "it does not take its verdict");
}

static void
tell_busy(struct conn *c)
{
	struct mon_msg m;

	mon_init(&m, MON_VERDICT);
	m.u.verdict.verdict = MON_BUSY;
	tell_verdict(c, &m);
}

static void
forget(struct conns *cs, const char *ticket, const char *pass)
{
	struct mon_msg m;

	mon_init(&m, MON_HUB_GONE);
	snprintf(m.u.gone.ticket, sizeof(m.u.gone.ticket), "%s", ticket);
	snprintf(m.u.gone.pass, sizeof(m.u.gone.pass), "%s", pass);
	/* else the ticket expires, and the hub has lost its passes */
	cs->config.ask_hub(cs->config.arg, &m);
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
			forget(cs, m->u.verdict.ticket, m->u.verdict.pass);
		return;
	}
	if (m->u.verdict.verdict == MON_OK && m->u.verdict.who[0] != '\0' &&
	    count_of(cs, m->u.verdict.who, false) >= MAX_OF_ONE) {
		log_info("[%u] %s: %s has %d connections", c->id, c->address,
		    m->u.verdict.who, MAX_OF_ONE);
		forget(cs, m->u.verdict.ticket, m->u.verdict.pass);
		tell_busy(c);
		return;
	}
	if (m->u.verdict.verdict == MON_OK) {
		memcpy(c->ticket, m->u.verdict.ticket, sizeof(c->ticket));
		memcpy(c->pass, m->u.verdict.pass, sizeof(c->pass));
		memcpy(c->who, m->u.verdict.who, sizeof(c->who));
	}
	tell_verdict(c, m);
}

void
conns_hub_away(struct conns *cs)
{
	struct conn *c;

	DL_FOREACH(cs->list, c)
	if (c->state == CONN_ASKED)
		tell_busy(c);
}

/* An offer proves nothing and costs nothing, but there is an end to it. */
static bool
too_many(struct conn *c, uint32_t kind)
{
	return kind == MON_KEY_OFFER ? ++c->offers > MAX_OFFERS
				     : ++c->tries > MAX_TRIES;
}

static int
on_auth(struct conn *c, struct mon_msg *m)
{
	struct mon_msg ask;
	int r;

	if (c->state != CONN_OPEN || too_many(c, m->u.auth.kind))
		return CS_ESTATE;
	mon_init(&ask, MON_HUB_AUTH);
	ask.req = c->id;
	ask.u.auth = m->u.auth;
	snprintf(
	    ask.u.auth.source, sizeof(ask.u.auth.source), "%s", c->address);
	c->kind = m->u.auth.kind;
	c->state = CONN_ASKED;
	loop_timer_start(c->timer, VERDICT_S * 1000);
	r = c->all->config.ask_hub(c->all->config.arg, &ask);
	explicit_bzero(&ask, sizeof(ask));
	if (r < 0)
		tell_busy(c);
	return 0;
}

/* --- editors, commands, links --- */

static int
send_fd(struct conn *c, uint32_t type, uint32_t which, int fd)
{
	struct mon_msg m;

	mon_init(&m, type);
	m.u.pipe.which = which;
	return mon_send(c->sock, &m, fd);
}

/* The session is not to blame, and its client shall hear of it: an EXIT before
 * anything else. */
static int
none_started(struct conn *c, int status)
{
	struct mon_msg m;

	log_err("[%u] %s: nothing could be started for it", c->id, c->address);
	mon_init(&m, MON_EXIT);
	m.u.exit.status = W_EXITCODE(status, 0);
	return mon_send(c->sock, &m, -1);
}

/* A pty for the session, of which we keep the other end: the programs on it may
 * change. */
static int
open_tty(struct conn *c, uint16_t cols, uint16_t rows, const char *term,
    uint32_t flags, int *master)
{
	snprintf(c->look.term, sizeof(c->look.term), "%s", term);
	c->look.flags = flags;
	return pty_open(cols, rows, master, &c->tty);
}

static int
start_editor(struct conn *c, int bytes)
{
	const struct conns_config *config = &c->all->config;
	int r = child_editor(config->editor, config->seats_fd, &c->look,
	    c->ticket, c->tty, bytes, &c->child);

	if (r == 0)
		spawn_beside(c->child, c->id);
	return r;
}

static int
start_on_tty(struct conn *c, const char *line)
{
	const struct conns_config *config = &c->all->config;

	c->look.replay = false;
	return child_on_tty(config->command, config->run_dir, &c->look, c->pass,
	    line, c->tty, &c->choice, &c->child);
}

static int
start_home(struct conn *c)
{
	c->listing = start_on_tty(c, "") == 0;
	return c->listing ? 0 : CS_EIO;
}

/* What was STARTED on a pty, or not: its MASTER goes to the session. */
static int
begin(struct conn *c, int master, bool started)
{
	int r;

	if (!started) {
		close(master);
		close_tty(c);
		return none_started(c, 1);
	}
	r = send_fd(c, MON_PTY, 0, master);
	close(master);
	return r;
}

/* Two ends of what an editor's bytes go through. A pty hands each on by a thread of
 * the kernel's, which costs a key a third of its way; only the size and the end of
 * the terminal still go that way. It holds little, as a pty does, so that what is
 * drawn for a slow terminal is not old when it gets there. */
static int
open_bytes(int ends[2])
{
	int size = BYTES_HELD;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		ends) != 0)
		return CS_EIO;
	for (int i = 0; i < 2; i++)
		setsockopt(ends[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	return 0;
}

static int
on_edit(struct conn *c, const struct mon_msg *m)
{
	int master, bytes[2], r;

	if (c->state != CONN_IN || c->ticket[0] == '\0')
		return CS_ESTATE;
	c->state = CONN_BUSY;
	loop_timer_stop(c->timer);
	if (open_tty(c, m->u.edit.cols, m->u.edit.rows, m->u.edit.term,
		m->u.edit.flags, &master) < 0)
		return none_started(c, 1);
	if (open_bytes(bytes) < 0) {
		close(master);
		close_tty(c);
		return none_started(c, 1);
	}
	r = begin(c, master, start_editor(c, bytes[1]) == 0);
	if (r == 0 && c->child > 0)
		r = send_fd(c, MON_SOCKET, 0, bytes[0]);
	close(bytes[0]);
	close(bytes[1]);
	close_tty(c); /* it is the only program there: its end is the pty's */
	return r;
}

/* On a terminal a command may have the editor follow it. An account that gives
 * none gets the list of its rooms, and goes from there into one and back. */
static int
on_tty(struct conn *c, const struct mon_msg *m)
{
	int master, r;

	if (open_tty(c, m->u.exec.cols, m->u.exec.rows, m->u.exec.term,
		m->u.exec.flags, &master) < 0)
		return none_started(c, 1);
	c->home = m->u.exec.line[0] == '\0';
	r = c->home ? start_home(c) : start_on_tty(c, m->u.exec.line);
	return begin(c, master, r == 0);
}

static int
send_pipes(struct conn *c, const int fds[3])
{
	int r = 0;

	for (uint32_t i = 0; i < 3; i++) {
		if (r == 0)
			r = send_fd(c, MON_PIPE, i, fds[i]);
		close(fds[i]);
	}
	return r;
}

static void
count_command(struct conn *c)
{
	c->command = true;
	c->all->commands++;
}

static int
on_exec(struct conn *c, const struct mon_msg *m)
{
	const struct conns_config *config = &c->all->config;
	int fds[3], r;

	if (c->state != CONN_IN || c->pass[0] == '\0')
		return CS_ESTATE;
	c->state = CONN_BUSY;
	loop_timer_stop(c->timer);
	if (m->u.exec.line[0] == '\0' && m->u.exec.pty &&
	    c->kind != MON_BY_CODE)
		return on_tty(c, m);
	if (c->all->commands >= MAX_COMMANDS ||
	    count_of(c->all, c->who, true) >= MAX_COMMANDS_OF_ONE)
		return none_started(c, EXIT_AWAY);
	if (m->u.exec.pty && c->kind != MON_BY_CODE) {
		if ((r = on_tty(c, m)) == 0 && c->child > 0)
			count_command(c);
		return r;
	}
	if (child_command(config->command, config->run_dir, m, c->pass,
		c->kind == MON_BY_CODE, fds, &c->child) < 0)
		return none_started(c, EXIT_AWAY);
	count_command(c);
	if (!m->u.exec.pty)
		return send_pipes(c, fds);
	r = send_fd(c, MON_PTY, 0, fds[0]);
	close(fds[0]);
	return r;
}

static int
on_link(struct conn *c)
{
	int fd, r;

	if (c->state != CONN_IN || c->ticket[0] == '\0')
		return CS_ESTATE;
	c->state = CONN_BUSY;
	loop_timer_stop(c->timer);
	if ((fd = child_link(c->all->config.seats_fd, c->ticket)) < 0)
		return none_started(c, EXIT_AWAY);
	r = send_fd(c, MON_SOCKET, 0, fd);
	close(fd);
	return r;
}

/* --- a session's messages --- */

static int
on_prompt(struct conn *c)
{
	if (c->state != CONN_OPEN || ++c->prompts > MAX_PROMPTS)
		return CS_ESTATE;
	set_grace(c, PROMPT_S * 1000);
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
	case MON_EXEC:
		return on_exec(c, m);
	case MON_LINK:
		return on_link(c);
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
		if (c->child > 0)
			kill(c->child, SIGKILL);
	} else if (c->state == CONN_ASKED) {
		tell_busy(c);
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
	static char program[] = "codesync-session", c_option[] = "-c",
		    r_option[] = "-r";
	char *argv[] = { program, c_option, c->all->config.empty_dir, r_option,
		c->all->config.registration, NULL };
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
		set_grace(c, (uint64_t)c->all->config.grace_s * 1000);
	return r;
}

/* A flood must not become a flood of lines. */
static void
tell_refused(struct conns *cs, const char *address, const char *why,
    enum mon_refusal kind)
{
	uint64_t now = loop_now_ms();

	cs->refused++;
	cs->trail.u.refused.counts[kind]++;
	snprintf(cs->trail.u.refused.source, sizeof(cs->trail.u.refused.source),
	    "%s", address);
	if (!loop_timer_running(cs->trail_timer))
		tell_trail(cs);
	if (cs->refused_told_ms != 0 && now - cs->refused_told_ms < 10000)
		return;
	log_info("%s: refused: %s (%llu so far)", address, why,
	    (unsigned long long)cs->refused);
	cs->refused_told_ms = now;
}

void
conns_accept(struct conns *cs, int fd, const struct sockaddr_storage *peer)
{
	static const enum mon_refusal kinds[] = {
		[GATE_STARTUPS] = MON_STARTUPS,
		[GATE_SOURCE] = MON_SOURCE,
		[GATE_PENALTY] = MON_PENALTY,
	};
	enum gate_answer a;
	struct conn *c;
	struct source source;
	char address[ADDR_TEXT_SIZE];

	source_of(peer, &source);
	addr_text(peer, false, address);
	if (cs->count >= cs->config.max_seats) {
		tell_refused(cs, address, "max_seats is reached", MON_NO_SEATS);
		close(fd);
		return;
	}
	a = gate_enter(cs->config.gate, &source, loop_now_ms(), random_u64());
	if (a != GATE_OPEN) {
		tell_refused(cs, address, gate_reason(a), kinds[a]);
		close(fd);
		return;
	}
	c = xcalloc(1, sizeof(*c));
	c->all = cs;
	c->id = ++cs->last_id;
	c->session = c->child = c->sock = c->tty = c->choice = -1;
	c->source = source;
	count_unauth(c, true);
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
	if (c->session > 0 || c->child > 0)
		return;
	if (c->ticket[0] != '\0' || c->pass[0] != '\0')
		forget(c->all, c->ticket, c->pass);
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
	close_tty(c);
	if (c->child > 0) {
		/* the pty closed with the session; this is for one that hangs,
		 * and for commands that have nothing to write */
		kill(c->child, SIGHUP);
		loop_timer_start(c->timer, EDITOR_S * 1000);
	}
}

static bool
was_killed(const struct conn *c, int status)
{
	if (!WIFSIGNALED(status) || WTERMSIG(status) == SIGHUP ||
	    WTERMSIG(status) == SIGTERM)
		return false;
	return !c->command || WTERMSIG(status) != SIGINT;
}

/* What was chosen into C, and what the editor shall look like; false: nothing.
 * All that can be said is a ticket, and none but the hub's is of use. */
static bool
read_choice(struct conn *c)
{
	static const struct {
		char letter;
		uint32_t flag;
	} looks[] = { { 'A', MON_ASCII }, { 'M', MON_MONO },
		{ 'C', MON_CALM } };
	char text[CHOICE_MAX + 1] = "", *at = text;
	ssize_t n = read(c->choice, text, CHOICE_MAX);
	bool good;

	c->look.replay = n > 0 && *at == 'R';
	at += c->look.replay;
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
		if (n > 0 && *at == looks[i].letter) {
			c->look.flags |= looks[i].flag;
			at++;
		}
	good = strlen(at) == TICKET_LEN &&
	       strspn(at, "0123456789abcdef") == TICKET_LEN;
	if (good)
		memcpy(c->ticket, at, TICKET_LEN + 1);
	explicit_bzero(text, sizeof(text));
	return good;
}

/* The list, or a command, has ended: into the room that it says, if it says
 * one. */
static bool
enter_chosen(struct conn *c)
{
	bool chosen = read_choice(c);

	c->listing = c->command = false;
	close(c->choice);
	c->choice = -1;
	return chosen && start_editor(c, -1) == 0;
}

/* Whoever leaves a room is back in the list, if there was one. */
static bool
goes_on(struct conn *c, int status)
{
	if (c->tty < 0 || c->all->stopping || !WIFEXITED(status))
		return false;
	if (c->choice >= 0)
		return enter_chosen(c);
	if (!c->home)
		return false;
	forget(c->all, c->ticket, "");
	explicit_bzero(c->ticket, sizeof(c->ticket));
	return start_home(c) == 0;
}

static void
child_ended(struct conn *c, int status)
{
	struct mon_msg m;
	int r;

	c->child = -1;
	c->all->commands -= c->command;
	if (was_killed(c, status))
		log_err("[%u] %s: its %s was killed by signal %d", c->id,
		    c->address,
		    c->command   ? "command"
		    : c->listing ? "room list"
				 : "editor",
		    WTERMSIG(status));
	if (c->session < 0 || goes_on(c, status))
		return;
	close_tty(c);
	mon_init(&m, MON_EXIT);
	m.u.exit.status = status;
	r = mon_send(c->sock, &m, -1);
	if (r < 0 && r != CS_ECLOSED) /* closed: it is ending too */
		kill_session(c, "it does not hear that its child ended");
}

bool
conns_reaped(struct conns *cs, pid_t pid, int status)
{
	struct conn *c;

	DL_FOREACH(cs->list, c)
	if (c->session == pid || c->child == pid)
		break;
	if (c == NULL)
		return false;
	if (c->session == pid)
		session_ended(c, status);
	else
		child_ended(c, status);
	finish(c);
	return true;
}

void
conns_stop(struct conns *cs, bool hard)
{
	struct conn *c;

	cs->stopping = true;
	DL_FOREACH(cs->list, c)
	{
		if (c->child > 0)
			kill(c->child, hard ? SIGKILL : SIGTERM);
		/* one with a child says goodbye when that has ended */
		if (c->session > 0 && (hard || c->child < 0))
			kill(c->session, hard ? SIGKILL : SIGTERM);
	}
}

unsigned
conns_count(const struct conns *cs)
{
	return cs->count;
}
