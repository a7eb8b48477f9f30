/*
 * spawner.c - builds sandboxes, keeps some ready, and judges runs.
 *
 * Theory of operation. The spawner gives up its rights and goes to live in the
 * minimal root (root.c); every sandbox is a child of it with namespaces of its
 * own (box.c). It holds no secrets and has no way to the network. It hears what
 * to run, hands the program's ends of three pipes back, so that not a byte of
 * output passes through it, and then watches: it keeps time, samples what the
 * run uses, and hears from init how the program ended, and from the filter what
 * it was stopped for. The first reason to end a run is the one reported. To end
 * a run is to kill its init, with which everything inside dies.
 *
 * A sandbox is used once. Those that are kept ready hold a program that has
 * started and waits for its file, nothing else: no code, no names. One that dies
 * while it waits is replaced; who was given it at that moment gets, with the same
 * pipes, one that is built then.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/loop.h"
#include "proto/sys/privs.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"
#include "runner/advice.h"
#include "runner/box.h"
#include "runner/cell.h"
#include "runner/cgroup.h"
#include "runner/policy.h"
#include "runner/root.h"
#include "runner/spawner.h"
#include "runner/stub.h"
#include "runner/usage.h"

#define RUNS_MAX 16
#define POOL_MAX 16 /* of all languages together */
#define POOLS_MAX 8
#define BOXES_MAX (RUNS_MAX + 2 * POOL_MAX)
#define SAMPLE_MS 20
#define TELL_MS 10000    /* who does not listen for so long is gone */
#define WARMING_MS 10000 /* for one to be ready */
#define QUIET_MS 3       /* after a run began: it goes first */
#define REFILL_MS 20     /* the same where all processors are busy */
#define PAUSE_MS 1000    /* after one that could not be had, or soon died */
#define STUBS_AHEAD 12
#define STALE_MS (600 * 1000) /* one that nobody used is built anew */
#define WARM_FAILS_MAX 3      /* in a row, then there is no pool */

enum box_state { BOX_FREE, BOX_WARMING, BOX_WAITS, BOX_RUNS, BOX_DYING };

struct box {
	enum box_state state;
	uint64_t id;
	pid_t init;
	int pidfd, control, listener;
	int ends[3];       /* of the pipes, until they are given away */
	int theirs[3];     /* warm: the program's, until it has its files */
	unsigned names;    /* of the last two, see box.h; 0: none */
	int bundle;        /* and those */
	uint64_t input;    /* the inode of the first */
	struct pool *pool; /* NULL: it was built for one run */
	bool grouped;
	struct run_limits limits;
	uint32_t idle_s;
	bool busy, reading;
	uint64_t born_ms, start_ms, sample_ms, wait_ms, waited_ms;
	uint64_t unpaid_cpu_ms; /* what it had used when it was let go */
	uint64_t sockets_kb;    /* what its sockets may hold */
	struct run_result result;
};

struct pool {
	struct cell_msg m; /* CELL_POOL */
	char *argv[CELL_ARGC_MAX + 1];
	unsigned fails;
};

static struct spawner {
	int sock, proc, signals;
	void *filter;
	size_t filter_len;
	struct box boxes[BOXES_MAX];
	struct group groups[BOXES_MAX]; /* these outlive the boxes in them */
	struct stub stubs[BOXES_MAX];
	struct pool pools[POOLS_MAX];
	uint64_t moved_ms; /* when a run began or ended */
	uint64_t fill_ms;  /* when the next one may be built for a pool */
	int cpus;
	char broken[CELL_WHY_SIZE]; /* why no sandbox can be had, or "" */
} self;

static unsigned
slot_of(const struct box *b)
{
	return (unsigned)(b - self.boxes);
}

static struct group *
group_of(const struct box *b)
{
	return &self.groups[slot_of(b)];
}

/* --- telling --- */

static void __attribute__((noreturn)) leave(void);

