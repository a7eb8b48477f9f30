/*
 * hub.c - codesync-hub: rooms, the store, and everybody's link to them. This
 * file is its start, its end, its turn (see hub.h) and what codesyncd asks.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hostd/act.h"
#include "hostd/audit.h"
#include "hostd/control.h"
#include "hostd/enter.h"
#include "hostd/get.h"
#include "hostd/jobs.h"
#include "hostd/monitor.h"
#include "hostd/passwd.h"
#include "hostd/proof.h"
#include "hostd/purge.h"
#include "hostd/report.h"
#include "hostd/request.h"
#include "hostd/seat.h"
#include "hostd/syncer.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/privs.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"

#define MONITOR_FD 3
#define SYNC_MS 1000
#define WAKE_MS 4 /* of opening rooms, after the start, at a time */
#define WAKE_PAUSE_MS 1
#define TIDY_MS 10000 /* from one time to the next that memory is given back */
#define FAREWELL_MS 100 /* for the last lines to reach the editors */
#define EXIT_AGAIN 100  /* it will fail again */
#define EXIT_LATER 111

static struct main {
	struct hub hub;
	struct loop_io *monitor;
	struct loop_timer *tick, *sync, *wake, *farewell;
	struct syncer *syncer; /* NULL: each commit is durable by itself */
	uint64_t synced;       /* commits then */
	uint64_t tidy_ms, tidy_edits;
	bool leaving;
} self;

/* --- what codesyncd says --- */

static void
on_host(const struct mon_msg *m)
{
	struct hub *h = &self.hub;

	memcpy(h->host, m->u.host.host, sizeof(h->host));
	memcpy(h->fingerprint, m->u.host.fingerprint, sizeof(h->fingerprint));
	memcpy(h->known_hosts, m->u.host.known_hosts, sizeof(h->known_hosts));
	h->port = m->u.host.port;
}

static void
on_gone(const struct mon_msg *m)
{
	seat_gone(&self.hub, m->u.gone.ticket);
	enter_gone(&self.hub, m->u.gone.pass);
}

/* The names are the configuration's. */
static void
on_refused(const struct mon_msg *m)
{
	static const char *const names[MON_REFUSALS] = { "max_seats",
		"max_startups", "per_source", "penalties" };
	struct who w = { .kind = WHO_NOBODY };
	char which[128] = "", result[32];
	uint64_t all = 0;

	for (int i = 0; i < MON_REFUSALS; i++) {
		if (m->u.refused.counts[i] == 0)
			continue;
		snprintf(which + strlen(which), sizeof(which) - strlen(which),
		    "%s%s %u", which[0] != '\0' ? ", " : "", names[i],
		    m->u.refused.counts[i]);
		all += m->u.refused.counts[i];
	}
	snprintf(w.source, sizeof(w.source), "%s", m->u.refused.source);
	snprintf(
	    result, sizeof(result), "%llu refused", (unsigned long long)all);
	audit_add(&self.hub, &w, "connect", which, result);
}

static void leave(void);

static void
on_monitor(void *arg, int what)
{
	struct mon_msg m;
	int n;

	(void)arg;
	(void)what;
	while ((n = mon_recv(MONITOR_FD, &m, NULL)) == 1) {
		if (m.type == MON_HUB_AUTH)
			enter_auth(&self.hub, &m);
		else if (m.type == MON_HUB_HOST)
			on_host(&m);
		else if (m.type == MON_HUB_GONE)
			on_gone(&m);
		else if (m.type == MON_HUB_REFUSED)
			on_refused(&m);
		else if (m.type == MON_HUB_SIGNED)
			proof_signed(&self.hub, &m);
		explicit_bzero(&m, sizeof(m));
	}
	if (n == CS_EAGAIN)
		return;
	loop_io_want(self.monitor, 0);
	if (n != 0)
		log_err("codesyncd sent something else than a message");
	leave();
}

/* --- the turn --- */

