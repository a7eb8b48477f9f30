/* sshd.h - OpenSSH's server for us alone, to compare with. */
#ifndef TESTS_BENCH_SSHD_H
#define TESTS_BENCH_SSHD_H

#include <sys/types.h>

struct sshd {
	int port;
	pid_t pid;
	char *key; /* a private key's file that lets in; the caller frees */
};

/* Start one on a free port of 127.0.0.1, with its files in bench_dir(). */
void sshd_start(struct sshd *s);

#endif
