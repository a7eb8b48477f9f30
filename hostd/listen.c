/* listen.c - listening sockets and the gate. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uthash.h>

#include "hostd/listen.h"
#include "proto/err.h"
#include "proto/sys/util.h"

#define BACKLOG 512
#define PENALTY_MIN_MS 15000
#define PENALTY_MAX_MS 600000

/* --- sockets --- */

/* Split "HOST:PORT" or "[HOST]:PORT". */
static int
split(const char *where, char *host, size_t size, const char **port)
{
	const char *colon = strrchr(where, ':');
	uint64_t number;
	size_t len;

	/* getaddrinfo would take 65537 for 1 */
	if (colon == NULL || parse_num(colon + 1, 0, 65535, &number) < 0)
		return CS_EINVAL;
	*port = colon + 1;
	len = (size_t)(colon - where);
	if (len >= 2 && where[0] == '[' && where[len - 1] == ']') {
		where++;
		len -= 2;
	}
	if (len == 0 || len >= size)
		return CS_EINVAL;
	memcpy(host, where, len);
	host[len] = '\0';
	return 0;
}

static int
bind_to(const struct addrinfo *ai)
{
	const int on = 1;
	int fd = socket(
	    ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return CS_EIO;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (ai->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 &&
	    listen(fd, BACKLOG) == 0)
		return fd;
	close(fd);
	if (errno == EADDRINUSE)
		return CS_EBUSY;
	if (errno == EACCES)
		return CS_EPERM;
	return errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT ? CS_EINVAL
							       : CS_EIO;
}

int
listen_open(const char *where, char bound[ADDR_TEXT_SIZE])
{
	const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST |
						    AI_NUMERICSERV | AI_PASSIVE,
		.ai_socktype = SOCK_STREAM };
	struct sockaddr_storage ss = { 0 };
	socklen_t len = sizeof(ss);
	struct addrinfo *ai;
	const char *port;
	char host[64];
	int fd;

	if (split(where, host, sizeof(host), &port) < 0 ||
	    getaddrinfo(host, port, &hints, &ai) != 0)
		return CS_EINVAL;
	fd = bind_to(ai);
	freeaddrinfo(ai);
	if (fd < 0)
		return fd;
	getsockname(fd, (struct sockaddr *)&ss, &len);
	addr_text(&ss, true, bound);
	return fd;
}

void
addr_text(
    const struct sockaddr_storage *ss, bool with_port, char dst[ADDR_TEXT_SIZE])
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)ss;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)ss;
	char text[INET6_ADDRSTRLEN] = "?";

	if (ss->ss_family == AF_INET6) {
		inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof(text));
		if (with_port)
			snprintf(dst, ADDR_TEXT_SIZE, "[%s]:%u", text,
			    ntohs(v6->sin6_port));
	} else {
		inet_ntop(AF_INET, &v4->sin_addr, text, sizeof(text));
		if (with_port)
			snprintf(dst, ADDR_TEXT_SIZE, "%s:%u", text,
			    ntohs(v4->sin_port));
	}
	if (!with_port)
		snprintf(dst, ADDR_TEXT_SIZE, "%s", text);
}

void
source_of(const struct sockaddr_storage *ss, struct source *s)
{
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)ss;
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)ss;

	memset(s, 0, sizeof(*s)); /* it is compared as bytes */
	if (ss->ss_family == AF_INET) {
		memcpy(s->net, &v4->sin_addr, 4);
		s->loopback = s->net[0] == 127;
	} else if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
		memcpy(s->net, v6->sin6_addr.s6_addr + 12, 4);
		s->loopback = s->net[0] == 127;
	} else {
		memcpy(s->net, v6->sin6_addr.s6_addr, 8);
		s->is_v6 = 1;
		s->loopback = IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
	}
}

/* --- the gate --- */

struct known {
	struct source source; /* the key */
	unsigned unauth;
	uint64_t until_ms; /* end of the penalties so far */
	bool active;       /* they reached the minimum */
	UT_hash_handle hh;
};

struct gate {
	struct gate_rules rules;
	unsigned unauth;
	struct known *sources; /* in the order in which they came */
};

