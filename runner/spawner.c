/*
 * spawner.c - has sandboxes built and some kept ready, and judges runs.
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
#include <sys/wait.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/loop.h"
#include "proto/sys/privs.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"
#include "runner/advice.h"
#include "runner/boxes.h"
#include "runner/cell.h"
#include "runner/policy.h"
#include "runner/pool.h"
#include "runner/root.h"
#include "runner/spawner.h"
#include "runner/usage.h"

#define SAMPLE_MS 20
#define TELL_MS 10000 /* who does not listen for so long is gone */

static struct spawner {
	int sock, proc;
	char broken[CELL_WHY_SIZE]; /* why no sandbox can be had, or "" */
} self;

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

/* What the kernel has counted of it as a whole. False: not its time. */
static bool
count_whole(struct box *b)
{
	uint64_t ms;

	if (b->grouped)
		take_max(&b->result.memory_kb, group_peak_kb(box_group(b)));
	if (!box_cpu_ms(b, &ms))
		return false;
	take_cpu(b, ms);
	return true;
}

/* What it uses now. True: it waits for input. */
static bool
box_sample(struct box *b)
{
	uint32_t cpu_ms = b->result.cpu_ms;
	bool known = count_whole(b);
	struct usage u;

	if (known && b->grouped && b->result.cpu_ms > cpu_ms)
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
		   ? group_is_out(box_group(b))
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
	pool_moved(loop_now_ms());
	tell_ended(b->id, r, why);
}

/* The program ended by itself, perhaps of a limit that the kernel keeps. */
static void
box_exited(struct box *b, const struct box_msg *m)
{
	int sig = WIFSIGNALED(m->status) ? WTERMSIG(m->status) : 0;
	struct run_result *r = &b->result;

	if (!count_whole(b))
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

/* --- running --- */

static void
refuse(uint64_t id, enum verdict verdict, const char *why)
{
	struct run_result r = { .verdict = (uint8_t)verdict, .exit_code = -1 };

	snprintf(r.tier, sizeof(r.tier), "%s", cgroup_tier());
	tell_ended(id, &r, why);
}

/* OLD has died and not begun: its run goes on in a new one, with the pipes that
 * have been given away. */
static int
run_again(struct box *old)
{
	struct box *b = box_unused();

	if (b == NULL ||
	    box_build(b, &old->limits, pool_argv(old->pool), NULL, old) < 0)
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
	pool_moved(b->start_ms);
	cell_msg_init(&started, CELL_STARTED, b->id);
	started.warm = b->pool != NULL;
	tell(&started, b->ends, 3);
	box_given(b);
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
	} else if ((b = box_unused()) == NULL) {
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
		box_taken(b);
		run_in(b, m, bundle);
	}
}

static void
end_by_order(const struct cell_msg *m)
{
	struct box *b;

	for (int i = 0; i < BOXES_MAX; i++) {
		b = &boxes[i];
		if (b->state != BOX_RUNS || b->id != m->id)
			continue;
		if (!count_whole(b))
			box_sample(b);
		box_end(b, (enum verdict)m->verdict, "", "");
	}
}

/* Nobody wants anything any more. */
static void __attribute__((noreturn)) leave(void)
{
	boxes_close();
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
		if (fds[i] >= 0)
			close(fds[i]);
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
		pool_ready(b, m.cpu_ms);
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
		close(b->listener);
		b->listener = -1;
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

/* How long nothing has to be done if nothing happens. */
static int
patience(uint64_t now)
{
	int ms = pool_patience(now);

	for (int i = 0; i < BOXES_MAX && ms > SAMPLE_MS; i++)
		if (boxes[i].state == BOX_RUNS)
			ms = SAMPLE_MS;
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
		b = &boxes[i];
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
		b = &boxes[i];
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
	if (self.proc >= 0 && give_up_rights() == 0) {
		if (root_enter(mapper, self.broken, sizeof(self.broken)) < 0) {
			advice_userns(
			    self.proc, self.broken, sizeof(self.broken), NULL);
			return;
		}
		if (boxes_open(self.proc) == 0)
			return;
	}
	snprintf(self.broken, sizeof(self.broken),
	    "the sandbox cannot be prepared: %s", strerror(errno));
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
	pool_open();
	prepare();
	tell_ready();
	for (;;)
		turn();
}
