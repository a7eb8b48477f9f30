/* tries.c - how often somebody may be wrong. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "hostd/tries.h"
#include "proto/sys/util.h"

#define KEY_SIZE (2 + TRIES_NAME_SIZE + TRIES_SOURCE_SIZE)

struct known {
	char key[KEY_SIZE];
	unsigned n;
	uint64_t since_ms;
	UT_hash_handle hh;
};

struct tries {
	struct known *all; /* in the order in which they came */
};

struct tries *
tries_new(void)
{
	return xcalloc(1, sizeof(struct tries));
}

static void
forget(struct tries *t, struct known *k)
{
	HASH_DEL(t->all, k);
	free(k);
}

void
tries_free(struct tries *t)
{
	struct known *k, *next;

	if (t == NULL)
		return;
	HASH_ITER(hh, t->all, k, next)
	forget(t, k);
	free(t);
}

/* Whoever has one address of a /64 has them all. */
static void
source_net(const char *source, char dst[TRIES_SOURCE_SIZE])
{
	struct in6_addr a;

	snprintf(dst, TRIES_SOURCE_SIZE, "%s", source);
	if (inet_pton(AF_INET6, source, &a) != 1 || IN6_IS_ADDR_V4MAPPED(&a))
		return;
	memset(a.s6_addr + 8, 0, 8);
	inet_ntop(AF_INET6, &a, dst, TRIES_SOURCE_SIZE);
}

static void
make_key(char key[KEY_SIZE], char kind, const char *name, const char *source)
{
	char net[TRIES_SOURCE_SIZE];

	source_net(source, net);
	snprintf(
	    key, KEY_SIZE, "%c%.*s %s", kind, TRIES_NAME_SIZE - 1, name, net);
}

static struct known *
find_or_add(struct tries *t, const char *key)
{
	struct known *k;

	HASH_FIND_STR(t->all, key, k);
	if (k != NULL)
		return k;
	if (HASH_COUNT(t->all) >= TRIES_MAX)
		forget(t, t->all);
	k = xcalloc(1, sizeof(*k));
	snprintf(k->key, sizeof(k->key), "%s", key);
	HASH_ADD_STR(t->all, key, k);
	return k;
}

bool
tries_take(struct tries *t, char kind, const char *name, const char *source,
    unsigned max, uint64_t now_ms)
{
	char key[KEY_SIZE];
	struct known *k;

	make_key(key, kind, name, source);
	k = find_or_add(t, key);
	if (k->n == 0 || now_ms - k->since_ms >= TRIES_MS) {
		k->n = 0;
		k->since_ms = now_ms;
	}
	if (k->n >= max)
		return false;
	k->n++;
	return true;
}

void
tries_forgive(struct tries *t, char kind, const char *name, const char *source)
{
	char key[KEY_SIZE];
	struct known *k;

	make_key(key, kind, name, source);
	HASH_FIND_STR(t->all, key, k);
	if (k != NULL)
		forget(t, k);
}

size_t
tries_count(const struct tries *t)
{
	return HASH_COUNT(t->all);
}
