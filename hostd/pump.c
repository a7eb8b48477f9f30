/*
 * pump.c - the bytes of one ssh connection: what its channel asks for, and then
 * both ways between it and an editor on a pty, a command's pipes, or a seat's own
 * endpoint, with one turn of poll() an event. It knows nothing of libssh.
 *
 * The events of transport.h only note what is wanted; what follows is done
 * between polls.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hostd/entry.h"
#include "hostd/monitor.h"
#include "hostd/pump.h"
#include "proto/buf.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/loop.h"
#include "proto/sys/util.h"

#define CTRL_D 0x04
#define INPUT_MAX (1024 * 1024)
#define INPUT_PAUSE (INPUT_MAX / 2) /* from here on the socket waits */
#define OUTPUT_MAX 16384            /* from the other side in one read */
#define KEEPALIVE_MS 15000
#define SILENT_MS 45000 /* three keepalives without an answer */
#define ASLEEP_MS 30000 /* we look more often, unless we cannot */
#define DRAIN_MS 2000   /* for the last screen of an editor */
#define HANGUP_MS 2000  /* for the client to hang up by itself */
#define MAX_COLS 500
#define MAX_ROWS 300

/* What an editor has changed in a terminal, undone. */
#define NORMAL_SCREEN                                         \
	"\033[?2026l\033[<u\033[?1006l\033[?1002l\033[?1000l" \
	"\033[?1049l\033[?2004l\033[?25h\033[0m\r\n"

#define EXIT_NO_TTY 2
#define EXIT_AWAY 75
#define SUBSYSTEM "codesync"

enum phase {
	PHASE_IN,    /* waiting for somebody, a channel and what to do on it */
	PHASE_PUMP,  /* it was asked for, or is there */
	PHASE_DRAIN, /* it ended: its last bytes are on their way */
	PHASE_HANGUP /* all is said and the client may hang up */
};

/* What is at the other side of the pump. */
enum mode { MODE_EDIT, MODE_COMMAND, MODE_LINK };

/* From there to the client. */
struct stream {
	int fd; /* -1: closed */
	size_t at, len;
	uint8_t bytes[OUTPUT_MAX];
};

static struct pump {
	int socket, monitor; /* -1: closed */
	enum phase phase;
	enum mode mode;
	bool left;  /* the client closed its channel */
	bool begun; /* what was asked for has come */
	bool home;  /* that is the list of rooms, and its editors */
	bool mute;  /* the client: its editor was asked to end */
	bool pty;
	char term[MON_TERM_MAX];
	uint16_t cols, rows;
	const char *advice; /* said before the end */
	int status;         /* for the client */
	int size_fd;        /* the pty of an editor whose bytes go elsewhere */
	int input_fd;       /* -1: closed; a pty is in out[0], too */
	bool input_ends;    /* the client said so */
	struct buf input;
	struct stream out[2]; /* the channel's output, and its errors */
	uint64_t seen_bytes, heard_ms, looked_ms, tick_ms, deadline_ms;
} self = { .socket = -1,
	.monitor = -1,
	.input_fd = -1,
	.size_fd = -1,
	.out = { { .fd = -1 }, { .fd = -1 } } };

/* --- the way out to codesyncd --- */

void
pump_log(int level, const char *line)
{
	struct mon_msg m;

	mon_init(&m, MON_LOG);
	m.u.log.level = level;
	snprintf(m.u.log.line, sizeof(m.u.log.line), "%s", line);
	if (self.monitor >= 0)
		mon_send(self.monitor, &m, -1);
}

/* --- the channel --- */

/* ADVICE is one line, and stays. */
static void
finish(const char *advice, int status)
{
	self.advice = advice;
	self.status = status;
	self.phase = PHASE_DRAIN;
	self.deadline_ms = loop_now_ms() + DRAIN_MS;
}

static uint16_t
clamp(int v, int max)
{
	return (uint16_t)(v < 0 ? 0 : v > max ? max : v);
}

static void
set_size(int cols, int rows)
{
	self.cols = clamp(cols, MAX_COLS);
	self.rows = clamp(rows, MAX_ROWS);
}

static void
apply_size(void)
{
	struct winsize ws = { .ws_col = self.cols, .ws_row = self.rows };
	int fd = self.mode == MODE_EDIT ? self.size_fd : self.out[0].fd;

	if (self.pty && fd >= 0 && ws.ws_col != 0 && ws.ws_row != 0)
		ioctl(fd, TIOCSWINSZ, &ws);
}

