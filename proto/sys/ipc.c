/* ipc.c - listening AF_UNIX sockets. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/ipc.h"

#define BACKLOG 128
#define PAUSE_MS 100

struct ipc {
	int fd;
	struct loop_io *io;
	struct loop_timer *pause;
	ipc_accepted *fn;
	void *arg;
	struct sockaddr_un addr; /* no path: there is no file yet */
};

static void
on_incoming(void *arg, int what)
{
	struct ipc *i = arg;
	struct ucred peer;
	socklen_t len = sizeof(peer);
	int fd;

	(void)what;
	fd = accept4(i->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0) {
		/* whatever else it is, it would be told again at once */
		if (errno != EAGAIN && errno != EINTR &&
		    errno != ECONNABORTED) {
			loop_io_want(i->io, 0);
			loop_timer_start(i->pause, PAUSE_MS);
		}
		return;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0)
		close(fd);
	else
		i->fn(i->arg, fd, (int)peer.uid);
}

static void
on_pause_over(void *arg)
{
	loop_io_want(((struct ipc *)arg)->io, LOOP_READ);
}

/* Until listen nobody can connect, whatever the mode is at first. */
static int
open_socket(struct ipc *i, const char *path, unsigned mode)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(addr.sun_path))
		return -1;
	memcpy(addr.sun_path, path, strlen(path));
	i->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (i->fd < 0)
		return -1;
	unlink(path);
	if (bind(i->fd, (const struct sockaddr *)&addr, sizeof(addr)) != 0)
		return -1;
	i->addr = addr;
	return chmod(path, mode) != 0 || listen(i->fd, BACKLOG) != 0 ? -1 : 0;
}

int
ipc_listen(struct ipc **out, struct loop *loop, const char *path, unsigned mode,
    ipc_accepted *fn, void *arg)
{
	struct ipc *i = calloc(1, sizeof(*i));
	int r = CS_EIO;

	*out = NULL;
	if (i == NULL)
		return CS_ENOMEM;
	i->fd = -1;
	i->fn = fn;
	i->arg = arg;
	if (open_socket(i, path, mode) == 0 &&
	    (r = loop_timer_new(loop, on_pause_over, i, &i->pause)) == 0)
		r = loop_io_new(loop, i->fd, LOOP_READ, on_incoming, i, &i->io);
	if (r < 0) {
		ipc_close(i);
		return r;
	}
	*out = i;
	return 0;
}

void
ipc_close(struct ipc *i)
{
	if (i == NULL)
		return;
	loop_io_free(i->io);
	loop_timer_free(i->pause);
	if (i->fd >= 0)
		close(i->fd);
	if (i->addr.sun_path[0] != '\0')
		unlink(i->addr.sun_path);
	free(i);
}