static const struct {
	uint64_t ms;
} costs[] = {
	[OFFENCE_CRASH] = { 90000 },
	[OFFENCE_AUTH] = { 5000 },
	[OFFENCE_GRACE] = { 10000 },
	[OFFENCE_NOAUTH] = { 1000 },
};

int
gate_new(struct gate **out, const struct gate_rules *rules)
{
	struct gate *g = calloc(1, sizeof(*g));

	*out = g;
	if (g == NULL)
		return CS_ENOMEM;
	g->rules = *rules;
	return 0;
}

static void
forget(struct gate *g, struct known *k)
{
	HASH_DEL(g->sources, k);
	free(k);
}

void
gate_free(struct gate *g)
{
	struct known *k, *next;

	if (g == NULL)
		return;
	HASH_ITER(hh, g->sources, k, next)
	forget(g, k);
	free(g);
}

static struct known *
find(struct gate *g, const struct source *s)
{
	struct known *k;

	HASH_FIND(hh, g->sources, s, sizeof(*s), k);
	return k;
}

/* Whoever tries to fill the table only pushes out its own oldest entries. */
static struct known *
find_or_add(struct gate *g, const struct source *s)
{
	struct known *k = find(g, s), *next, *old;

	if (k != NULL)
		return k;
	if (HASH_COUNT(g->sources) >= GATE_MAX_SOURCES)
		HASH_ITER(hh, g->sources, old, next)
	if (old->unauth == 0) {
		forget(g, old);
		break;
	}
	k = xcalloc(1, sizeof(*k));
	k->source = *s;
	HASH_ADD(hh, g->sources, source, sizeof(k->source), k);
	return k;
}

/* OpenSSH's: from BEGIN on refuse RATE percent, rising to all at FULL. */
static bool
too_many(const struct gate *g, uint64_t chance)
{
	const struct gate_rules *r = &g->rules;
	unsigned percent;

	if (g->unauth < r->begin)
		return false;
	if (g->unauth >= r->full || r->rate >= 100)
		return true;
	percent = r->rate + (100 - r->rate) * (g->unauth - r->begin) /
				(r->full - r->begin);
	return chance % 100 < percent;
}

enum gate_answer
gate_enter(
    struct gate *g, const struct source *s, uint64_t now_ms, uint64_t chance)
{
	struct known *k = find(g, s);

	if (k != NULL && k->active && k->until_ms > now_ms)
		return GATE_PENALTY;
	if (k != NULL && k->unauth >= g->rules.per_source)
		return GATE_SOURCE;
	if (too_many(g, chance))
		return GATE_STARTUPS;
	k = find_or_add(g, s);
	if (k->until_ms <= now_ms)
		k->active = false;
	k->unauth++;
	g->unauth++;
	return GATE_OPEN;
}

void
gate_leave(struct gate *g, const struct source *s)
{
	struct known *k = find(g, s);

	if (k == NULL || k->unauth == 0)
		return;
	k->unauth--;
	g->unauth--;
	if (k->unauth == 0 && k->until_ms == 0)
		forget(g, k);
}

void
gate_punish(
    struct gate *g, const struct source *s, enum offence what, uint64_t now_ms)
{
	struct known *k;

	if (!g->rules.penalties || s->loopback)
		return;
	k = find_or_add(g, s);
	if (k->until_ms <= now_ms) {
		k->until_ms = now_ms;
		k->active = false;
	}
	k->until_ms += costs[what].ms;
	if (k->until_ms > now_ms + PENALTY_MAX_MS)
		k->until_ms = now_ms + PENALTY_MAX_MS;
	if (k->until_ms - now_ms >= PENALTY_MIN_MS)
		k->active = true;
}

const char *
gate_reason(enum gate_answer a)
{
	static const char *const reasons[] = {
		[GATE_OPEN] = "welcome",
		[GATE_STARTUPS] = "too many unauthenticated connections",
		[GATE_SOURCE] =
		    "too many unauthenticated connections from this source",
		[GATE_PENALTY] = "this source failed too often; it has to wait",
	};

	return reasons[a];
}
