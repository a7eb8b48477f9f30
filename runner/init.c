/*
 * init.c - what init does for a run: it takes the files in, lets a warm program
 * go, reaps, and says how the program ended. It has no rights any more, and is
 * inside all namespaces, but it has no filter, and the program must not reach it:
 * it hears nothing but the spawner's messages.
 *
 * A warm program is Python with a FIFO as its file: it starts, imports and waits
 * in open(2). That is how init knows that it is ready. To let it go, init puts
 * the real file in the FIFO's place, for tracebacks and whoever reads it again,
 * and then writes it into the FIFO. As long as nothing of that has been read, it
 * has not begun: if it dies before, another sandbox can take the run over.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "proto/sys/spawn.h"
#include "proto/sys/util.h"
#include "runner/bundle.h"
#include "runner/init.h"
#include "runner/program.h"

#define FIFO_SIZE 65536
#define NEW_FILE "new~" /* no room has a file with such a name */

int
init_say(int control, enum box_type type, int fd)
{
	struct box_msg m = { .type = type };

	return fd_send(control, &m, sizeof(m), fd);
}

/* Tell what could not be done, with errno, and end. */
void
init_fail(int control, const char *fmt, ...)
{
	struct box_msg m = { .type = BOX_FAILED };
	const char *why = strerror(errno);
	char what[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	snprintf(m.text, sizeof(m.text), "%s: %s", what, why);
	fd_send(control, &m, sizeof(m), -1);
	_exit(125);
}

/* Wait for a message of TYPE; its descriptor, or -1. Without the spawner there
 * is nothing to do. */
int
init_hear(int control, enum box_type type)
{
	struct pollfd p = { control, POLLIN, 0 };
	struct box_msg m;
	int fd;

	while (poll(&p, 1, -1) < 0 && errno == EINTR)
		continue;
	if (fd_recv(control, &m, sizeof(m), &fd) != (int)sizeof(m) ||
	    m.type != (uint32_t)type)
		_exit(125);
	return fd;
}

/* --- files --- */

/* Copy LEN bytes. */
static int
copy(int from, int to, uint64_t len)
{
	static char piece[65536];
	size_t want;
	ssize_t n;

	for (; len > 0; len -= (uint64_t)n) {
		want = len < sizeof(piece) ? (size_t)len : sizeof(piece);
		n = read(from, piece, want);
		if (n < 0 && errno == EINTR) {
			n = 0;
			continue;
		}
		if (n <= 0 || write_all(to, piece, (size_t)n) < 0)
			return -1;
	}
	return 0;
}

static void
take_file(int control, int bundle, const struct bundle_file *f, const char *as)
{
	int fd = open(as, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	if (fd < 0 || copy(bundle, fd, f->len) != 0)
		init_fail(control, "cannot copy %.64s", f->name);
	close(fd);
}

/* The run's files; the one called FIFO (or NULL) is not in its place yet. */
static void
take_files(int control, int bundle, const char *fifo)
{
	struct bundle_file f;
	ssize_t n;

	if (lseek(bundle, 0, SEEK_SET) != 0)
		init_fail(control, "files");
	while ((n = read(bundle, &f, sizeof(f))) == (ssize_t)sizeof(f)) {
		f.name[sizeof(f.name) - 1] = '\0';
		take_file(control, bundle, &f,
		    fifo != NULL && strcmp(f.name, fifo) == 0 ? NEW_FILE
							      : f.name);
	}
	if (n != 0)
		init_fail(control, "files");
	close(bundle);
}

/* --- the end --- */

static void __attribute__((noreturn)) tell_exit(int control, int status)
{
	struct box_msg m = { .type = BOX_EXIT, .status = status };
	struct rusage ru;

	if (getrusage(RUSAGE_CHILDREN, &ru) == 0) {
		m.cpu_ms =
		    (uint32_t)((ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) *
				   1000 +
			       (ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) /
				   1000);
		m.memory_kb = (uint32_t)ru.ru_maxrss;
	}
	fd_send(control, &m, sizeof(m), -1);
	_exit(0);
}

/* Reap everything; the end of the program is the end of all. */
static void __attribute__((noreturn)) watch(int control, pid_t program)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, 0)) > 0 || errno == EINTR)
		if (pid == program)
			tell_exit(control, status);
	_exit(125);
}

/* --- a warm program --- */

struct warm {
	pid_t program;
	int end; /* readable when it has ended */
	int in,
	    seen; /* the FIFO: to write it, and to see what is not read yet */
};