/* The other end reads what it is sent; one that does not is gone. */
static void
tell(const struct cell_msg *m, const int *fds, int nfds)
{
	struct pollfd p = { self.sock, POLLOUT, 0 };

	while (cell_send(self.sock, m, fds, nfds) == CS_EAGAIN)
		if (poll(&p, 1, TELL_MS) <= 0)
			leave();
}

static void
tell_ended(uint64_t id, const struct run_result *r, const char *why)
{
	struct cell_msg m;

	cell_msg_init(&m, CELL_ENDED, id);
	m.result = *r;
	snprintf(m.why, sizeof(m.why), "%s", why);
	tell(&m, NULL, 0);
}

static void
tell_waiting(const struct box *b, bool waiting)
{
	struct cell_msg m;

	cell_msg_init(&m, CELL_WAITING, b->id);
	m.waiting = waiting;
	tell(&m, NULL, 0);
}

/* --- ending --- */

static void
close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void
close_ends(int fds[3])
{
	for (int i = 0; i < 3; i++)
		close_end(&fds[i]);
}

/* It has its files: from now on only the program holds its ends. */
static void
box_taken(struct box *b)
{
	close_ends(b->theirs);
	close_end(&b->bundle);
}

/* Kill what is inside; box_reaped does the rest. The filter's listener stays
 * open until then: if it were closed, a call that was stopped would return. */
static void
box_kill(struct box *b)
{
	if (b->state == BOX_FREE || b->state == BOX_DYING)
		return;
	b->state = BOX_DYING;
	kill(b->init, SIGKILL);
	close_end(&b->control);
	close_ends(b->ends);
	box_taken(b);
}

static void
box_unname(struct box *b)
{
	char path[BOX_PATH_SIZE];

	for (int i = 1; i < 3 && b->names != 0; i++)
		unlink(box_name(path, b->names, i));
	b->names = 0;
}

static void
box_reaped(struct box *b)
{
	if (waitpid(b->init, NULL, WNOHANG) != b->init)
		return;
	box_kill(b); /* nobody has told us, or it would be dying already */
	close_end(&b->listener);
	close_end(&b->pidfd);
	box_unname(b);
	group_ended(group_of(b));
	b->state = BOX_FREE;
}

static void
take_max(uint32_t *dst, uint64_t v)
{
	if (v > *dst)
		*dst = v > UINT32_MAX ? UINT32_MAX : (uint32_t)v;
}

static void
take_cpu(struct box *b, uint64_t ms)
{
	if (ms > b->unpaid_cpu_ms)
		take_max(&b->result.cpu_ms, ms - b->unpaid_cpu_ms);
}

/* What its group has counted. False: its processor time is not known so, because
 * children that nobody waits for are in no other count. */
static bool
count_group(struct box *b)
{
	uint64_t ms;

	if (!b->grouped)
		return false;
	take_max(&b->result.memory_kb, group_peak_kb(group_of(b)));
	if (!group_cpu_ms(group_of(b), &ms))
		return false;
	take_cpu(b, ms);
	return true;
}

/* What it uses now. True: it waits for input. */
static bool
box_sample(struct box *b)
{
	uint32_t cpu_ms = b->result.cpu_ms;
	bool known = count_group(b);
	struct usage u;

	if (known && b->result.cpu_ms > cpu_ms)
		return false; /* who works does not wait */
	usage_sample(self.proc, b->init,
	    b->grouped ? 0 : b->limits.memory_mb * 1024ULL, b->input, &u);
	take_max(&b->result.memory_kb, u.memory_kb);
	b->sockets_kb = u.sockets_kb;
	if (!known)
		take_cpu(b, u.cpu_ms);
	return u.reading && b->result.cpu_ms == cpu_ms;
}

/* Has the run used more than it may? The group never lets it, but says so. */
static bool
is_out_of_memory(const struct box *b)
{
	uint64_t max_kb = b->limits.memory_mb * 1024ULL;

	return b->grouped
		   ? group_is_out(group_of(b))
		   : b->result.memory_kb > max_kb || b->sockets_kb > max_kb;
}