static bool
on_pty(const char *term, int cols, int rows)
{
	if (self.pty || self.phase != PHASE_IN)
		return false;
	snprintf(self.term, sizeof(self.term), "%s", term);
	set_size(cols, rows);
	self.pty = true;
	return true;
}

static void
on_window(int cols, int rows)
{
	set_size(cols, rows);
	apply_size();
}

/* Ask for the other side of the pump. */
static void
begin(enum mode mode, const struct mon_msg *wish)
{
	self.mode = mode;
	self.phase = PHASE_PUMP;
	if (mon_send(self.monitor, wish, -1) < 0)
		finish(ENTRY_BUSY, EXIT_AWAY);
}

static void
begin_editor(void)
{
	struct mon_msg m;

	mon_init(&m, MON_EDIT);
	memcpy(m.u.edit.term, self.term, sizeof(m.u.edit.term));
	m.u.edit.cols = self.cols;
	m.u.edit.rows = self.rows;
	m.u.edit.flags = entry_login()->flags;
	begin(MODE_EDIT, &m);
}

static void
begin_command(const char *line)
{
	struct mon_msg m;

	mon_init(&m, MON_EXEC);
	if (strlen(line) >= sizeof(m.u.exec.line)) {
		finish("The command is too long.", EXIT_NO_TTY);
		return;
	}
	snprintf(m.u.exec.line, sizeof(m.u.exec.line), "%s", line);
	m.u.exec.pty = self.pty;
	m.u.exec.cols = self.cols;
	m.u.exec.rows = self.rows;
	memcpy(m.u.exec.term, self.term, sizeof(m.u.exec.term));
	m.u.exec.flags = entry_login()->flags;
	self.home = line[0] == '\0';
	begin(MODE_COMMAND, &m);
}

/* What the hub wants to be said instead of what was asked for. */
static bool
told_instead(void)
{
	if (entry_verdict()->u.verdict.text[0] == '\0')
		return false;
	finish(entry_verdict()->u.verdict.text,
	    (int)entry_verdict()->u.verdict.status);
	return true;
}

/* Later it would change nothing. */
static bool
on_env(const char *name, const char *value)
{
	return self.phase == PHASE_IN && entry_env(name, value);
}

static bool
on_shell(void)
{
	if (self.phase != PHASE_IN)
		return false;
	if (told_instead())
		return true;
	if (!self.pty)
		finish(entry_login()->kind == LOGIN_CODE
			   ? "A room needs a terminal: use ssh -t."
			   : "Say what to do, or use ssh -t for a terminal.",
		    EXIT_NO_TTY);
	else if (entry_login()->kind == LOGIN_CODE ||
		 entry_login()->room[0] != '\0')
		begin_editor();
	else
		begin_command("");
	return true;
}

static bool
on_exec(const char *command)
{
	if (self.phase != PHASE_IN)
		return false;
	if (entry_login()->kind != LOGIN_NEW || !told_instead())
		begin_command(command);
	return true;
}

/* An editor at the client's own machine: its messages, as they are. */
static bool
on_subsystem(const char *name)
{
	struct mon_msg m;

	if (self.phase != PHASE_IN || self.pty || strcmp(name, SUBSYSTEM) != 0)
		return false;
	if (told_instead())
		return true;
	if (entry_login()->kind != LOGIN_CODE &&
	    entry_login()->room[0] == '\0') {
		finish("The user name has to name a room: NAME+ROOM.",
		    EXIT_NO_TTY);
		return true;
	}
	mon_init(&m, MON_LINK);
	begin(MODE_LINK, &m);
	return true;
}

static void
close_stream(struct stream *s)
{
	if (s->fd >= 0)
		close(s->fd);
	if (self.input_fd == s->fd)
		self.input_fd = -1;
	s->fd = -1;
}

static void
close_input(void)
{
	if (self.input_fd >= 0 && self.input_fd != self.out[0].fd)
		close(self.input_fd);
	else if (self.input_fd >= 0 && self.mode != MODE_COMMAND)
		shutdown(self.input_fd, SHUT_WR);
	self.input_fd = -1;
	buf_clear(&self.input);
}

/* What a command does not want to read is nobody's any more. */
static size_t
write_out(const uint8_t *p, size_t len)
{
	ssize_t n = write(self.input_fd, p, len);

	if (n >= 0)
		return (size_t)n;
	if (errno != EAGAIN && errno != EINTR)
		close_input();
	return 0;
}

