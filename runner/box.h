/*
 * box.h - the inside of the sandbox: namespaces, a minimal root, one program.
 * Init (pid 1 inside) tells the supervisor what happens by messages.
 */
#ifndef RUNNER_BOX_H
#define RUNNER_BOX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "proto/job.h"

#define BOX_MAX_FILES 64
#define BOX_TEXT_SIZE 240

struct box_file {
	char name[256];
	int fd; /* open for reading */
};

struct box {
	const struct run_limits *limits;
	char *const *argv; /* the program, looked up in the PATH inside */
	struct box_file files[BOX_MAX_FILES]; /* copied into /work */
	size_t nfiles;
	int output[2]; /* become the program's standard output and error */
	void *filter;  /* from policy_compile */
	size_t filter_len;
};

enum box_type {
	BOX_UP,     /* init is there */
	BOX_START,  /* the program starts; comes with the filter's listener */
	BOX_EXIT,   /* it ended: status, as by wait */
	BOX_FAILED, /* the sandbox cannot be had: text says why */
};
struct box_msg {
	uint32_t type;
	int32_t status;
	char text[BOX_TEXT_SIZE];
};

/* Start init in namespaces of its own. *INIT is its pid and *CONTROL a
 * SEQPACKET socket with its messages; killing it kills everything inside, and
 * so does the end of this process. 0, or CS_EIO with errno set. */
int box_start(const struct box *b, pid_t *init, int *control);

#endif