static void
turn_failed(struct hub *h, int err)
{
	log_err("a turn is taken back: %s", cs_strerror(err));
	store_rollback(h->store);
	seats_failed(h, err);
	jobs_failed(h);
	control_failed(h, err);
	enter_sent(h, false);
	rooms_failed(h);
	h->batch_err = 0;
}

static void
turn(void *arg)
{
	struct hub *h = arg;
	int r;

	rooms_stage(h);
	jobs_stage(h);
	r = h->batch_err != 0 ? h->batch_err : store_commit(h->store);
	if (r < 0) {
		turn_failed(h, r);
		return;
	}
	rooms_committed(h);
	seats_flush(h);
	control_sent(h);
	jobs_sent(h);
	enter_sent(h, true);
	rooms_sent(h);
	rooms_snapshot(h);
	rooms_seal(h);
	purges_work(h);
	proofs_work(h);
	if (store_commits(h->store) != self.synced &&
	    !loop_timer_running(self.sync))
		loop_timer_start(self.sync, SYNC_MS);
}

/* What rooms have freed lies between what they still use, and would stay with
 * us. */
static void
tidy(struct hub *h, uint64_t now_ms)
{
	if (now_ms < self.tidy_ms)
		return;
	if (self.tidy_edits == h->edits)
		store_rest(h->store); /* nobody types */
	self.tidy_edits = h->edits;
	self.tidy_ms = now_ms + TIDY_MS;
	malloc_trim(0);
}

static void
on_tick(void *arg)
{
	struct hub *h = arg;
	uint64_t now = loop_now_ms();

	seats_tick(h, now);
	jobs_tick(h, now);
	rooms_tick(h, now);
	act_end_empty(h);
	audit_tick(h, now);
	purges_tick(h, now);
	proofs_tick(h, now);
	tidy(h, now);
	loop_timer_start(self.tick, HUB_TICK_MS);
}

static void
on_sync(void *arg)
{
	struct hub *h = arg;

	self.synced = store_commits(h->store);
	if (self.syncer != NULL)
		syncer_want(self.syncer);
}

/* The rooms of before are opened behind everything that is asked of us. */
static void
on_wake(void *arg)
{
	if (rooms_wake(arg, loop_now_ms() + WAKE_MS))
		loop_timer_start(self.wake, WAKE_PAUSE_MS);
}

/* Neither may a report or the past hold up who types. */
static void
on_reporting(void *arg)
{
	uint64_t until_ms = loop_now_ms() + WAKE_MS;
	struct hub *h = arg;
	bool more = gets_work(h, until_ms);

	if (reports_work(h, until_ms) || more)
		loop_timer_start(h->reporting, WAKE_PAUSE_MS);
}

static void
on_again(void *arg)
{
	(void)arg; /* the turn that follows is what it is for */
}

static void
on_farewell(void *arg)
{
	loop_stop(((struct hub *)arg)->loop, 0);
}

static void
leave(void)
{
	if (self.leaving)
		return;
	self.leaving = true;
	seats_notice(&self.hub, NULL, NOTICE_INFO,
	    "Server restarting - stay, or run the same ssh command again");
	loop_timer_start(self.farewell, FAREWELL_MS);
}

static void
on_signal(void *arg, int signo)
{
	(void)arg;
	(void)signo;
	leave();
}

/* --- start --- */

#ifdef CODESYNC_NO_SECCOMP
const char *__asan_default_options(void);

/* The leak checker wants /proc, which root's hub does not see. */
__attribute__((weak)) const char *
__asan_default_options(void)
{
	return geteuid() == 0 ? "detect_leaks=0" : "";
}
#endif

struct places {
	const char *conf, *data, *run;
	char *store; /* DATADIR/store */
};

static int
usage(void)
{
	fprintf(stderr, "usage: codesync-hub -f CONFIG -D DATADIR -R RUNDIR\n");
	return EXIT_AGAIN;
}

