/*
 * conn.h - the connections: one codesync-session each, from accept to the last
 * child's end, and the editor or command that it may ask for.
 */
#ifndef HOSTD_CONN_H
#define HOSTD_CONN_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "hostd/listen.h"
#include "hostd/monitor.h"
#include "proto/sys/loop.h"

struct conns;

/* What all connections share; the strings and descriptors stay the caller's. */
struct conns_config {
	struct loop *loop;
	struct gate *gate;
	unsigned grace_s, max_seats;
	const char *session, *editor, *command; /* programs */
	char *empty_dir, *run_dir;
	char *registration; /* as it is configured */
	int keys_fd;        /* memfd with the host keys */
	int seats_fd;       /* directory of the seats' endpoints */
	/* Send M to the hub: 0, or an error when it is away. */
	int (*ask_hub)(void *arg, const struct mon_msg *m);
	void *arg;
};

/* CS_ENOMEM. */
int conns_new(struct conns **out, const struct conns_config *config);
void conns_free(struct conns *cs); /* kills what is left */
/* Take over the accepted socket FD from PEER: through the gate, then to a
 * session of its own. FD is closed in any case. */
void conns_accept(
    struct conns *cs, int fd, const struct sockaddr_storage *peer);
/* The hub's answer to a HUB_AUTH. */
void conns_verdict(struct conns *cs, const struct mon_msg *m);
/* The hub went: who waits for it is told that it is busy. */
void conns_hub_away(struct conns *cs);
/* PID ended with STATUS: true if it belonged to a connection. */
bool conns_reaped(struct conns *cs, pid_t pid, int status);
/* Ask all to end; HARD: kill them. */
void conns_stop(struct conns *cs, bool hard);
unsigned conns_count(const struct conns *cs);

#endif