static void
box_end(struct box *b, enum verdict verdict, const char *limit, const char *why)
{
	struct run_result *r = &b->result;

	if (b->state != BOX_RUNS)
		return;
	r->verdict = (uint8_t)verdict;
	snprintf(r->limit, sizeof(r->limit), "%s", limit);
	/* what the sampler was too slow to see */
	if ((verdict == VERDICT_FAILED || verdict == VERDICT_INTERNAL) &&
	    is_out_of_memory(b)) /* or the kernel chose init */
		r->verdict = VERDICT_MEMORY;
	if (r->verdict != VERDICT_FAILED)
		r->signal[0] = '\0';
	r->wall_ms = (uint32_t)(loop_now_ms() - b->start_ms);
	r->warm = b->pool != NULL;
	snprintf(r->tier, sizeof(r->tier), "%s",
	    b->grouped ? cgroup_tier() : "rlimits");
	box_kill(b);
	self.moved_ms = loop_now_ms();
	tell_ended(b->id, r, why);
}

/* The program ended by itself, perhaps of a limit that the kernel keeps. */
static void
box_exited(struct box *b, const struct box_msg *m)
{
	int sig = WIFSIGNALED(m->status) ? WTERMSIG(m->status) : 0;
	struct run_result *r = &b->result;

	if (!count_group(b))
		take_cpu(b, m->cpu_ms);
	if (!b->grouped)
		take_max(&r->memory_kb, m->memory_kb);
	/* it may also send that signal itself */
	if (sig == SIGXCPU && r->cpu_ms >= b->limits.cpu_s * 1000ULL) {
		box_end(b, VERDICT_TIME, "cpu", "");
	} else if (sig == SIGSYS) { /* another machine's call, for example */
		snprintf(r->syscall, sizeof(r->syscall), "unknown");
		box_end(b, VERDICT_BLOCKED, "", "");
	} else if (sig != 0) {
		snprintf(r->signal, sizeof(r->signal), "SIG%s",
		    sigabbrev_np(sig) != NULL ? sigabbrev_np(sig) : "RT");
		r->exit_code = -sig;
		box_end(b, VERDICT_FAILED, "", "");
	} else {
		r->exit_code = WEXITSTATUS(m->status);
		box_end(
		    b, r->exit_code == 0 ? VERDICT_OK : VERDICT_FAILED, "", "");
	}
}

/* --- building --- */

static struct box *
box_free(void)
{
	for (int i = 0; i < BOXES_MAX; i++)
		if (self.boxes[i].state == BOX_FREE)
			return &self.boxes[i];
	return NULL;
}

/* One that has a name, so that the program can open it. */
static int
open_fifo(const char *path, int fd[2])
{
	if (mkfifo(path, 0600) != 0 || chmod(path, 0666) != 0)
		return -1;
	fd[0] = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	fd[1] = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	return fd[0] < 0 || fd[1] < 0 || fcntl(fd[0], F_SETFL, 0) != 0 ||
		       fcntl(fd[1], F_SETFL, 0) != 0
		   ? -1
		   : 0;
}

/* Three pipes; only output has names: to open the other end of an input that has
 * ended would wait for ever. */
static int
open_pipes(struct box *b)
{
	static unsigned names;
	char path[BOX_PATH_SIZE];
	struct stat st;
	int fd[2], r;

	b->names = ++names;
	for (int i = 0; i < 3; i++) {
		fd[0] = fd[1] = -1;
		r = i == 0 ? pipe2(fd, O_CLOEXEC)
			   : open_fifo(box_name(path, names, i), fd);
		b->ends[i] = i == 0 ? fd[1] : fd[0];
		b->theirs[i] = i == 0 ? fd[0] : fd[1];
		if (r != 0)
			return CS_EIO;
	}
	if (fstat(b->theirs[0], &st) != 0)
		return CS_EIO;
	b->input = st.st_ino;
	return 0;
}