static int
options(int argc, char **argv, struct places *p)
{
	int c;

	memset(p, 0, sizeof(*p));
	while ((c = getopt(argc, argv, "f:D:R:")) != -1) {
		if (c == 'f')
			p->conf = optarg;
		else if (c == 'D')
			p->data = optarg;
		else if (c == 'R')
			p->run = optarg;
		else
			return CS_EINVAL;
	}
	return optind == argc && p->data != NULL && p->run != NULL ? 0
								   : CS_EINVAL;
}

static int
block_signals(void)
{
	sigset_t all;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);  /* codesyncd says when to go */
	signal(SIGXFSZ, SIG_IGN); /* the store's error says it, too */
	sigemptyset(&all);
	sigaddset(&all, SIGTERM);
	sigaddset(&all, SIGINT);
	return sigprocmask(SIG_BLOCK, &all, NULL);
}

/* PATH as a directory of the hub's user. */
static int
place(const char *path, mode_t mode)
{
	uid_t uid;
	gid_t gid;

	privs_ids("hub", &uid, &gid);
	if (mkdir(path, mode) != 0 && errno != EEXIST) {
		log_err("%s cannot be made: %m", path);
		return CS_EIO;
	}
	if ((geteuid() == 0 && chown(path, uid, gid) != 0) ||
	    chmod(path, mode) != 0) {
		log_err("%s cannot be given to the hub: %m", path);
		return CS_EIO;
	}
	return 0;
}

/* Alone in DIR until we end, however that is. When codesyncd was killed and
 * started again at once, the hub before us may still be at work: it would
 * write into the same store, and remove our sockets when it goes. */
static int
be_alone(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 0; /* kept open */
	if (fd >= 0 && errno == EWOULDBLOCK)
		log_warn("another hub is still at work in %s", dir);
	else
		log_err("%s cannot be locked: %m", dir);
	if (fd >= 0)
		close(fd);
	return CS_EBUSY;
}

/* What a hub that was killed has left; be_alone() says that there is no other
 * one. */
static void
sweep_sockets(void)
{
	DIR *dir = opendir("s");
	struct dirent *e;
	char path[300];

	while (dir != NULL && (e = readdir(dir)) != NULL) {
		snprintf(path, sizeof(path), "s/%s", e->d_name);
		if (e->d_name[0] != '.')
			unlink(path);
	}
	if (dir != NULL)
		closedir(dir);
	unlink("control.sock");
	unlink("jobs.sock");
	unlink("output.sock");
}

/* Make the places, go there, and give up what is not needed any more. */
static int
settle(struct places *p)
{
	char *data;

	if (mkdir(p->data, 0711) != 0 && errno != EEXIST) {
		log_err("%s cannot be made: %m", p->data);
		return CS_EIO;
	}
	if ((data = realpath(p->data, NULL)) == NULL) {
		log_err("%s: %m", p->data);
		return CS_EIO;
	}
	p->store = xasprintf("%s/store", data);
	free(data);
	if (place(p->store, 0700) < 0 || place(p->run, 0711) < 0 ||
	    chdir(p->run) != 0 || place("s", 0711) < 0)
		return CS_EIO;
	if (be_alone(p->store) < 0 || be_alone(".") < 0)
		return CS_EBUSY;
	return privs_drop("hub", p->store, true);
}

static int
open_store(struct hub *h, const struct places *p)
{
	bool full = strcmp(h->conf.durability, "full") == 0;
	char *path, *log;
	int r;

	path = xasprintf("%s/codesync.db", h->daemon_uid == 0 ? "" : p->store);
	log = xasprintf("%s-wal", path);
	r = store_open(&h->store, path, full);
	if (r == 0 && !full && (r = store_sync(h->store)) == 0)
		r = syncer_open(&self.syncer, log);
	free(path);
	free(log);
	return r;
}

