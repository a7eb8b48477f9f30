/*
 * codesyncd.c - the host daemon. It accepts, starts everything else, passes
 * verdicts and ptys, and reaps; it parses nothing that a client sent.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hostd/conn.h"
#include "hostd/listen.h"
#include "hostd/monitor.h"
#include "hostd/place.h"
#include "hostd/proxy.h"
#include "hostd/service.h"
#include "hostd/signer.h"
#include "proto/err.h"
#include "proto/sys/conf.h"
#include "proto/sys/log.h"
#include "proto/sys/loop.h"
#include "proto/sys/spawn.h"
#include "proto/sys/ticks.h"
#include "proto/sys/util.h"

#define EXIT_FATAL 100 /* will fail again */
#define EXIT_LATER 111 /* may work later */
#define STOP_MS 3000   /* to end by oneself, before SIGKILL */
#define GIVE_UP_MS 2000
#define ACCEPT_PAUSE_MS 200 /* when descriptors have run out */
#define ACCEPT_TURN 32

struct listener {
	int fd;
	struct loop_io *io;
	char bound[ADDR_TEXT_SIZE];
};

static struct host {
	struct conf conf;
	char *config, *data_dir, *run_dir;
	struct places places;
	struct listener listeners[CONF_MAX_LISTEN];
	size_t nlisteners;
	bool listen_default; /* nobody asked for these addresses */
	struct loop *loop;
	struct loop_timer *accept_timer, *stop_timer;
	struct gate *gate;
	struct conns *conns;
	struct proxies *proxies; /* NULL: clients come by themselves */
	struct service *hub, *runner, *relay;
	struct signer *signer;
	bool ready, stopping, killing;
	int code;
} host;

/* --- options --- */

static const char usage[] =
    "usage: codesyncd [-f CONFIG] [-D DATADIR] [-R RUNDIR] "
    "[-l ADDR:PORT]... [-t]";

static void
usage_error(const char *what, const char *arg)
{
	fprintf(stderr, "codesyncd: %s%s; %s\n", what, arg, usage);
	exit(EXIT_FATAL);
}

/* Absolute, because the children change their directory. */
static void
set_path(char **path, const char *value)
{
	char *cwd;

	free(*path);
	if (value[0] == '/') {
		*path = xstrdup(value);
		return;
	}
	cwd = getcwd(NULL, 0);
	*path = xasprintf("%s/%s", cwd != NULL ? cwd : "", value);
	free(cwd);
}

static bool
parse_options(int argc, char **argv, char *listen[], size_t *nlisten)
{
	bool check = false;
	char option[2] = "";
	int c;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		printf("%s\n", usage);
		exit(0);
	}
	opterr = 0;
	while ((c = getopt(argc, argv, ":f:D:R:l:t")) != -1) {
		option[0] = (char)optopt;
		if (c == 'f')
			set_path(&host.config, optarg);
		else if (c == 'D')
			set_path(&host.data_dir, optarg);
		else if (c == 'R')
			set_path(&host.run_dir, optarg);
		else if (c == 'l' && *nlisten < CONF_MAX_LISTEN)
			listen[(*nlisten)++] = optarg;
		else if (c == 't')
			check = true;
		else if (c == 'l')
			usage_error("too many -l", "");
		else if (c == ':')
			usage_error("an argument is missing after -", option);
		else
			usage_error("there is no option -", option);
	}
	if (optind < argc)
		usage_error("not understood: ", argv[optind]);
	return check;
}

/* -l replaces what the configuration says. */
static void
set_listen(char *listen[], size_t n)
{
	static const char *const defaults[] = { "0.0.0.0:2222", "[::]:2222" };
	struct conf *c = &host.conf;

	if (n > 0) {
		for (size_t i = 0; i < c->nlisten; i++)
			free(c->listen[i]);
		for (size_t i = 0; i < n; i++)
			c->listen[i] = xstrdup(listen[i]);
		c->nlisten = n;
	}
	host.listen_default = c->nlisten == 0;
	for (size_t i = 0; c->nlisten == i && i < 2; i++)
		c->listen[c->nlisten++] = xstrdup(defaults[i]);
}

static void
read_config(int argc, char **argv)
{
	char *listen[CONF_MAX_LISTEN], error[512];
	size_t n = 0;
	bool check = parse_options(argc, argv, listen, &n);

	if (host.config == NULL)
		host.config = conf_default_path();
	if (host.data_dir == NULL)
		host.data_dir = conf_default_data_dir();
	if (host.run_dir == NULL)
		host.run_dir = conf_default_run_dir();
	if (conf_read(&host.conf, host.config, error, sizeof(error)) < 0) {
		fprintf(stderr, "codesyncd: %s\n", error);
		exit(EXIT_FATAL);
	}
	if (check) {
		printf("codesyncd: the configuration is valid\n");
		exit(0);
	}
	set_listen(listen, n);
}