/* Its group, and where that needs one its stub. */
static int
slot_open(const struct box *b, const struct run_limits *l, struct box_plan *p)
{
	struct stub *stub = &self.stubs[slot_of(b)];
	int r = group_open(group_of(b), l);

	p->uid = root_user(slot_of(b));
	p->filter = self.filter;
	p->filter_len = self.filter_len;
	p->group = group_dir(group_of(b));
	p->grouped = strcmp(cgroup_tier(), "rlimits") != 0;
	if (r == 0 && group_needs_stub() && stub->pid == 0)
		r = stub_start(stub, group_of(b), p);
	return r;
}

static int
box_born(struct box *b, const struct box_plan *p)
{
	struct stub *stub = &self.stubs[slot_of(b)];
	int sv[2], error;

	if (socket_pair(sv) < 0)
		return CS_EIO;
	if (group_needs_stub() && stub->pid <= 0)
		b->init = -1; /* never outside its group */
	else
		b->init = stub->pid > 0 ? stub_clone(stub, p, sv[1], &b->pidfd)
					: box_clone(p, sv[1], false, &b->pidfd);
	error = errno;
	close(sv[1]);
	b->control = sv[0];
	if (b->init < 0) {
		stub_stop(stub); /* the next one gets another */
		close_end(&b->control);
		errno = error;
		return CS_EIO;
	}
	if (box_begin(p, self.proc, b->init, b->control) == 0)
		return 0;
	error = errno;
	kill(b->init, SIGKILL);
	waitpid(b->init, NULL, 0);
	close_end(&b->control);
	close_end(&b->pidfd);
	errno = error;
	return CS_EIO;
}

static void
box_init(struct box *b, const struct run_limits *l)
{
	memset(b, 0, sizeof(*b));
	b->pidfd = b->control = b->listener = b->bundle = -1;
	for (int i = 0; i < 3; i++)
		b->ends[i] = b->theirs[i] = -1;
	b->limits = *l;
	b->born_ms = loop_now_ms();
	b->result.exit_code = -1;
}

/* Build one for ARGV, warm if it is to wait for FILE, with the pipes of OLD or,
 * if that is NULL, with new ones. CS_EIO with errno. */
static int
box_build(struct box *b, const struct run_limits *l, char *const *argv,
    const char *file, struct box *old)
{
	struct box_plan p = { .limits = l, .argv = argv, .file = file };
	int r = slot_open(b, l, &p), error;

	box_init(b, l);
	b->grouped = p.grouped;
	if (r == 0 && old == NULL)
		r = open_pipes(b);
	p.names = old != NULL ? old->names : b->names;
	memcpy(p.std, old != NULL ? old->theirs : b->theirs, sizeof(p.std));
	if (r == 0 && (r = box_born(b, &p)) < 0 && group_needs_stub() &&
	    slot_open(b, l, &p) == 0) /* its stub had been killed */
		r = box_born(b, &p);
	if (r == 0) {
		b->state = BOX_WARMING;
		return 0;
	}
	error = errno;
	close_ends(b->ends);
	close_ends(b->theirs);
	box_unname(b);
	errno = error;
	return r;
}

/* --- the pool --- */

static bool
same_limits(const struct run_limits *a, const struct run_limits *b)
{
	return a->cpu_s <= b->cpu_s && a->memory_mb == b->memory_mb &&
	       a->processes == b->processes && a->files_mb == b->files_mb;
}

static bool
same_command(const struct cell_msg *a, const struct cell_msg *b)
{
	return a->argc == b->argc &&
	       memcmp(a->args, b->args, sizeof(a->args)) == 0;
}

/* A sandbox that waits for what M wants to run, or NULL. */
static struct box *
pool_take(const struct cell_msg *m)
{
	struct box *b;

	for (int i = 0; i < BOXES_MAX && m->warm; i++) {
		b = &self.boxes[i];
		if (b->state == BOX_WAITS && same_command(m, &b->pool->m) &&
		    same_limits(&m->limits, &b->limits))
			return b;
	}
	return NULL;
}

static void
pool_failed(struct pool *p, const char *why)
{
	if (++p->fails == WARM_FAILS_MAX)
		log_warn(
		    "no sandboxes are kept ready for %s: %s", p->argv[0], why);
	self.fill_ms = loop_now_ms() + PAUSE_MS;
}

