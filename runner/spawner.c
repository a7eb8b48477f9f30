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
 * started and waits for its file, nothing else: no code, no names.
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
#include "runner/limit.h"
#include "runner/policy.h"
#include "runner/root.h"
#include "runner/spawner.h"
#include "runner/stub.h"

#define RUNS_MAX 16
#define POOL_MAX 16
#define BOXES_MAX (RUNS_MAX + 2 * POOL_MAX)
#define SAMPLE_MS 20
#define TELL_MS 10000    /* who does not listen for so long is gone */
#define WARMING_MS 10000 /* for one to be ready */
#define REFILL_MS 20     /* after a run began: it goes first */
#define STUBS_AHEAD 12
#define STALE_MS (600 * 1000) /* one that nobody used is built anew */
#define WARM_FAILS_MAX 3      /* in a row, then there is no pool */

enum box_state { BOX_FREE, BOX_WARMING, BOX_WAITS, BOX_RUNS, BOX_DYING };

struct box {
	enum box_state state;
	uint64_t id;
	pid_t init;
	int pidfd, control, listener;
	int ends[3];    /* of the pipes, until they are given away */
	uint64_t input; /* the inode of the first */
	bool grouped;
	struct run_limits limits;
	uint32_t idle_s;
	bool warm, started, reading;
	uint64_t born_ms, start_ms, sample_ms, wait_ms, waited_ms;
	uint64_t warm_cpu_ms; /* what it had used when it was let go */
	struct run_result result;
};

struct pool {
	struct cell_msg m; /* CELL_POOL */
	char *argv[CELL_ARGC_MAX + 1];
	uint64_t next_ms; /* when the next one may be built */
	unsigned fails;
};

static struct spawner {
	int sock, proc, signals;
	void *filter;
	size_t filter_len;
	struct box boxes[BOXES_MAX];
	struct group groups[BOXES_MAX]; /* these outlive the boxes in them */
	struct stub stubs[BOXES_MAX];
	struct pool pool;
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
	for (int i = 0; i < 3; i++)
		close_end(&b->ends[i]);
}

static void
box_reaped(struct box *b)
{
	if (waitpid(b->init, NULL, WNOHANG) != b->init)
		return;
	box_kill(b); /* nobody has told us, or it would be dying already */
	close_end(&b->listener);
	close_end(&b->pidfd);
	b->state = BOX_FREE;
}

static void
take_max(uint32_t *dst, uint64_t v)
{
	if (v > *dst)
		*dst = v > UINT32_MAX ? UINT32_MAX : (uint32_t)v;
}

/* What it uses now. */
static void
box_sample(struct box *b, struct usage *u)
{
	usage_sample(self.proc, b->init,
	    b->grouped ? 0 : b->limits.memory_mb * 1024ULL, b->input, u);
	u->cpu_ms -= u->cpu_ms < b->warm_cpu_ms ? u->cpu_ms : b->warm_cpu_ms;
	take_max(&b->result.cpu_ms, u->cpu_ms);
	if (b->grouped)
		u->memory_kb = group_peak_kb(group_of(b));
	take_max(&b->result.memory_kb, u->memory_kb);
}

/* Has the run used more than it may? The group never lets it, but says so. */
static bool
is_out_of_memory(const struct box *b)
{
	return b->grouped ? group_is_out(group_of(b))
			  : b->result.memory_kb > b->limits.memory_mb * 1024ULL;
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
	r->warm = b->warm;
	snprintf(r->tier, sizeof(r->tier), "%s",
	    b->grouped ? cgroup_tier() : "rlimits");
	box_kill(b);
	tell_ended(b->id, r, why);
}

