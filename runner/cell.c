/* cell.c - the messages to and from the spawner. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/util.h"
#include "runner/cell.h"

void
cell_msg_init(struct cell_msg *m, enum cell_type type, uint64_t id)
{
	memset(m, 0, sizeof(*m));
	m->type = type;
	m->id = id;
}

int
cell_args(struct cell_msg *m, char *const *argv)
{
	size_t at = 0, len;

	for (m->argc = 0; argv[m->argc] != NULL; m->argc++) {
		len = strlen(argv[m->argc]) + 1;
		if (m->argc == CELL_ARGC_MAX || len > sizeof(m->args) - at)
			return CS_ETOOBIG;
		memcpy(m->args + at, argv[m->argc], len);
		at += len;
	}
	return 0;
}

int
cell_argv(struct cell_msg *m, char **argv)
{
	char *p = m->args, *end = m->args + sizeof(m->args);

	if (m->argc == 0 || m->argc > CELL_ARGC_MAX)
		return CS_EFORMAT;
	for (uint32_t i = 0; i < m->argc; i++) {
		argv[i] = p;
		if ((p = memchr(p, '\0', (size_t)(end - p))) == NULL)
			return CS_EFORMAT;
		p++;
	}
	argv[m->argc] = NULL;
	return 0;
}

union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(CELL_FDS * sizeof(int))];
};

int
cell_send(int sock, const struct cell_msg *m, const int *fds, int nfds)
{
	struct iovec iov = { (void *)(uintptr_t)m, sizeof(*m) };
	union control control;
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;
	size_t len = (size_t)nfds * sizeof(int);

	if (nfds > 0) {
		memset(&control, 0, sizeof(control));
		h.msg_control = control.bytes;
		h.msg_controllen = CMSG_SPACE(len);
		c = CMSG_FIRSTHDR(&h);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(len);
		memcpy(CMSG_DATA(c), fds, len);
	}
	if (sendmsg(sock, &h, MSG_NOSIGNAL) == (ssize_t)sizeof(*m))
		return 0;
	return errno == EAGAIN || errno == ENOBUFS ? CS_EAGAIN : CS_ECLOSED;
}

static void
take_fds(struct msghdr *h, int fds[CELL_FDS])
{
	struct cmsghdr *c = CMSG_FIRSTHDR(h);
	size_t n;

	if (c == NULL || c->cmsg_level != SOL_SOCKET ||
	    c->cmsg_type != SCM_RIGHTS)
		return;
	n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	memcpy(fds, CMSG_DATA(c), (n < CELL_FDS ? n : CELL_FDS) * sizeof(int));
}

int
cell_recv(int sock, struct cell_msg *m, int fds[CELL_FDS])
{
	struct iovec iov = { m, sizeof(*m) };
	union control control;
	struct msghdr h = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control) };
	ssize_t n;

	for (int i = 0; i < CELL_FDS; i++)
		fds[i] = -1;
	n = recvmsg(sock, &h, MSG_CMSG_CLOEXEC);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return CS_EAGAIN;
	if (n <= 0)
		return 0;
	take_fds(&h, fds);
	if (n == (ssize_t)sizeof(*m) &&
	    !(h.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
		return 1;
	for (int i = 0; i < CELL_FDS; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return CS_EFORMAT;
}

/* --- files --- */

int
bundle_new(void)
{
	int fd = memfd_create("files", MFD_CLOEXEC);

	return fd < 0 ? CS_EIO : fd;
}

static int
bundle_head(int bundle, const char *name, uint64_t len)
{
	struct bundle_file f;
	size_t n = strlen(name);

	if (n == 0 || n >= sizeof(f.name) || strchr(name, '/') != NULL ||
	    strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return CS_EINVAL;
	memset(&f, 0, sizeof(f));
	memcpy(f.name, name, n);
	f.len = len;
	return write_all(bundle, &f, sizeof(f));
}

int
bundle_add(int bundle, const char *name, const void *bytes, size_t len)
{
	int r = bundle_head(bundle, name, len);

	return r < 0 ? r : write_all(bundle, bytes, len);
}

int
bundle_add_fd(int bundle, const char *name, int from, uint64_t max)
{
	static char piece[65536];
	off_t head = lseek(bundle, 0, SEEK_CUR), end;
	uint64_t len = 0;
	ssize_t n;
	int r;

	if (head < 0 || (r = bundle_head(bundle, name, 0)) < 0)
		return head < 0 ? CS_EIO : r;
	while ((n = read(from, piece, sizeof(piece))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || write_all(bundle, piece, (size_t)n) < 0)
			return CS_EIO;
		if ((len += (uint64_t)n) > max)
			return CS_ETOOBIG;
	}
	/* its length is only known now */
	end = lseek(bundle, 0, SEEK_CUR);
	if (lseek(bundle, head, SEEK_SET) < 0 ||
	    (r = bundle_head(bundle, name, len)) < 0 ||
	    lseek(bundle, end, SEEK_SET) < 0)
		return CS_EIO;
	return 0;
}
