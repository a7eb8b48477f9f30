/*
 * replica.h - our copy of the room's documents (e->peer), as the hub sends it:
 * LOAD and the documents at first, then chunks of the log, and where others are.
 */
#ifndef CLIENT_REPLICA_H
#define CLIENT_REPLICA_H

#include "client/editor.h"

struct replica {
	struct record record; /* the one that is taken */
	bool seen;            /* the documents have been there before */
	/* of the last message: */
	bool changed; /* the screen is not the same any more */
	bool kept;    /* the hub has kept something of ours */
};

/* P is zeroed. */
void replica_init(struct replica *p);
void replica_release(struct replica *p);
/* Take M, which is LOAD, DOC, CHUNK or CARETS; what does not fit the state that
 * E is in comes too late, and is nothing. CS_ESEQ: records are missing. CS_ENOMEM
 * and all that peer_load, peer_remote and chunk_next return: the copy is of no
 * use any more. */
int replica_take(struct replica *p, struct editor *e, const struct msg *m);

#endif