/* One that waits, or would, has ended: another takes its place. If it has not
 * lived long, whatever ended it may be there still. */
static void
pool_lost(struct box *b, const char *why)
{
	uint64_t now = loop_now_ms();

	if (b->state == BOX_WARMING)
		pool_failed(b->pool, why);
	else if (now - b->born_ms < PAUSE_MS)
		self.fill_ms = now + PAUSE_MS;
	box_kill(b);
}

/* How many of P are there, and away with those that are late or stale. */
static unsigned
pool_count(const struct pool *p, uint64_t now)
{
	unsigned n = 0;
	struct box *b;

	for (int i = 0; i < BOXES_MAX; i++) {
		b = &self.boxes[i];
		if (b->pool != p)
			continue;
		if (b->state == BOX_WARMING && now - b->born_ms > WARMING_MS)
			pool_lost(b, "it was not ready in time");
		if (b->state == BOX_WAITS && now - b->born_ms > STALE_MS)
			box_kill(b);
		n += b->state == BOX_WARMING || b->state == BOX_WAITS;
	}
	return n;
}

/* May one be built? On a processor that nobody needs, else one at a time and
 * when no run has just begun: runs go first, also to their ends. */
static bool
has_time(uint64_t now)
{
	int warming = 0, busy = 0;
	const struct box *b;

	for (int i = 0; i < BOXES_MAX; i++) {
		b = &self.boxes[i];
		warming += b->state == BOX_WARMING;
		busy +=
		    b->state == BOX_DYING || (b->state == BOX_RUNS && b->busy);
	}
	if (warming + busy < self.cpus)
		return now >= self.moved_ms + QUIET_MS;
	return warming == 0 && now >= self.moved_ms + REFILL_MS;
}

/* Build one more if one is missing. */
static void
pool_fill(uint64_t now)
{
	struct box *b;

	for (struct pool *p = self.pools; p < self.pools + POOLS_MAX; p++) {
		if (p->m.count == 0 || p->fails >= WARM_FAILS_MAX ||
		    pool_count(p, now) >= p->m.count || now < self.fill_ms ||
		    !has_time(now) || (b = box_free()) == NULL)
			continue;
		if (box_build(b, &p->m.limits, p->argv, p->m.file, NULL) < 0) {
			pool_failed(p, strerror(errno));
			continue;
		}
		b->pool = p;
		return;
	}
}

/* Stubs in a row take hardly more time than one, and no run later. */
static void
make_stubs(const struct run_limits *l)
{
	struct box_plan plan;

	for (int i = 0; i < STUBS_AHEAD && group_needs_stub(); i++)
		if (self.boxes[i].state == BOX_FREE &&
		    slot_open(&self.boxes[i], l, &plan) < 0)
			break;
}

/* Where the pool for M's command is, or a new one may be; NULL: nowhere. */
static struct pool *
pool_find(const struct cell_msg *m)
{
	struct pool *p, *new = NULL;

	for (p = self.pools + POOLS_MAX - 1; p >= self.pools; p--) {
		if (p->m.count == 0)
			new = p;
		else if (same_command(m, &p->m))
			return p;
	}
	return new;
}

static void
pool_set(const struct cell_msg *m)
{
	struct pool *p = pool_find(m);
	uint32_t room = POOL_MAX;

	if (p == NULL)
		return;
	*p = (struct pool){ .m = *m };
	p->m.file[sizeof(p->m.file) - 1] = '\0';
	if (p->m.file[0] == '\0' || cell_argv(&p->m, p->argv) < 0)
		p->m.count = 0;
	for (int i = 0; i < POOLS_MAX; i++)
		if (&self.pools[i] != p)
			room -= self.pools[i].m.count;
	if (p->m.count > room)
		p->m.count = room;
	make_stubs(&p->m.limits);
}

/* --- running --- */

