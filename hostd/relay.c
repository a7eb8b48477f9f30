/*
 * relay.c - let runners on other machines reach the hub. It speaks TLS with the
 * network and has no store; the hub has the store and no network. It is started
 * by codesyncd when the configuration says where to listen, and has by then no
 * files, no other programs, and two sockets of the hub's to dial.
 *
 *	codesync-relay -f CONFIG -D DATADIR -R RUNDIR
 *	    fd 3: a socket of codesyncd's. EOF there ends the relay
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hostd/far.h"
#include "hostd/listen.h"
#include "hostd/pass.h"
#include "proto/err.h"
#include "proto/sys/conf.h"
#include "proto/sys/filter.h"
#include "proto/sys/log.h"
#include "proto/sys/loop.h"
#include "proto/sys/privs.h"

#define DAEMON_FD 3
#define EXIT_FATAL 100
#define EXIT_LATER 111
#define ACCEPT_TURN 32
#define ACCEPT_PAUSE_MS 200 /* when descriptors have run out */
#define MEMORY_MB 1024
#define DESCRIPTORS (3 * FAR_RUNNERS_MAX + FAR_STRANGERS_MAX + 64)

#define ALLOW(call) FILTER_RULE(call, FILTER_ALLOW)
#define REFUSE(call) FILTER_RULE(call, FILTER_EACCES)
#define ONLY(call, arg, value) FILTER_RULE_EQ(call, FILTER_ALLOW, arg, value)
static const struct filter_rule rules[] = {
	ALLOW("read"),
	ALLOW("write"),
	ALLOW("epoll_wait"),
	ALLOW("epoll_pwait"),
	ALLOW("epoll_ctl"),
	ALLOW("accept4"),
	ONLY("socket", 0, AF_UNIX),
	ALLOW("connect"),
	ALLOW("sendto"),
	ALLOW("recvfrom"),
	ONLY("setsockopt", 1, IPPROTO_TCP),
	ONLY("ioctl", 1, SIOCOUTQ),
	ALLOW("close"),
	ALLOW("fstat"),
	ONLY("fcntl", 1, F_GETFL),
	ONLY("fcntl", 1, F_SETFL),
	ONLY("fcntl", 1, F_GETFD),
	ONLY("fcntl", 1, F_SETFD),
	FILTER_RULE_MASKED("mmap", FILTER_ALLOW, 2, PROT_EXEC, 0),
	FILTER_RULE_MASKED("mprotect", FILTER_ALLOW, 2, PROT_EXEC, 0),
	ALLOW("munmap"),
	ALLOW("mremap"),
	ALLOW("madvise"),
	ALLOW("brk"),
	ALLOW("futex"),
	ALLOW("clock_gettime"),
	ALLOW("gettimeofday"),
	ALLOW("rt_sigaction"),
	ALLOW("rt_sigprocmask"),
	ALLOW("rt_sigreturn"),
	ALLOW("restart_syscall"),
	ALLOW("getrandom"),
	ALLOW("getpid"),
	ALLOW("gettid"),
	ALLOW("exit"),
	ALLOW("exit_group"),
	REFUSE("open"),
	REFUSE("openat"),
	REFUSE("newfstatat"),
	REFUSE("stat"),
	REFUSE("access"),
	REFUSE("readlink"),
};

static struct {
	const char *config, *data_dir, *run_dir;
	struct conf conf;
	struct pass pass;
	int fd; /* listening */
	char bound[ADDR_TEXT_SIZE];
	struct loop *loop;
	struct loop_io *listener, *daemon;
	struct loop_timer *pause;
	struct fars *fars;
} self;

/* --- events --- */

static void
on_connection(void *arg, int what)
{
	struct sockaddr_storage ss;
	socklen_t len;
	int fd;

	(void)arg;
	(void)what;
	for (int i = 0; i < ACCEPT_TURN; i++) {
		len = sizeof(ss);
		fd = accept4(self.fd, (struct sockaddr *)&ss, &len,
		    SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0) {
			fars_accept(self.fars, fd, &ss);
			continue;
		}
		if (errno != EAGAIN && errno != EINTR &&
		    errno != ECONNABORTED) {
			log_err("cannot accept: %m; trying again soon");
			loop_io_want(self.listener, 0);
			loop_timer_start(self.pause, ACCEPT_PAUSE_MS);
		}
		return;
	}
}

static void
on_pause_over(void *arg)
{
	(void)arg;
	loop_io_want(self.listener, LOOP_READ);
}

