/*
 * session.c - one ssh connection, from the key exchange to the last byte: the
 * only program that reads what strangers send.
 *
 * It gives up everything before it reads the first byte: its user, its view of
 * the file system and nearly all system calls. What it needs from outside it
 * asks of codesyncd by fixed-size messages: is this the right code, password or
 * key (AUTH, entry.c), and one thing to speak with: an editor on a pty (EDIT), a
 * command on a pty or through three pipes (EXEC), or a seat's own endpoint
 * (LINK). From there on it is a pump (pump.c). libssh is transport.c's.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hostd/entry.h"
#include "hostd/pump.h"
#include "hostd/sign.h"
#include "hostd/transport.h"
#include "proto/sys/filter.h"
#include "proto/sys/log.h"
#include "proto/sys/loop.h"
#include "proto/sys/privs.h"

#define CLIENT_FD 3
#define MONITOR_FD 4
#define KEYS_FD 5

#define MEMORY_MB 160
#define MAX_FDS 16
#define HANDSHAKE_S 3600 /* codesyncd's grace is shorter: if it has died */
#define SEND_BUFFER 65536
#define DEAD_MS 45000  /* sent and not acknowledged */
#define HANGUP_MS 2000 /* for the client to hang up by itself */

/* --- giving up rights --- */

/* clang-format off */
static const struct filter_rule rules[] = {
	{ .call = "read" }, { .call = "write" }, { .call = "writev" },
	{ .call = "sendto" }, { .call = "recvfrom" },
	{ .call = "sendmsg" }, { .call = "recvmsg" },
	{ .call = "poll" }, { .call = "ppoll" },
	{ .call = "close" }, { .call = "shutdown" },
	{ .call = "getrandom" }, { .call = "brk" },
	{ .call = "mmap", .arg = 2, .cmp = FILTER_MASKED_EQ, .mask = PROT_EXEC },
	{ .call = "mprotect", .arg = 2, .cmp = FILTER_MASKED_EQ, .mask = PROT_EXEC },
	{ .call = "munmap" }, { .call = "mremap" }, { .call = "madvise" },
	{ .call = "futex" },
	{ .call = "clock_gettime" }, { .call = "gettimeofday" }, { .call = "time" },
	{ .call = "alarm" }, { .call = "getpid" },
	{ .call = "rt_sigprocmask" }, { .call = "rt_sigreturn" },
	{ .call = "restart_syscall" },
	{ .call = "exit" }, { .call = "exit_group" },
	{ .call = "ioctl", .arg = 1, .cmp = FILTER_EQ, .value = TIOCSWINSZ },
	{ .call = "fcntl", .arg = 1, .cmp = FILTER_EQ, .value = F_GETFL },
	{ .call = "fcntl", .arg = 1, .cmp = FILTER_EQ, .value = F_SETFL },
	{ .call = "getsockopt" },
	/* libraries look for files that they can do without */
	{ .call = "open", .action = FILTER_EACCES },
	{ .call = "openat", .action = FILTER_EACCES },
	{ .call = "stat", .action = FILTER_EACCES },
	{ .call = "newfstatat", .action = FILTER_EACCES },
	{ .call = "access", .action = FILTER_EACCES },
	{ .call = "readlink", .action = FILTER_EACCES },
};
/* clang-format on */

static int
confine(const char *empty_dir)
{
	int r;

	if ((r = privs_drop("session", empty_dir, false)) < 0 ||
	    (r = privs_limit(MEMORY_MB, MAX_FDS, true, true)) < 0)
		return r;
	return filter_install(
	    FILTER_KILL, rules, sizeof(rules) / sizeof(rules[0]));
}

/* --- the connection --- */

/* Say why, and let the other end hear it: closing with its bytes unread would
 * reset the connection and the reason with it. A client that has yet to read what
 * its channel ended with would throw that away for a reason: it gets none. */
static void
disconnect(int spare)
{
	struct pollfd p = { spare, POLLIN, 0 };
	uint64_t until = loop_now_ms() + HANGUP_MS, now;
	char dump[4096];

	if (!pump_said_all() || entry_refusal() != NULL)
		transport_disconnect(entry_refusal());
	shutdown(spare, SHUT_WR);
	while ((now = loop_now_ms()) < until &&
	       poll(&p, 1, (int)(until - now)) == 1 &&
	       read(spare, dump, sizeof(dump)) > 0)
		;
}

/* Keys must not wait for one another, and a client that was stopped must not
 * find a second of old screens in the kernel when it goes on. */
static void
tune_socket(void)
{
	const int on = 1, buffer = SEND_BUFFER, dead = DEAD_MS;

	setsockopt(CLIENT_FD, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(CLIENT_FD, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer));
	setsockopt(
	    CLIENT_FD, IPPROTO_TCP, TCP_USER_TIMEOUT, &dead, sizeof(dead));
}

static int
serve(int spare)
{
	if (transport_greet() < 0)
		return 1;
	pump_start();
	while (pump_turn())
		;
	/* the editor goes now, not when the client is gone */
	pump_close();
	disconnect(spare);
	return 0;
}

int
main(int argc, char **argv)
{
	struct transport_events ev = { .request = entry_request,
		.answer = entry_answer,
		.question = entry_question,
		.key = entry_key };
	int spare;

	log_open("codesync-session");
	signal(SIGPIPE, SIG_IGN);
	if (argc == 3 && strcmp(argv[1], "-k") == 0)
		return transport_make_keys(argv[2]) == 0 ? 0 : 1;
	if (argc == 3 && strcmp(argv[1], "-s") == 0)
		_exit(sign_main(MONITOR_FD, KEYS_FD, argv[2]));
	if (argc != 5 || strcmp(argv[1], "-c") != 0 ||
	    strcmp(argv[3], "-r") != 0) {
		fprintf(stderr, "codesync-session is started by codesyncd\n");
		return 2;
	}
	entry_open(MONITOR_FD, argv[4]);
	pump_open(CLIENT_FD, MONITOR_FD);
	pump_events(&ev);
	log_to(pump_log);
	alarm(HANDSHAKE_S);
	tune_socket();
	spare = fcntl(CLIENT_FD, F_DUPFD_CLOEXEC, KEYS_FD + 1);
	if (spare < 0 || transport_open(CLIENT_FD, KEYS_FD, &ev) < 0 ||
	    confine(argv[2]) < 0)
		return 1;
	/* exit handlers want files and calls that we no longer have */
	_exit(serve(spare));
}