static void
on_data(const void *data, size_t len)
{
	size_t done = 0;

	if (self.phase > PHASE_PUMP || (self.begun && self.input_fd < 0))
		return;
	if (self.input_fd >= 0 && self.input.len == 0)
		done = write_out(data, len);
	if (!self.begun || self.input_fd >= 0)
		buf_put_raw(
		    &self.input, (const uint8_t *)data + done, len - done);
}

/* A terminal does not end with what was piped into ssh; a command's input
 * does, once it is read. The list of rooms is told by the key that means it. */
static void
on_eof(void)
{
	self.input_ends = !self.pty;
	if (self.home)
		buf_put_u8(&self.input, CTRL_D);
}

static void
on_close(void)
{
	self.left = true;
	if (self.phase == PHASE_HANGUP)
		self.deadline_ms = loop_now_ms() + HANGUP_MS;
}

static void
on_signal(const char *name)
{
	if (strcmp(name, "INT") == 0 && self.pty)
		buf_put_u8(&self.input, 0x03);
	else if (strcmp(name, "INT") == 0 || strcmp(name, "TERM") == 0 ||
		 strcmp(name, "HUP") == 0)
		self.left = true;
}

static bool
may_open(void)
{
	return entry_in() && self.phase == PHASE_IN;
}

/* --- the pump --- */

/* The other side does not read as fast as the client sends. libssh is then not
 * called at all: whenever it is, it reads, and it widens the window for all it
 * has handed over. */
static bool
jammed(void)
{
	return self.phase == PHASE_PUMP && self.input.len >= INPUT_PAUSE;
}

static bool
output_wanted(const struct stream *s)
{
	return !transport_busy() && s->len == 0 && transport_window() > 0;
}

/* libssh takes less than all when the window closes or keys are exchanged. */
static void
flush_stream(struct stream *s)
{
	int n;

	if (s->len == 0 || transport_window() == 0)
		return;
	n = transport_write(s->bytes + s->at, s->len, s != &self.out[0]);
	if (n <= 0)
		return;
	s->at += (size_t)n;
	s->len -= (size_t)n;
}

/* A command ends when its process does, whatever it has closed before. */
static void
stream_ended(struct stream *s)
{
	close_stream(s);
	if (self.mode == MODE_LINK && self.phase == PHASE_PUMP)
		finish(NULL, 0);
	else if (self.pty)
		self.deadline_ms = loop_now_ms() + DRAIN_MS;
}

/* At most what the window takes, so that nothing waits inside libssh. */
static void
read_stream(struct stream *s)
{
	size_t room = transport_window();
	ssize_t n;

	n = read(s->fd, s->bytes, room < OUTPUT_MAX ? room : OUTPUT_MAX);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) { /* EIO: nobody has the other end any more */
		stream_ended(s);
		return;
	}
	s->at = 0;
	s->len = (size_t)n;
	flush_stream(s);
}

static void
write_input(void)
{
	size_t n = 0;

	if (self.input.len > 0 && self.input_fd >= 0)
		n = write_out(self.input.data, self.input.len);
	if (n == self.input.len)
		buf_clear(&self.input);
	else
		buf_consume(&self.input, n);
	if (self.input_ends && self.begun && self.input.len == 0)
		close_input();
}

static void
editor_ended(int status)
{
	static const char crashed[] =
	    NORMAL_SCREEN "The editor stopped unexpectedly. Nothing is lost: "
			  "run the same ssh command to come back.";
	static const char stopped[] =
	    NORMAL_SCREEN "Server restarting - run the same ssh command again";

	if (WIFEXITED(status))
		finish(NULL, WEXITSTATUS(status));
	else if (WTERMSIG(status) == SIGTERM || WTERMSIG(status) == SIGHUP)
		finish(stopped, 1);
	else
		finish(crashed, 1);
}

/* Its last bytes go to the client however long that takes: it may be a pager,
 * whose reader has gone for a coffee. */
static void
command_ended(int status)
{
	static const char died[] = "The command stopped unexpectedly.";
	static const char stopped[] = "The host is being stopped.";

	if (WIFEXITED(status))
		finish(NULL, WEXITSTATUS(status));
	else if (WTERMSIG(status) == SIGINT)
		finish(NULL, 128 + SIGINT);
	else if (WTERMSIG(status) == SIGTERM || WTERMSIG(status) == SIGHUP)
		finish(stopped, EXIT_AWAY);
	else
		finish(died, 1);
	if (!self.pty)
		self.deadline_ms = 0;
}