static void
on_daemon(void *arg, int what)
{
	char byte;

	(void)arg;
	(void)what;
	if (read(DAEMON_FD, &byte, 1) <= 0)
		loop_stop(self.loop, 0);
}

static void
on_signal(void *arg, int signo)
{
	(void)arg;
	(void)signo;
	loop_stop(self.loop, 0);
}

/* --- main --- */

static const int signals[] = { SIGTERM, SIGINT, 0 };

static void
block_signals(void)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	for (const int *s = signals; *s != 0; s++)
		sigaddset(&set, *s);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static void
parse_options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "f:D:R:")) != -1) {
		if (c == 'f')
			self.config = optarg;
		else if (c == 'D')
			self.data_dir = optarg;
		else if (c == 'R')
			self.run_dir = optarg;
		else
			break;
	}
	if (c == -1 && optind == argc && self.config != NULL &&
	    self.data_dir != NULL && self.run_dir != NULL)
		return;
	fprintf(
	    stderr, "usage: codesync-relay -f CONFIG -D DATADIR -R RUNDIR\n");
	exit(EXIT_FATAL);
}

static void
read_config(void)
{
	char err[512];

	if (conf_read(&self.conf, self.config, err, sizeof(err)) < 0) {
		log_err("%s", err);
		exit(EXIT_FATAL);
	}
	if (self.conf.runner_listen == NULL) {
		log_err("the configuration does not say where to listen");
		exit(EXIT_FATAL);
	}
}

/* Open what the rights that we are about to give up may be needed for. */
static void
open_places(void)
{
	int r = pass_open(&self.pass, self.data_dir);

	if (r < 0)
		exit(r == CS_EFORMAT ? EXIT_FATAL : EXIT_LATER);
	self.fd = listen_open(self.conf.runner_listen, self.bound);
	if (self.fd < 0) {
		log_err("cannot listen on %s: %s", self.conf.runner_listen,
		    self.fd == CS_EBUSY ? "another program does already"
		    : self.fd == CS_EINVAL
			? "this machine has no such address; ADDR:PORT is "
			  "needed"
			: cs_strerror(self.fd));
		exit(self.fd == CS_EINVAL ? EXIT_FATAL : EXIT_LATER);
	}
	if (chdir(self.run_dir) != 0) {
		log_err("%s: %m", self.run_dir);
		exit(EXIT_LATER);
	}
}

/* The root is a directory in which there is nothing. Where it was before, only
 * the hub's two sockets let us in. */
static int
give_up_rights(void)
{
	const char *root = "empty";
	int r;

#ifdef CODESYNC_NO_SECCOMP /* the leak checker wants /proc */
	root = NULL;
#endif
	if ((r = privs_limit(MEMORY_MB, DESCRIPTORS, false, true)) < 0 ||
	    (r = privs_drop("relay", root, true)) < 0)
		return r;
	return filter_install(
	    FILTER_KILL, rules, sizeof(rules) / sizeof(rules[0]));
}

static int
open_loop(void)
{
	int r;

	if ((r = loop_new(&self.loop)) < 0 ||
	    (r = loop_signals(self.loop, signals, on_signal, NULL)) < 0 ||
	    (r = loop_timer_new(self.loop, on_pause_over, NULL, &self.pause)) <
		0 ||
	    (r = loop_io_new(self.loop, self.fd, LOOP_READ, on_connection, NULL,
		 &self.listener)) < 0 ||
	    (r = loop_io_new(self.loop, DAEMON_FD, LOOP_READ, on_daemon, NULL,
		 &self.daemon)) < 0)
		return r;
	return fars_new(&self.fars, self.loop, &self.pass);
}

static void
close_all(void)
{
	fars_free(self.fars);
	loop_io_free(self.listener);
	loop_io_free(self.daemon);
	loop_timer_free(self.pause);
	loop_free(self.loop);
	close(self.fd);
	pass_close(&self.pass);
	conf_release(&self.conf);
}

int
main(int argc, char **argv)
{
	int status;

	block_signals();
	log_open("codesync-relay");
	parse_options(argc, argv);
	read_config();
	open_places();
	if (open_loop() < 0 || give_up_rights() < 0) {
		log_err("cannot start: %m");
		return EXIT_LATER;
	}
	log_info("ready for runners on %s", self.bound);
	status = loop_run(self.loop);
	close_all();
	return status;
}
