/* sshd.c - OpenSSH's server for us alone: its own keys, its own port. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/sys/util.h"
#include "tests/bench/bench.h"
#include "tests/bench/sshd.h"

static void
make_key(const char *path)
{
	char *argv[] = { "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
		(char *)path, NULL };

	free(bench_output(argv));
}

void
sshd_start(struct sshd *s)
{
	const char *dir = bench_dir();
	char *host = xasprintf("%s/host", dir);
	char *config = xasprintf("%s/sshd_config", dir);
	char *argv[] = { "/usr/sbin/sshd", "-D", "-f", config, NULL };
	FILE *f = fopen(config, "w");

	s->key = xasprintf("%s/user", dir);
	s->port = bench_free_port();
	make_key(host);
	make_key(s->key);
	if (f == NULL ||
	    fprintf(f,
		"ListenAddress 127.0.0.1\nPort %d\nHostKey %s\n"
		"AuthorizedKeysFile %s.pub\nPermitRootLogin yes\n"
		"StrictModes no\nUsePAM no\nPidFile none\n",
		s->port, host, s->key) < 0 ||
	    fclose(f) != 0)
		bench_die("%s: cannot be written", config);
	if (geteuid() == 0 && access("/run/sshd", F_OK) < 0)
		mkdir("/run/sshd", 0755);
	s->pid = bench_start(argv, -1);
	free(host);
	free(config);
}