static int
open_loop(struct hub *h)
{
	static const int signals[] = { SIGTERM, SIGINT, 0 };
	int r;

	if ((r = loop_new(&h->loop)) < 0 ||
	    (r = loop_signals(h->loop, signals, on_signal, h)) < 0 ||
	    (r = loop_timer_new(h->loop, on_tick, h, &self.tick)) < 0 ||
	    (r = loop_timer_new(h->loop, on_sync, h, &self.sync)) < 0 ||
	    (r = loop_timer_new(h->loop, on_wake, h, &self.wake)) < 0 ||
	    (r = loop_timer_new(h->loop, on_again, h, &h->again)) < 0 ||
	    (r = loop_timer_new(h->loop, on_reporting, h, &h->reporting)) < 0 ||
	    (r = loop_timer_new(h->loop, on_farewell, h, &self.farewell)) < 0)
		return r;
	loop_before_sleep(h->loop, turn, h);
	fd_nonblock(MONITOR_FD);
	return loop_io_new(
	    h->loop, MONITOR_FD, LOOP_READ, on_monitor, h, &self.monitor);
}

static int
open_all(struct hub *h)
{
	struct mon_msg ready = { .type = MON_HUB_READY };
	int r;

	sweep_sockets();
	proofs_open(h, MONITOR_FD);
	if ((r = enter_open(h, MONITOR_FD)) < 0 || (r = open_loop(h)) < 0 ||
	    (r = store_rooms_unborn(h->store)) < 0 || (r = seats_open(h)) < 0 ||
	    (r = jobs_open(h)) < 0 || (r = rooms_find_busy(h)) < 0 ||
	    (r = passwd_open(&h->passwd, h->loop)) < 0 ||
	    (r = control_open(h)) < 0)
		return r;
	loop_timer_start(self.tick, HUB_TICK_MS);
	loop_timer_start(self.wake, WAKE_PAUSE_MS);
	return fd_send(MONITOR_FD, &ready, sizeof(ready), -1);
}

static void
close_all(struct hub *h)
{
	control_close(h);
	passwd_close(h->passwd);
	enter_close(h);
	users_close(h);
	creates_close(h);
	proofs_close(h);
	reports_close(h);
	gets_close(h);
	jobs_close(h);
	seats_close(h);
	if (h->store != NULL) {
		audit_close(h);
		rooms_close(h);
		store_sync(h->store);
	}
	syncer_close(self.syncer);
	loop_io_free(self.monitor);
	loop_timer_free(self.tick);
	loop_timer_free(self.sync);
	loop_timer_free(self.wake);
	loop_timer_free(self.farewell);
	loop_timer_free(h->again);
	loop_timer_free(h->reporting);
	if (h->loop != NULL)
		loop_free(h->loop);
	store_close(h->store);
	conf_release(&h->conf);
}

int
main(int argc, char **argv)
{
	struct hub *h = &self.hub;
	struct places places;
	gid_t gid;
	char err[512];
	int r;

	log_open("codesync-hub");
	if (block_signals() != 0 || options(argc, argv, &places) < 0)
		return usage();
	if (conf_read(&h->conf, places.conf, err, sizeof(err)) < 0) {
		log_err("%s", err);
		return EXIT_AGAIN;
	}
	umask(077);
	h->daemon_uid = getuid();
	privs_ids("edit", &h->edit_uid, &gid);
	privs_ids("runner", &h->runner_uid, &gid);
	privs_ids("relay", &h->relay_uid, &gid);
	snprintf(h->host, sizeof(h->host), "localhost");
	h->started_ms = loop_now_ms();
	h->purging.open = true; /* of the hub before us */
	if ((r = settle(&places)) == 0 && (r = open_store(h, &places)) == 0 &&
	    (r = open_all(h)) == 0)
		r = loop_run(h->loop);
	else
		log_err("the hub cannot start: %s", cs_strerror(r));
	close_all(h);
	free(places.store);
	return r == 0 ? 0 : r == CS_EVERSION ? EXIT_AGAIN : EXIT_LATER;
}