/* Start it. When it has opened its FIFO it is ready. */
static void
warm_start(struct warm *w, int control, const struct box_plan *p)
{
	const struct timespec while_ = { 0, 500000 };
	int status;

	if (mkfifo(p->file, 0644) != 0)
		init_fail(control, "cannot make %s", p->file);
	w->program = program_start(control, p);
	w->end = (int)syscall(SYS_pidfd_open, w->program, 0);
	if (w->end < 0)
		init_fail(control, "cannot watch the program");
	while ((w->in = open(p->file, O_WRONLY | O_NONBLOCK | O_CLOEXEC)) < 0) {
		if (errno != ENXIO)
			init_fail(control, "cannot open %s", p->file);
		if (waitpid(w->program, &status, WNOHANG) == w->program)
			tell_exit(control, status);
		nanosleep(&while_, NULL);
	}
	w->seen = open(p->file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	/* room for one write: that it has been read is seen by the next one's */
	if (w->seen < 0 || fcntl(w->in, F_SETPIPE_SZ, 1) < 0)
		init_fail(control, "cannot open %s", p->file);
}

static void __attribute__((noreturn)) warm_died(int control)
{
	errno = ESRCH;
	init_fail(control, "the program ended before it began");
}

/* As init_hear(), for the run's files; but its death is told at once, so that no run
 * is given to it. */
static int
warm_hear(const struct warm *w, int control)
{
	struct pollfd p[2] = { { w->end, POLLIN, 0 }, { control, POLLIN, 0 } };

	while (poll(p, 2, -1) < 0 && errno == EINTR)
		continue;
	if (p[0].revents != 0)
		warm_died(control);
	return init_hear(control, BOX_GO);
}

/* Wait for room in the FIFO. False: nobody reads it any more. */
static bool
warm_has_room(const struct warm *w)
{
	struct pollfd p[2] = { { w->end, POLLIN, 0 }, { w->in, POLLOUT, 0 } };

	while (poll(p, 2, -1) < 0 && errno == EINTR)
		continue;
	return p[0].revents == 0;
}

/* Write the file into the FIFO; how many bytes after the first. That goes alone:
 * a program that has been killed still takes in what is there when it wakes to
 * die, but it does not come back for more. */
static uint64_t
warm_feed(const struct warm *w, int control, int file)
{
	uint64_t len = 0;
	ssize_t n;

	n = sendfile(w->in, file, NULL, 1);
	if (n == 1 && !warm_has_room(w))
		warm_died(control);
	fcntl(w->in, F_SETPIPE_SZ, FIFO_SIZE); /* else it takes longer */
	while (n != 0 && (n = sendfile(w->in, file, NULL, FIFO_SIZE)) != 0) {
		if (n > 0)
			len += (uint64_t)n;
		else if ((errno != EAGAIN && errno != EINTR) ||
			 !warm_has_room(w))
			break;
	}
	return len;
}

/* It has been given LEN bytes more. Until it reads them somebody may still kill it, and
 * it is not the run that has died then. */
static void
warm_begins(const struct warm *w, int control, uint64_t len)
{
	struct pollfd p = { w->end, POLLIN, 0 };
	int unread = 0, ms = 1;

	while (poll(&p, 1, ms) >= 0 && ioctl(w->seen, FIONREAD, &unread) == 0 &&
	       unread > 0 && (uint64_t)unread == len) {
		if (p.revents != 0)
			warm_died(control);
		ms = ms < 64 ? 2 * ms : ms;
	}
	init_say(control, BOX_TAKEN, -1);
	close(w->seen);
	close(w->end);
}

/* Let it go, which reads FIFO. */
static void
warm_go(const struct warm *w, int control, const char *fifo)
{
	int file = open(NEW_FILE, O_RDONLY | O_CLOEXEC);
	uint64_t len;

	if (file < 0 || rename(NEW_FILE, fifo) != 0)
		init_fail(control, "cannot write %s", fifo);
	len = warm_feed(w, control, file);
	close(file);
	close(w->in);
	warm_begins(w, control, len);
}

/* With the time that PROGRAM has used, which is not the run's. */
static void
tell_ready(int control, pid_t program)
{
	struct box_msg m = { .type = BOX_READY };
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(program, &clock) == 0 &&
	    clock_gettime(clock, &t) == 0)
		m.cpu_ms = (uint32_t)(t.tv_sec * 1000 + t.tv_nsec / 1000000);
	if (fd_send(control, &m, sizeof(m), -1) < 0)
		_exit(125);
}

void
init_run(int control, const struct box_plan *p)
{
	struct warm w;

	if (p->file == NULL) {
		take_files(control, init_hear(control, BOX_GO), NULL);
		watch(control, program_start(control, p));
	}
	warm_start(&w, control, p);
	tell_ready(control, w.program);
	take_files(control, warm_hear(&w, control), p->file);
	warm_go(&w, control, p->file);
	watch(control, w.program);
}