static void
refuse(uint64_t id, enum verdict verdict, const char *why)
{
	struct run_result r = { .verdict = (uint8_t)verdict, .exit_code = -1 };

	snprintf(r.tier, sizeof(r.tier), "%s", cgroup_tier());
	tell_ended(id, &r, why);
}

/* Let B go with the files in BUNDLE, which is what its run has waited for. */
static int
box_go(struct box *b, int bundle)
{
	struct box_msg go = { .type = BOX_GO };

	b->state = BOX_RUNS;
	b->busy = true;
	b->sample_ms = self.moved_ms = loop_now_ms();
	group_cpu_ms(group_of(b), &b->unpaid_cpu_ms);
	return fd_send(b->control, &go, sizeof(go), bundle);
}

/* OLD has died and not begun: its run goes on in a new one, with the pipes that
 * have been given away. */
static int
run_again(struct box *old)
{
	struct box *b = box_free();

	if (b == NULL ||
	    box_build(b, &old->limits, old->pool->argv, NULL, old) < 0)
		return CS_EIO;
	b->id = old->id;
	b->idle_s = old->idle_s;
	b->input = old->input;
	b->names = old->names;
	old->names = 0;
	b->start_ms = old->start_ms;
	if (box_go(b, old->bundle) < 0)
		box_end(b, VERDICT_INTERNAL, "", "the sandbox has ended");
	box_kill(old);
	return 0;
}

/* It could not be built, or has died. */
static void
box_broken(struct box *b, const char *why)
{
	if (b->state != BOX_RUNS)
		pool_lost(b, why);
	else if (b->bundle < 0 || run_again(b) < 0)
		box_end(b, VERDICT_INTERNAL, "", why);
}

static void
run_in(struct box *b, const struct cell_msg *m, int bundle)
{
	struct cell_msg started;
	int r;

	b->id = m->id;
	b->limits = m->limits;
	b->idle_s = m->idle_s;
	b->start_ms = loop_now_ms();
	r = box_go(b, bundle);
	cell_msg_init(&started, CELL_STARTED, b->id);
	started.warm = b->pool != NULL;
	tell(&started, b->ends, 3);
	close_ends(b->ends);
	if (b->pool != NULL)
		b->bundle = fcntl(bundle, F_DUPFD_CLOEXEC, 0);
	if (r < 0)
		box_broken(b, "the sandbox has ended");
}

static void
run(struct cell_msg *m, int bundle)
{
	char *argv[CELL_ARGC_MAX + 1];
	struct box *b;

	if (self.broken[0] != '\0') {
		refuse(m->id, VERDICT_INTERNAL, self.broken);
	} else if (bundle < 0 || cell_argv(m, argv) < 0) {
		refuse(m->id, VERDICT_INTERNAL, "the run was not understood");
	} else if ((b = pool_take(m)) != NULL) {
		run_in(b, m, bundle);
	} else if ((b = box_free()) == NULL) {
		refuse(m->id, VERDICT_INTERNAL, "too many programs run");
	} else {
		if (box_build(b, &m->limits, argv, NULL, NULL) < 0) {
			snprintf(m->why, sizeof(m->why),
			    "cannot make namespaces: %s (user namespaces are "
			    "needed)",
			    strerror(errno));
			refuse(m->id, VERDICT_INTERNAL, m->why);
			return;
		}
		close_ends(b->theirs);
		run_in(b, m, bundle);
	}
}

static void
end_by_order(const struct cell_msg *m)
{
	struct box *b;

	for (int i = 0; i < BOXES_MAX; i++) {
		b = &self.boxes[i];
		if (b->state != BOX_RUNS || b->id != m->id)
			continue;
		if (!count_group(b))
			box_sample(b);
		box_end(b, (enum verdict)m->verdict, "", "");
	}
}

/* Nobody wants anything any more. What is inside would die with us, but then
 * somebody else had to bury it. */
