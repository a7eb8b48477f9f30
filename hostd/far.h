/*
 * far.h - runners on other machines: for each a TLS connection, and behind that,
 * once it has shown the secret, two connections to the hub of its own. So the hub
 * tells them apart as it does runners on this machine, and one that stalls holds
 * up nobody else. When one of the three ends, so do the others: the runner dials
 * again.
 */
#ifndef HOSTD_FAR_H
#define HOSTD_FAR_H

#include <sys/socket.h>

#include "hostd/pass.h"

#define FAR_RUNNERS_MAX 64
/* Connections that have not shown the secret; the oldest makes room. */
#define FAR_STRANGERS_MAX 64

struct fars;

/* PASS stays the caller's. The hub's sockets are in the working directory. */
int fars_new(struct fars **out, struct loop *loop, const struct pass *pass);
void fars_free(struct fars *f);
/* FD, which is non-blocking and ours from now on, has connected from SS. */
void fars_accept(struct fars *f, int fd, const struct sockaddr_storage *ss);

#endif