/* --- listeners --- */

static void
open_listeners(void)
{
	struct listener *l;
	int fd;

	for (size_t i = 0; i < host.conf.nlisten; i++) {
		l = &host.listeners[host.nlisteners];
		fd = listen_open(host.conf.listen[i], l->bound);
		if (fd == CS_EINVAL && host.listen_default &&
		    host.nlisteners > 0)
			continue; /* a machine without IPv6 */
		if (fd < 0) {
			fprintf(stderr, "codesyncd: cannot listen on %s: %s\n",
			    host.conf.listen[i],
			    fd == CS_EBUSY    ? "another program does already"
			    : fd == CS_EINVAL ? "this machine has no such "
						"address; ADDR:PORT is needed"
					      : cs_strerror(fd));
			exit(fd == CS_EBUSY ? EXIT_LATER : EXIT_FATAL);
		}
		l->fd = fd;
		host.nlisteners++;
	}
}

static void
pause_accepting(bool pause)
{
	for (size_t i = 0; i < host.nlisteners; i++)
		loop_io_want(host.listeners[i].io, pause ? 0 : LOOP_READ);
	if (pause)
		loop_timer_start(host.accept_timer, ACCEPT_PAUSE_MS);
}

static void
on_accept_again(void *arg)
{
	(void)arg;
	if (!host.stopping)
		pause_accepting(false);
}

static void
from_client(int fd, const struct sockaddr_storage *peer)
{
	conns_accept(host.conns, fd, peer);
}

static void
accepted(int fd, const struct sockaddr_storage *peer)
{
	if (host.proxies != NULL)
		proxies_accept(host.proxies, fd, peer);
	else
		from_client(fd, peer);
}

static void
on_connection(void *arg, int what)
{
	struct listener *l = arg;
	struct sockaddr_storage ss;
	socklen_t len;
	int fd;

	(void)what;
	for (int i = 0; i < ACCEPT_TURN; i++) {
		len = sizeof(ss);
		fd = accept4(l->fd, (struct sockaddr *)&ss, &len, SOCK_CLOEXEC);
		if (fd >= 0) {
			accepted(fd, &ss);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
			log_err("cannot accept: %m; trying again soon");
			pause_accepting(true);
		}
		return;
	}
}

static void
start_accepting(void)
{
	struct listener *l;

	for (size_t i = 0; i < host.nlisteners; i++) {
		l = &host.listeners[i];
		if (loop_io_new(host.loop, l->fd, LOOP_READ, on_connection, l,
			&l->io) < 0)
			exit(EXIT_LATER);
		fprintf(stderr, "codesyncd: ready on %s\n", l->bound);
	}
	sd_notify_state("READY=1");
}

/* --- the hub, the runner, the relay --- */

/* Fill in how the host is reached: its name, else its address, else what the
 * machine calls itself. */
static void
describe_host(struct mon_msg *m)
{
	const char *bound = host.listeners[0].bound;
	const char *port = strrchr(bound, ':') + 1;
	char address[ADDR_TEXT_SIZE], *name = m->u.host.host;
	size_t size = sizeof(m->u.host.host);
	uint64_t n = 0;

	parse_num(port, 0, 65535, &n);
	m->u.host.port = (uint32_t)n;
	snprintf(
	    address, sizeof(address), "%.*s", (int)(port - 1 - bound), bound);
	if (host.conf.host != NULL)
		snprintf(name, size, "%s", host.conf.host);
	else if (strcmp(address, "0.0.0.0") == 0 ||
		 strcmp(address, "[::]") == 0)
		gethostname(name, size - 1);
	else if (address[0] == '[')
		snprintf(
		    name, size, "%.*s", (int)strlen(address) - 2, address + 1);
	else
		snprintf(name, size, "%s", address);
	snprintf(m->u.host.fingerprint, sizeof(m->u.host.fingerprint), "%s",
	    host.places.fingerprint);
	if (n == 22)
		snprintf(m->u.host.known_hosts, sizeof(m->u.host.known_hosts),
		    "%s %s", name, host.places.public_key);
	else
		snprintf(m->u.host.known_hosts, sizeof(m->u.host.known_hosts),
		    "[%s]:%s %s", name, port, host.places.public_key);
}

static void
hub_started(void *arg, int sock)
{
	struct mon_msg m;

	(void)arg;
	mon_init(&m, MON_HUB_HOST);
	describe_host(&m);
	mon_send(sock, &m, -1);
}