static void __attribute__((noreturn)) leave(void)
{
	for (int i = 0; i < BOXES_MAX; i++)
		box_kill(&self.boxes[i]);
	for (int i = 0; i < BOXES_MAX; i++)
		if (self.boxes[i].state == BOX_DYING)
			waitpid(self.boxes[i].init, NULL, 0);
	for (int i = 0; i < BOXES_MAX; i++) {
		stub_stop(&self.stubs[i]);
		group_close(&self.groups[i]);
	}
	exit(0);
}

/* --- what is heard --- */

static void
on_order(void)
{
	static struct cell_msg m;
	int fds[CELL_FDS], r = cell_recv(self.sock, &m, fds);

	if (r == CS_EAGAIN)
		return;
	if (r != 1)
		leave();
	if (m.type == CELL_RUN)
		run(&m, fds[0]);
	else if (m.type == CELL_KILL)
		end_by_order(&m);
	else if (m.type == CELL_POOL)
		pool_set(&m);
	for (int i = 0; i < CELL_FDS; i++)
		close_end(&fds[i]);
}

static void
on_box(struct box *b)
{
	struct box_msg m;
	int fd, n = fd_recv(b->control, &m, sizeof(m), &fd);

	if (n == CS_EAGAIN)
		return;
	if (n != (int)sizeof(m)) {
		box_broken(b, "the sandbox ended unexpectedly");
		return;
	}
	if (m.type == BOX_START && b->listener < 0) {
		b->listener = fd;
		fd = -1;
	} else if (m.type == BOX_READY && b->state == BOX_WARMING) {
		b->state = BOX_WAITS;
		b->unpaid_cpu_ms = m.cpu_ms;
		b->pool->fails = 0;
	} else if (m.type == BOX_TAKEN) {
		box_taken(b);
	} else if (m.type == BOX_EXIT && b->state == BOX_RUNS) {
		box_exited(b, &m);
	} else if (m.type == BOX_EXIT) {
		box_broken(b, "the program ended while it was made ready");
	} else if (m.type == BOX_FAILED) {
		m.text[sizeof(m.text) - 1] = '\0';
		box_broken(b, m.text);
	}
	if (fd >= 0)
		close(fd);
}

static void
on_blocked(struct box *b, int what)
{
	char name[sizeof(b->result.syscall)];

	if (b->state == BOX_DYING)
		return;
	if ((what & POLLIN) == 0) { /* nobody is left to tell about */
		close_end(&b->listener);
	} else if (policy_blocked(b->listener, name, sizeof(name)) == 0) {
		memcpy(b->result.syscall, name, sizeof(name));
		box_end(b, VERDICT_BLOCKED, "", "");
	}
}

/* --- time --- */

static void
count_waiting(struct box *b, bool reading, uint64_t ms)
{
	if (reading && b->reading) {
		b->wait_ms += ms;
	} else {
		b->waited_ms += b->wait_ms;
		b->wait_ms = 0;
	}
	if (reading != b->reading)
		tell_waiting(b, reading);
	b->reading = reading;
}

static void
check_limits(struct box *b, uint64_t now)
{
	const struct run_limits *l = &b->limits;
	uint64_t run_ms, waited_ms, cpu_ms = b->result.cpu_ms;

	if (b->state != BOX_RUNS || now < b->sample_ms + SAMPLE_MS)
		return;
	count_waiting(b, box_sample(b), now - b->sample_ms);
	b->busy =
	    2 * (b->result.cpu_ms - cpu_ms) >= (uint32_t)(now - b->sample_ms);
	b->sample_ms = now;
	waited_ms = b->waited_ms + b->wait_ms;
	run_ms = now - b->start_ms - waited_ms;
	if (is_out_of_memory(b))
		box_end(b, VERDICT_MEMORY, "", "");
	else if (b->result.cpu_ms >= l->cpu_s * 1000ULL)
		box_end(b, VERDICT_TIME, "cpu", "");
	else if (run_ms >= l->wall_s * 1000ULL)
		box_end(b, VERDICT_TIME, "wall", "");
	else if (waited_ms >= b->idle_s * 1000ULL)
		box_end(b, VERDICT_TIME, "idle", "");
}

/* --- the loop --- */

