/*
 * boxes.c - sandboxes as the spawner has them: made, let go, killed, buried.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/loop.h"
#include "proto/sys/spawn.h"
#include "runner/boxes.h"
#include "runner/meter.h"
#include "runner/policy.h"
#include "runner/root.h"
#include "runner/stub.h"

#define STUBS_AHEAD 12

struct box boxes[BOXES_MAX];

static struct {
	int proc;
	void *filter;
	size_t filter_len;
	struct group groups[BOXES_MAX]; /* these outlive the boxes in them */
	struct stub stubs[BOXES_MAX];
} self;

static unsigned
slot_of(const struct box *b)
{
	return (unsigned)(b - boxes);
}

struct group *
box_group(const struct box *b)
{
	return &self.groups[slot_of(b)];
}

bool
box_cpu_ms(const struct box *b, uint64_t *ms)
{
	return group_cpu_ms(box_group(b), ms) || meter_read_ms(b->meter, ms);
}

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

void
box_taken(struct box *b)
{
	close_ends(b->theirs);
	close_end(&b->bundle);
}

void
box_given(struct box *b)
{
	close_ends(b->ends);
}

void
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

void
box_reaped(struct box *b)
{
	if (waitpid(b->init, NULL, WNOHANG) != b->init)
		return;
	box_kill(b); /* nobody has told us, or it would be dying already */
	close_end(&b->listener);
	close_end(&b->pidfd);
	close_end(&b->meter);
	box_unname(b);
	group_ended(box_group(b));
	b->state = BOX_FREE;
}

/* --- building --- */

struct box *
box_unused(void)
{
	for (int i = 0; i < BOXES_MAX; i++)
		if (boxes[i].state == BOX_FREE)
			return &boxes[i];
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
	int r = group_open(box_group(b), l);

	p->uid = root_user(slot_of(b));
	p->filter = self.filter;
	p->filter_len = self.filter_len;
	p->group = group_dir(box_group(b));
	p->grouped = strcmp(cgroup_tier(), "rlimits") != 0;
	if (r == 0 && group_needs_stub() && stub->pid == 0)
		r = stub_start(stub, box_group(b), p);
	return r;
}

static int
box_born(struct box *b, const struct box_plan *p)
{
	struct stub *stub = &self.stubs[slot_of(b)];
	int sv[2], error;
	uint64_t ms;

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
	if (!group_cpu_ms(box_group(b), &ms))
		b->meter = meter_open(b->init);
	if (box_begin(p, self.proc, b->init, b->control) == 0)
		return 0;
	error = errno;
	kill(b->init, SIGKILL);
	waitpid(b->init, NULL, 0);
	close_end(&b->control);
	close_end(&b->pidfd);
	close_end(&b->meter);
	errno = error;
	return CS_EIO;
}

static void
box_init(struct box *b, const struct run_limits *l)
{
	memset(b, 0, sizeof(*b));
	b->pidfd = b->control = b->listener = b->bundle = b->meter = -1;
	for (int i = 0; i < 3; i++)
		b->ends[i] = b->theirs[i] = -1;
	b->limits = *l;
	b->born_ms = loop_now_ms();
	b->result.exit_code = -1;
}

int
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

void
boxes_ahead(const struct run_limits *l)
{
	struct box_plan plan;

	for (int i = 0; i < STUBS_AHEAD && group_needs_stub(); i++)
		if (boxes[i].state == BOX_FREE &&
		    slot_open(&boxes[i], l, &plan) < 0)
			break;
}

int
box_go(struct box *b, int bundle)
{
	struct box_msg go = { .type = BOX_GO };

	b->state = BOX_RUNS;
	b->busy = true;
	b->sample_ms = loop_now_ms();
	box_cpu_ms(b, &b->unpaid_cpu_ms);
	return fd_send(b->control, &go, sizeof(go), bundle);
}

int
boxes_open(int proc)
{
	self.proc = proc;
	return policy_compile(
	    root_users() == 0, &self.filter, &self.filter_len);
}

void
boxes_close(void)
{
	for (int i = 0; i < BOXES_MAX; i++)
		box_kill(&boxes[i]);
	for (int i = 0; i < BOXES_MAX; i++)
		if (boxes[i].state == BOX_DYING)
			waitpid(boxes[i].init, NULL, 0);
	for (int i = 0; i < BOXES_MAX; i++) {
		stub_stop(&self.stubs[i]);
		group_close(&self.groups[i]);
	}
}