static void
on_exit_of(int status)
{
	if (self.phase > PHASE_PUMP)
		return;
	if (!self.begun)
		finish(ENTRY_BUSY, WIFEXITED(status) ? WEXITSTATUS(status) : 1);
	else if (self.mode == MODE_EDIT || self.home)
		editor_ended(status);
	else
		command_ended(status);
}

/* FD came, as M says; true if it was expected. */
static bool
take_fd(const struct mon_msg *m, int fd)
{
	struct stream *s = &self.out[0];
	bool input = true, output = true;

	if (fd < 0 || self.phase != PHASE_PUMP)
		return false;
	if (m->type == MON_PIPE) {
		input = m->u.pipe.which == 0;
		output = !input;
		s = m->u.pipe.which == 2 ? &self.out[1] : s;
	} else if (m->type == MON_PTY && self.mode == MODE_EDIT) {
		if (self.size_fd >= 0)
			return false;
		self.size_fd = fd;
		apply_size();
		return true;
	} else if (m->type != MON_PTY && m->type != MON_SOCKET) {
		return false;
	}
	if ((input && self.input_fd >= 0) || (output && s->fd >= 0))
		return false;
	if (input)
		self.input_fd = fd;
	if (output)
		s->fd = fd;
	fd_nonblock(fd);
	self.begun |= input;
	apply_size();
	return true;
}

static void
on_monitor(void)
{
	struct mon_msg m;
	int fd, r = mon_recv(self.monitor, &m, &fd);

	if (r == CS_EAGAIN)
		return;
	if (r == 1 && take_fd(&m, fd)) {
		write_input();
	} else if (r == 1 && m.type == MON_EXIT) {
		on_exit_of(m.u.exit.status);
	} else {
		/* codesyncd is gone; a session with an editor can do without */
		close(self.monitor);
		self.monitor = -1;
	}
}

/* A client that is asleep reads all that was sent when it wakes up: so whatever has
 * its terminal leaves that as it was. An editor does so when nothing more can come
 * from there; for one that does not, and for what stands on a pty, we do. */
static void
give_up(void)
{
	static const char lost[] =
	    NORMAL_SCREEN "The connection was lost. Nothing else is: run the "
			  "same ssh command to come back.";

	if (self.phase != PHASE_PUMP || !self.pty || !self.begun) {
		on_close();
	} else if (self.mode == MODE_EDIT && !self.mute) {
		self.mute = true;
		self.deadline_ms = loop_now_ms() + DRAIN_MS;
		close_input();
	} else {
		close_stream(&self.out[0]);
		finish(lost, EXIT_AWAY);
	}
}

/* Is there still somebody? Before the way in is open nothing may be asked, and
 * somebody who looks for a code is silent: that time is codesyncd's. Nor is it
 * the client that was silent while this machine stood still. */
static void
listen_for_life(uint64_t now)
{
	if (transport_heard() != self.seen_bytes || !entry_in() ||
	    now - self.looked_ms > ASLEEP_MS)
		self.heard_ms = now;
	self.looked_ms = now;
	self.seen_bytes = transport_heard();
	if (now - self.heard_ms < SILENT_MS)
		return;
	log_info(jammed() ? "the other side does not read any more"
			  : "the client is silent");
	self.heard_ms = now;
	give_up();
}

static void
tick(uint64_t now)
{
	listen_for_life(now);
	if (now < self.tick_ms)
		return;
	self.tick_ms = now + KEEPALIVE_MS;
	if (entry_in())
		transport_keepalive();
}

static void
say(const char *text)
{
	const char *end = self.pty ? "\r\n" : "\n";

	transport_write(text, strlen(text), !self.pty);
	transport_write(end, strlen(end), !self.pty);
}

/* Exit status, EOF, close, and then the client hangs up: were we the first,
 * it would report a broken connection, or lose what it has not yet passed on
 * to whoever reads its output. */
static void
say_goodbye(void)
{
	if (self.advice != NULL)
		say(self.advice);
	transport_end(self.status);
	self.phase = PHASE_HANGUP;
	self.deadline_ms = loop_now_ms() + HANGUP_MS;
	if (self.mode == MODE_COMMAND && !self.pty && !self.left)
		self.deadline_ms = 0;
}

static bool
all_out(void)
{
	for (int i = 0; i < 2; i++)
		if (self.out[i].fd >= 0 || self.out[i].len > 0)
			return false;
	return true;
}

/* Nobody is left to say how it went, or it does not. */
static void
check_end(bool late)
{
	if (self.mute && late)
		give_up();
	else if (self.mode != MODE_LINK && self.monitor < 0 &&
		 self.out[0].fd < 0 && self.out[1].fd < 0)
		finish(NULL, self.begun && self.mode == MODE_EDIT ? 0 : 1);
	else if (self.monitor < 0 && !self.begun)
		finish(ENTRY_BUSY, EXIT_AWAY);
	else if (self.out[0].fd < 0 && late)
		finish(NULL, 1);
}