static void
hub_readable(void *arg, int sock)
{
	struct mon_msg m;
	int r = mon_recv(sock, &m, NULL);

	(void)arg;
	if (r == CS_EAGAIN || r == 0) /* its end is noticed when it is reaped */
		return;
	if (r == 1 && m.type == MON_HUB_VERDICT) {
		conns_verdict(host.conns, &m);
	} else if (r == 1 && m.type == MON_HUB_SIGN) {
		signer_ask(host.signer, &m);
	} else if (r == 1 && m.type == MON_HUB_READY) {
		if (!host.ready)
			start_accepting();
		host.ready = true;
	} else {
		log_err("the hub sent something that is no message");
		service_kill(host.hub);
	}
	explicit_bzero(&m, sizeof(m));
}

static void
on_signed(const struct mon_msg *m)
{
	int sock = service_sock(host.hub);

	if (sock >= 0)
		mon_send(sock, m, -1);
}

static void stop(int code);

static void
hub_ended(void *arg, bool fatal)
{
	(void)arg;
	conns_hub_away(host.conns);
	if (fatal)
		stop(EXIT_FATAL);
}

static int
ask_hub(void *arg, const struct mon_msg *m)
{
	int sock = service_sock(host.hub);

	(void)arg;
	return sock >= 0 ? mon_send(sock, m, -1) : CS_ECLOSED;
}

static void
nothing_to_say(void *arg, int sock)
{
	(void)arg;
	(void)sock;
}

/* They have nothing to say: what is readable is their end. ARG: which one. */
static void
end_readable(void *arg, int sock)
{
	char byte;

	if (read(sock, &byte, 1) > 0)
		service_kill(*(struct service **)arg);
}

static void
runner_ended(void *arg, bool fatal)
{
	(void)arg;
	if (fatal)
		log_err("without a runner programs cannot be run");
}

static void
relay_ended(void *arg, bool fatal)
{
	(void)arg;
	if (fatal)
		log_err("runners on other machines cannot come");
}

static char *
program(const char *name)
{
	char *path = program_path(name);

	if (path != NULL)
		return path;
	fprintf(stderr, "codesyncd: %s is not installed\n", name);
	exit(EXIT_FATAL);
}

static void
start_services(void)
{
	static const struct service_events hub = { hub_started, hub_readable,
		hub_ended, true };
	static const struct service_events runner = { nothing_to_say,
		end_readable, runner_ended, false };
	static const struct service_events relay = { nothing_to_say,
		end_readable, relay_ended, false };
	static char hub_name[] = "codesync-hub", f[] = "-f", d[] = "-D",
		    r[] = "-R", runner_name[] = "codesync-runner",
		    relay_name[] = "codesync-relay";
	static char *hub_argv[8], *runner_argv[6], *relay_argv[8];

	hub_argv[0] = hub_name;
	relay_argv[0] = relay_name;
	hub_argv[1] = relay_argv[1] = runner_argv[1] = f;
	hub_argv[2] = relay_argv[2] = runner_argv[2] = host.config;
	hub_argv[3] = relay_argv[3] = d;
	hub_argv[4] = relay_argv[4] = host.data_dir;
	hub_argv[5] = relay_argv[5] = runner_argv[3] = r;
	hub_argv[6] = relay_argv[6] = runner_argv[4] = host.run_dir;
	runner_argv[0] = runner_name;
	if (service_new(&host.hub, host.loop, "hub", host.places.hub, hub_argv,
		&hub, NULL) < 0 ||
	    service_new(&host.runner, host.loop, "runner", host.places.runner,
		runner_argv, &runner, &host.runner) < 0 ||
	    service_new(&host.relay, host.loop, "relay", host.places.relay,
		relay_argv, &relay, &host.relay) < 0)
		exit(EXIT_LATER);
	service_start(host.hub);
	if (host.conf.runner_embedded)
		service_start(host.runner);
	if (host.conf.runner_listen != NULL)
		service_start(host.relay);
}

/* --- signals and the end --- */

static bool
all_ended(void)
{
	return conns_count(host.conns) == 0 && !service_running(host.hub) &&
	       !service_running(host.runner) && !service_running(host.relay);
}

static void
reap(void)
{
	int status;
	pid_t pid;

	while (spawn_reap(&pid, &status) == 1)
		if (!conns_reaped(host.conns, pid, status) &&
		    !signer_reaped(host.signer, pid) &&
		    !service_reaped(host.hub, pid, status) &&
		    !service_reaped(host.runner, pid, status))
			service_reaped(host.relay, pid, status);
	if (host.stopping && all_ended())
		loop_stop(host.loop, host.code);
}

