/* cell.c - the messages to and from the spawner. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/err.h"
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
