/* proxy.c - the PROXY protocol, version 2. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utlist.h>

#include "hostd/listen.h"
#include "hostd/proxy.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"

#define TOLD_MS 10000 /* from one line about strangers to the next */

enum { LOCAL = 0x20, PROXY = 0x21 }; /* of version 2 */
enum { TCP4 = 0x11, TCP6 = 0x21, UNSPEC = 0x00 };
enum { TCP4_LEN = 12, TCP6_LEN = 36 };

/* --- the header --- */

static void
source_v4(const uint8_t *p, struct sockaddr_storage *peer)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)peer;

	memset(peer, 0, sizeof(*peer));
	v4->sin_family = AF_INET;
	memcpy(&v4->sin_addr, p, 4);
	memcpy(&v4->sin_port, p + 8, 2);
}

static void
source_v6(const uint8_t *p, struct sockaddr_storage *peer)
{
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)peer;

	memset(peer, 0, sizeof(*peer));
	v6->sin6_family = AF_INET6;
	memcpy(&v6->sin6_addr, p, 16);
	memcpy(&v6->sin6_port, p + 32, 2);
}

int
proxy_parse(const uint8_t *bytes, size_t len, struct sockaddr_storage *peer,
    size_t *more)
{
	static const uint8_t magic[12] = "\r\n\r\n\0\r\nQUIT\n";
	size_t known = len < sizeof(magic) ? len : sizeof(magic), body;

	*more = 0;
	if (memcmp(bytes, magic, known) != 0)
		return CS_EFORMAT;
	if (len < PROXY_HEAD) {
		*more = PROXY_HEAD - len;
		return 0;
	}
	body = (size_t)bytes[14] << 8 | bytes[15];
	if ((bytes[12] != LOCAL && bytes[12] != PROXY) ||
	    PROXY_HEAD + body > PROXY_MAX)
		return CS_EFORMAT;
	if (len < PROXY_HEAD + body) {
		*more = PROXY_HEAD + body - len;
		return 0;
	}
	if (bytes[12] == PROXY && bytes[13] == TCP4 && body >= TCP4_LEN)
		source_v4(bytes + PROXY_HEAD, peer);
	else if (bytes[12] == PROXY && bytes[13] == TCP6 && body >= TCP6_LEN)
		source_v6(bytes + PROXY_HEAD, peer);
	else if (bytes[12] == PROXY && bytes[13] != UNSPEC)
		return CS_EFORMAT;
	return (int)(PROXY_HEAD + body);
}

/* --- those who wait --- */

struct waiting {
	struct proxies *all;
	int fd;
	struct sockaddr_storage peer;
	struct loop_io *io;
	struct loop_timer *timer;
	uint8_t bytes[PROXY_MAX];
	size_t len, more;
	struct waiting *prev, *next;
};

struct proxies {
	struct loop *loop;
	char *const *from;
	size_t nfrom;
	void (*accepted)(int fd, const struct sockaddr_storage *peer);
	struct waiting *list;
	unsigned count;
	uint64_t told_ms;
};

int
proxies_new(struct proxies **out, struct loop *loop, char *const *from,
    size_t n, void (*accepted)(int fd, const struct sockaddr_storage *peer))
{
	struct proxies *ps = xcalloc(1, sizeof(*ps));

	ps->loop = loop;
	ps->from = from;
	ps->nfrom = n;
	ps->accepted = accepted;
	*out = ps;
	return 0;
}

/* Its descriptor, if it is not the caller's already, is closed. */
static void
forget(struct waiting *w)
{
	DL_DELETE(w->all->list, w);
	w->all->count--;
	loop_io_free(w->io);
	loop_timer_free(w->timer);
	if (w->fd >= 0)
		close(w->fd);
	free(w);
}

void
proxies_free(struct proxies *ps)
{
	struct waiting *w, *next;

	if (ps == NULL)
		return;
	DL_FOREACH_SAFE(ps->list, w, next)
	forget(w);
	free(ps);
}

static void
tell(struct proxies *ps, const struct sockaddr_storage *peer, const char *what)
{
	uint64_t now = loop_now_ms();
	char address[ADDR_TEXT_SIZE];

	if (ps->told_ms != 0 && now - ps->told_ms < TOLD_MS)
		return;
	ps->told_ms = now;
	addr_text(peer, false, address);
	log_warn("%s: %s", address, what);
}

static void
on_time(void *arg)
{
	struct waiting *w = arg;

	tell(w->all, &w->peer, "it sent no PROXY header in time");
	forget(w);
}

/* No byte more than the header: what follows is the session's. */
static void
on_bytes(void *arg, int what)
{
	struct waiting *w = arg;
	ssize_t n = recv(w->fd, w->bytes + w->len, w->more, MSG_DONTWAIT);
	int r;

	(void)what;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		forget(w);
		return;
	}
	w->len += (size_t)n;
	r = proxy_parse(w->bytes, w->len, &w->peer, &w->more);
	if (r < 0)
		tell(w->all, &w->peer, "what it sent is no PROXY header");
	if (r > 0) {
		w->all->accepted(w->fd, &w->peer);
		w->fd = -1;
	}
	if (r != 0)
		forget(w);
}

static bool
known(const struct proxies *ps, const struct sockaddr_storage *peer)
{
	char address[ADDR_TEXT_SIZE];

	addr_text(peer, false, address);
	for (size_t i = 0; i < ps->nfrom; i++)
		if (strcmp(ps->from[i], address) == 0)
			return true;
	return false;
}

void
proxies_accept(struct proxies *ps, int fd, const struct sockaddr_storage *peer)
{
	struct waiting *w;

	if (!known(ps, peer) || ps->count >= PROXY_WAITING) {
		tell(ps, peer,
		    known(ps, peer) ? "too many connections without a header"
				    : "it is not in proxy_from");
		close(fd);
		return;
	}
	w = xcalloc(1, sizeof(*w));
	w->all = ps;
	w->fd = fd;
	w->peer = *peer;
	w->more = PROXY_HEAD;
	DL_APPEND(ps->list, w);
	ps->count++;
	if (loop_io_new(ps->loop, fd, LOOP_READ, on_bytes, w, &w->io) < 0 ||
	    loop_timer_new(ps->loop, on_time, w, &w->timer) < 0)
		forget(w);
	else
		loop_timer_start(w->timer, PROXY_MS);
}