/* Those who do not end when asked are killed, and after that we go. */
static void
on_stop_time(void *arg)
{
	(void)arg;
	if (host.killing) {
		log_err("some children could not be killed");
		loop_stop(host.loop, host.code);
		return;
	}
	host.killing = true;
	log_warn("killing what has not ended by itself");
	conns_stop(host.conns, true);
	service_kill(host.hub);
	service_kill(host.runner);
	service_kill(host.relay);
	loop_timer_start(host.stop_timer, GIVE_UP_MS);
}

static void
stop(int code)
{
	if (host.stopping)
		return;
	host.stopping = true;
	host.code = code;
	sd_notify_state("STOPPING=1");
	log_info("shutting down");
	for (size_t i = 0; i < host.nlisteners; i++) {
		loop_io_free(host.listeners[i].io);
		host.listeners[i].io = NULL;
		close(host.listeners[i].fd);
	}
	host.nlisteners = 0;
	proxies_free(host.proxies);
	host.proxies = NULL;
	conns_stop(host.conns, false);
	service_stop(host.hub);
	service_stop(host.runner);
	service_stop(host.relay);
	loop_timer_start(host.stop_timer, STOP_MS);
	if (all_ended())
		loop_stop(host.loop, host.code);
}

static void
on_signal(void *arg, int signo)
{
	(void)arg;
	if (signo == SIGCHLD)
		reap();
	else if (signo != SIGHUP) /* a terminal that goes is no reason */
		stop(0);
}

static const int signals[] = { SIGCHLD, SIGTERM, SIGINT, SIGHUP, 0 };

static void
block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (const int *s = signals; *s != 0; s++)
		sigaddset(&set, *s);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* --- main --- */

static void
raise_limits(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) == 0) {
		rl.rlim_cur = rl.rlim_max;
		setrlimit(RLIMIT_NOFILE, &rl);
	}
}

static void
open_places(void)
{
	struct places *p = &host.places;
	int r;

	p->session = program("codesync-session");
	p->editor = program("codesync-edit");
	p->command = program("codesync");
	p->hub = program("codesync-hub");
	p->runner = program("codesync-runner");
	p->relay = program("codesync-relay");
	if ((r = places_open(p, host.data_dir, host.run_dir)) < 0)
		exit(r == CS_EINVAL ? EXIT_FATAL : EXIT_LATER);
}

static void
open_loop(void)
{
	const struct conf *c = &host.conf;
	const struct gate_rules rules = { c->startups_begin, c->startups_rate,
		c->startups_full, c->per_source, c->penalties };
	struct conns_config config = { .grace_s = c->grace_s,
		.max_seats = c->max_seats,
		.session = host.places.session,
		.editor = host.places.editor,
		.command = host.places.command,
		.empty_dir = host.places.empty_dir,
		.run_dir = host.run_dir,
		.registration = c->registration,
		.keys_fd = host.places.keys_fd,
		.seats_fd = host.places.seats_fd,
		.ask_hub = ask_hub };

	if (loop_new(&host.loop) < 0 || gate_new(&host.gate, &rules) < 0 ||
	    loop_signals(host.loop, signals, on_signal, NULL) < 0 ||
	    loop_timer_new(
		host.loop, on_accept_again, NULL, &host.accept_timer) < 0 ||
	    loop_timer_new(host.loop, on_stop_time, NULL, &host.stop_timer) < 0)
		exit(EXIT_LATER);
	config.loop = host.loop;
	config.gate = host.gate;
	if (conns_new(&host.conns, &config) < 0)
		exit(EXIT_LATER);
	signer_new(&host.signer,
	    &(const struct signer_config){ host.loop, host.places.session,
		host.places.empty_dir, host.places.keys_fd, on_signed });
	if (c->proxy)
		proxies_new(&host.proxies, host.loop, c->proxy_from,
		    c->nproxy_from, from_client);
}

static void
close_all(void)
{
	proxies_free(host.proxies);
	conns_free(host.conns);
	service_free(host.hub);
	service_free(host.runner);
	service_free(host.relay);
	signer_free(host.signer);
	gate_free(host.gate);
	loop_timer_free(host.accept_timer);
	loop_timer_free(host.stop_timer);
	loop_free(host.loop);
	places_close(&host.places);
	conf_release(&host.conf);
	free(host.config);
	free(host.data_dir);
	free(host.run_dir);
}

int
main(int argc, char **argv)
{
	int code;

	block_signals();
	log_open("codesyncd");
	read_config(argc, argv);
	raise_limits();
	open_listeners();
	open_places();
	open_loop();
	ticks_allow();
	ticks_open(); /* or keys may wait a moment: the runner says so */
	start_services();
	code = loop_run(host.loop);
	close_all();
	return code;
}
