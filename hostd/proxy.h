/*
 * proxy.h - clients that come through a balancer: it says in front of each
 * connection whose it is (the PROXY protocol, version 2). The header is
 * required, and heard from named addresses only, before the gate looks at the
 * source; who sends none in time is gone.
 */
#ifndef HOSTD_PROXY_H
#define HOSTD_PROXY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "proto/sys/loop.h"

#define PROXY_HEAD 16     /* bytes that every header begins with */
#define PROXY_MAX 1024    /* of a header: addresses, and extras that we skip */
#define PROXY_MS 3000     /* for it to come */
#define PROXY_WAITING 512 /* connections of which it has not */

/* The header in BYTES[LEN]: how long it is, and its source in *PEER, which is
 * left alone when there is none to tell (a check by the balancer itself). 0:
 * more is needed, at least *MORE bytes; CS_EFORMAT. */
int proxy_parse(const uint8_t *bytes, size_t len, struct sockaddr_storage *peer,
    size_t *more);

struct proxies;
/* FROM[N] are addresses. ACCEPTED takes FD, which was connected by PEER. */
int proxies_new(struct proxies **out, struct loop *loop, char *const *from,
    size_t n, void (*accepted)(int fd, const struct sockaddr_storage *peer));
void proxies_free(struct proxies *ps); /* hangs up on those who wait */
/* FD was connected by the balancer PEER, or by somebody else and is closed. */
void proxies_accept(
    struct proxies *ps, int fd, const struct sockaddr_storage *peer);

#endif
