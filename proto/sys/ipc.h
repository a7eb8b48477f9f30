/*
 * ipc.h - a listening AF_UNIX socket: its file, and who connects. When
 * descriptors run out it pauses instead of asking the kernel over and over.
 */
#ifndef PROTO_SYS_IPC_H
#define PROTO_SYS_IPC_H

#include "proto/sys/loop.h"

struct ipc;

/* Somebody of user UID, as the kernel knows it, has connected: FD, non-blocking
 * and close-on-exec, is the callee's to close. */
typedef void ipc_accepted(void *arg, int fd, int uid);

/* Listen at PATH, with MODE, which takes the place of a socket that a killed
 * process left. CS_EIO, CS_ENOMEM. */
int ipc_listen(struct ipc **out, struct loop *loop, const char *path,
    unsigned mode, ipc_accepted *fn, void *arg);
void ipc_close(struct ipc *i); /* its file is removed */

#endif