/* The program ended by itself, perhaps of a limit that the kernel keeps. */
static void
box_exited(struct box *b, const struct box_msg *m)
{
	int sig = WIFSIGNALED(m->status) ? WTERMSIG(m->status) : 0;
	struct run_result *r = &b->result;

	take_max(&r->memory_kb,
	    b->grouped ? group_peak_kb(group_of(b)) : m->memory_kb);
	if (m->cpu_ms > b->warm_cpu_ms)
		take_max(&r->cpu_ms, m->cpu_ms - b->warm_cpu_ms);
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

/* It could not be built, or has died while it waited. */
static void
box_broken(struct box *b, const char *why)
{
	if (b->state == BOX_RUNS) {
		box_end(b, VERDICT_INTERNAL, "", why);
		return;
	}
	if (b->state == BOX_WARMING && ++self.pool.fails == WARM_FAILS_MAX)
		log_warn("no sandboxes are kept ready: %s", why);
	self.pool.next_ms = loop_now_ms() + REFILL_MS;
	box_kill(b);
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

/* Three pipes: the program's ends into THEIRS. */
static int
open_pipes(struct box *b, int theirs[3])
{
	struct stat st;
	int fd[2];

	for (int i = 0; i < 3; i++) {
		if (pipe2(fd, O_CLOEXEC) != 0)
			return CS_EIO;
		b->ends[i] = i == 0 ? fd[1] : fd[0];
		theirs[i] = i == 0 ? fd[0] : fd[1];
	}
	if (fstat(theirs[0], &st) != 0)
		return CS_EIO;
	b->input = st.st_ino;
	return 0;
}

/* Its group, and where that needs one its stub. */
static int
slot_open(struct box *b, const struct run_limits *l, struct box_plan *p)
{
	struct stub *stub = &self.stubs[slot_of(b)];
	int r = group_open(group_of(b), slot_of(b), l);

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

/* Build one for ARGV, warm if it is to wait for FILE. CS_EIO with errno. */
static int
box_build(struct box *b, const struct run_limits *l, char *const *argv,
    const char *file)
{
	struct box_plan p = {
		.limits = l, .argv = argv, .file = file, .std = { -1, -1, -1 }
	};
	int r, error;

	memset(b, 0, sizeof(*b));
	b->pidfd = b->control = b->listener = -1;
	b->ends[0] = b->ends[1] = b->ends[2] = -1;
	b->limits = *l;
	b->warm = file != NULL;
	b->born_ms = loop_now_ms();
	b->result.exit_code = -1;
	if ((r = slot_open(b, l, &p)) == 0 && (r = open_pipes(b, p.std)) == 0 &&
	    (r = box_born(b, &p)) < 0 && group_needs_stub() &&
	    slot_open(b, l, &p) == 0) /* its stub had been killed */
		r = box_born(b, &p);
	b->grouped = p.grouped;
	error = errno;
	for (int i = 0; i < 3; i++)
		close_end(&p.std[i]);
	if (r == 0) {
		b->state = BOX_WARMING;
		return 0;
	}
	for (int i = 0; i < 3; i++)
		close_end(&b->ends[i]);
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

/* A sandbox that waits for what M wants to run, or NULL. */
static struct box *
pool_take(const struct cell_msg *m)
{
	const struct cell_msg *p = &self.pool.m;

	if (!m->warm || p->argc != m->argc ||
	    !same_limits(&m->limits, &p->limits) ||
	    memcmp(p->args, m->args, sizeof(p->args)) != 0)
		return NULL;
	for (int i = 0; i < BOXES_MAX; i++)
		if (self.boxes[i].state == BOX_WAITS)
			return &self.boxes[i];
	return NULL;
}

/* Build one more if one is missing; one at a time, so that runs go first. */
static void
pool_fill(uint64_t now)
{
	struct pool *p = &self.pool;
	unsigned n = 0;
	struct box *b;

	if (p->m.count == 0 || now < p->next_ms || p->fails >= WARM_FAILS_MAX)
		return;
	for (int i = 0; i < BOXES_MAX; i++) {
		b = &self.boxes[i];
		if (b->state == BOX_WARMING && b->warm) {
			if (now - b->born_ms < WARMING_MS)
				return;
			box_broken(b, "it was not ready in time");
		}
		if (b->state == BOX_WAITS && now - b->born_ms > STALE_MS)
			box_kill(b);
		n += b->state == BOX_WAITS;
	}
	if (n >= p->m.count || (b = box_free()) == NULL)
		return;
	if (box_build(b, &p->m.limits, p->argv, p->m.file) < 0) {
		p->fails++;
		p->next_ms = now + 1000;
	}
}

static void
pool_set(struct cell_msg *m)
{
	struct pool *p = &self.pool;

	p->m = *m;
	if (p->m.count > POOL_MAX)
		p->m.count = POOL_MAX;
	p->m.file[sizeof(p->m.file) - 1] = '\0';
	if (p->m.file[0] == '\0' || cell_argv(&p->m, p->argv) < 0)
		p->m.count = 0;
	/* Stubs in a row take hardly more time than one, and no run later. */
	for (int i = 0; i < STUBS_AHEAD && group_needs_stub(); i++) {
		struct box_plan plan;

		if (self.boxes[i].state == BOX_FREE &&
		    slot_open(&self.boxes[i], &p->m.limits, &plan) < 0)
			break;
	}
}

/* --- running --- */

static void
refuse(uint64_t id, enum verdict verdict, const char *why)
{
	struct run_result r = { .verdict = (uint8_t)verdict, .exit_code = -1 };

	snprintf(r.tier, sizeof(r.tier), "%s", cgroup_tier());
	tell_ended(id, &r, why);
}

/* Let it go with BUNDLE. */
static void
box_go(struct box *b, const struct cell_msg *m, int bundle)
{
	struct box_msg go = { .type = BOX_GO };
	struct cell_msg started;

	b->state = BOX_RUNS;
	b->id = m->id;
	b->limits = m->limits;
	b->idle_s = m->idle_s;
	b->start_ms = b->sample_ms = loop_now_ms();
	if (fd_send(b->control, &go, sizeof(go), bundle) < 0) {
		box_end(b, VERDICT_INTERNAL, "", "the sandbox has ended");
		return;
	}
	cell_msg_init(&started, CELL_STARTED, b->id);
	started.warm = b->warm;
	tell(&started, b->ends, 3);
	for (int i = 0; i < 3; i++)
		close_end(&b->ends[i]);
	self.pool.next_ms = loop_now_ms() + REFILL_MS;
}

static void
run(struct cell_msg *m, int bundle)
{
	char *argv[CELL_ARGC_MAX + 1];
	struct box *b;

	if (self.broken[0] != '\0') {
		refuse(m->id, VERDICT_INTERNAL, self.broken);
		return;
	}
	if (bundle < 0 || cell_argv(m, argv) < 0) {
		refuse(m->id, VERDICT_INTERNAL, "the run was not understood");
		return;
	}
	if ((b = pool_take(m)) == NULL) {
		if ((b = box_free()) == NULL) {
			refuse(
			    m->id, VERDICT_INTERNAL, "too many programs run");
			return;
		}
		if (box_build(b, &m->limits, argv, NULL) < 0) {
			snprintf(m->why, sizeof(m->why),
			    "cannot make namespaces: %s (user namespaces are "
			    "needed)",
			    strerror(errno));
			refuse(m->id, VERDICT_INTERNAL, m->why);
			return;
		}
	}
	box_go(b, m, bundle);
}

static void
end_by_order(const struct cell_msg *m)
{
	for (int i = 0; i < BOXES_MAX; i++)
		if (self.boxes[i].state == BOX_RUNS &&
		    self.boxes[i].id == m->id) {
			struct usage u;

			box_sample(&self.boxes[i], &u);
			box_end(
			    &self.boxes[i], (enum verdict)m->verdict, "", "");
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
		b->started = true;
	} else if (m.type == BOX_READY && b->state == BOX_WARMING) {
		b->state = BOX_WAITS;
		b->warm_cpu_ms = m.cpu_ms;
		self.pool.fails = 0;
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
	struct usage u;

	if (b->state != BOX_RUNS || now < b->sample_ms + SAMPLE_MS)
		return;
	box_sample(b, &u);
	/* who works meanwhile does not wait */
	count_waiting(
	    b, u.reading && b->result.cpu_ms == cpu_ms, now - b->sample_ms);
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

/* How long nothing has to be done if nothing happens. */
static int
patience(uint64_t now)
{
	int ms = self.pool.m.count > 0 ? 60000 : -1;
	const struct pool *p = &self.pool;

	for (int i = 0; i < BOXES_MAX; i++)
		if (self.boxes[i].state == BOX_RUNS)
			return SAMPLE_MS;
	if (p->m.count > 0 && p->fails < WARM_FAILS_MAX && p->next_ms > now)
		ms = (int)(p->next_ms - now);
	return ms;
}

static void
turn(void)
{
	struct pollfd p[P_BOXES + BOXES_MAX * P_PER_BOX];
	uint64_t now = loop_now_ms();
	struct pollfd *q;
	struct box *b;

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
	pool_fill(loop_now_ms());
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
	tell(&m, NULL, 0);
}

int
spawner_main(int sock)
{
	signal(SIGPIPE, SIG_IGN);
	self.sock = sock;
	prepare();
	tell_ready();
	for (;;)
		turn();
}