enum { P_SOCK, P_BOXES };
enum { P_CONTROL, P_LISTENER, P_END, P_PER_BOX };

/* How long nothing has to be done if nothing happens: until the next sample, or
 * until a pool that may not be full may be filled. */
static int
patience(uint64_t now)
{
	const uint64_t after[] = { self.moved_ms + QUIET_MS,
		self.moved_ms + REFILL_MS, self.fill_ms };
	int ms = 60000;

	for (int i = 0; i < BOXES_MAX; i++)
		if (self.boxes[i].state == BOX_RUNS)
			ms = SAMPLE_MS;
	for (int i = 0; i < 3 && ms > 0; i++)
		if (after[i] > now && after[i] - now < (uint64_t)ms)
			ms = (int)(after[i] - now);
	return ms;
}

static void
turn(void)
{
	struct pollfd p[P_BOXES + BOXES_MAX * P_PER_BOX];
	uint64_t now = loop_now_ms();
	struct pollfd *q;
	struct box *b;

	pool_fill(now); /* at the time that patience() goes by */
	p[P_SOCK] = (struct pollfd){ self.sock, POLLIN, 0 };
	for (int i = 0; i < BOXES_MAX; i++) {
		b = &self.boxes[i];
		q = &p[P_BOXES + i * P_PER_BOX];
		for (int k = 0; k < P_PER_BOX; k++)
			q[k] = (struct pollfd){ -1, POLLIN, 0 };
		if (b->state == BOX_FREE)
			continue;
		q[P_CONTROL].fd = b->control;
		q[P_LISTENER].fd = b->state == BOX_DYING ? -1 : b->listener;
		q[P_END].fd = b->pidfd;
	}
	if (poll(p, P_BOXES + BOXES_MAX * P_PER_BOX, patience(now)) < 0)
		return;
	if (p[P_SOCK].revents != 0) /* first: it may be somebody's stop */
		on_order();
	for (int i = 0; i < BOXES_MAX; i++) {
		b = &self.boxes[i];
		q = &p[P_BOXES + i * P_PER_BOX];
		if (q[P_LISTENER].revents != 0)
			on_blocked(b, q[P_LISTENER].revents);
		if (q[P_CONTROL].revents != 0 && b->control >= 0)
			on_box(b);
		if (q[P_END].revents != 0 && b->control < 0)
			box_reaped(b);
		check_limits(b, loop_now_ms());
	}
}

/* --- start --- */

/* As root: be the runner's user. The kernel counts no processes of root's. */
static int
give_up_rights(void)
{
	if (geteuid() == 0 && privs_drop("runner", NULL, true) < 0)
		return CS_EIO;
	/* else our own uid_map would be root's file */
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0 ? 0 : CS_EIO;
}

/* What cannot be had is told to each run: nothing runs unprotected. */
static void
prepare(void)
{
	int mapper = root_mapper();
	uid_t uid;
	gid_t gid;

	privs_ids("runner", &uid, &gid);
	cgroup_open(uid, gid);
	self.proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (self.proc < 0 || give_up_rights() < 0 ||
	    policy_compile(&self.filter, &self.filter_len) < 0) {
		snprintf(self.broken, sizeof(self.broken),
		    "the sandbox cannot be prepared: %s", strerror(errno));
		return;
	}
	if (root_enter(mapper, self.broken, sizeof(self.broken)) < 0)
		advice_userns(
		    self.proc, self.broken, sizeof(self.broken), NULL);
}

static void
tell_ready(void)
{
	struct cell_msg m;

	cell_msg_init(&m, CELL_READY, 0);
	snprintf(m.result.tier, sizeof(m.result.tier), "%s", cgroup_tier());
	snprintf(m.why, sizeof(m.why), "%s", self.broken);
	m.count = root_users();
	tell(&m, NULL, 0);
}

int
spawner_main(int sock)
{
	signal(SIGPIPE, SIG_IGN);
	self.sock = sock;
	self.cpus = (int)sysconf(_SC_NPROCESSORS_ONLN);
	prepare();
	tell_ready();
	for (;;)
		turn();
}