/* What follows from what has happened; false when it is over. */
static bool
step(void)
{
	uint64_t now = loop_now_ms();
	bool late = self.deadline_ms != 0 && now >= self.deadline_ms;

	flush_stream(&self.out[0]);
	flush_stream(&self.out[1]);
	tick(now);
	entry_tick(now);
	if (entry_refusal() != NULL)
		return transport_busy() && !late;
	if (self.phase != PHASE_HANGUP && self.left)
		return false;
	if (self.input.err != 0) {
		log_warn("more input than the other side can take");
		return false;
	}
	switch (self.phase) {
	case PHASE_IN:
		return self.monitor >= 0;
	case PHASE_PUMP:
		check_end(late);
		return true;
	case PHASE_DRAIN:
		if (late || all_out())
			say_goodbye();
		return true;
	case PHASE_HANGUP:
		break;
	}
	return !late;
}

static int
wait_ms(void)
{
	const uint64_t times[] = { self.heard_ms + SILENT_MS, self.deadline_ms,
		entry_in() ? 0 : transport_unanswered_ms() };
	uint64_t now = loop_now_ms(), until = self.tick_ms;

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		if (times[i] != 0 && times[i] < until)
			until = times[i];
	return until > now ? (int)(until - now) : 0;
}

/* What to wait for at the other side; an entry without any has no descriptor,
 * or its hang-up would wake us for nothing. P[0] is for input, unless it goes
 * where the output comes from; P[1] and P[2] are for OUT. */
static void
set_polls(struct pollfd p[3])
{
	bool both = self.input_fd == self.out[0].fd;

	p[0].fd = self.input_fd;
	p[0].events = !both && self.input.len > 0 ? POLLOUT : 0;
	for (int i = 0; i < 2; i++) {
		p[1 + i].fd = self.out[i].fd;
		p[1 + i].events = output_wanted(&self.out[i]) ? POLLIN : 0;
	}
	if (both && self.input.len > 0)
		p[1].events |= POLLOUT;
	for (int i = 0; i < 3; i++)
		if (p[i].events == 0)
			p[i].fd = -1;
}

static void
serve_polls(const struct pollfd p[3])
{
	const short end = POLLHUP | POLLERR;

	if ((p[0].revents & (POLLOUT | end)) || (p[1].revents & POLLOUT))
		write_input();
	for (int i = 0; i < 2; i++)
		if ((p[1 + i].revents & (POLLIN | end)) &&
		    self.out[i].fd >= 0 && output_wanted(&self.out[i]))
			read_stream(&self.out[i]);
}

bool
pump_turn(void)
{
	struct pollfd p[5] = { { self.socket, 0, 0 },
		{ self.monitor, POLLIN, 0 } };

	if (jammed())
		p[0].events = POLLRDHUP;
	else
		p[0].events = transport_busy() ? POLLIN | POLLOUT : POLLIN;
	set_polls(p + 2);
	if (poll(p, 5, wait_ms()) < 0 && errno != EINTR)
		return false;
	if (p[0].revents != 0 && (jammed() || !transport_read()))
		return false;
	if (!transport_up())
		return false;
	if (p[1].revents != 0)
		on_monitor();
	serve_polls(p + 2);
	if (self.input_ends)
		write_input();
	return step();
}

/* --- its life --- */

void
pump_events(struct transport_events *ev)
{
	ev->may_open = may_open;
	ev->pty = on_pty;
	ev->env = on_env;
	ev->shell = on_shell;
	ev->exec = on_exec;
	ev->subsystem = on_subsystem;
	ev->window = on_window;
	ev->data = on_data;
	ev->eof = on_eof;
	ev->closed = on_close;
	ev->signal = on_signal;
}

void
pump_open(int socket, int monitor)
{
	self.socket = socket;
	self.monitor = monitor;
	buf_init(&self.input, INPUT_MAX);
}

void
pump_start(void)
{
	self.heard_ms = self.looked_ms = loop_now_ms();
	self.tick_ms = self.heard_ms + KEEPALIVE_MS;
}

bool
pump_said_all(void)
{
	return self.phase == PHASE_HANGUP;
}

void
pump_close(void)
{
	close_input();
	close_stream(&self.out[0]);
	close_stream(&self.out[1]);
}
