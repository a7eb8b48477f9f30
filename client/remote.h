/* remote.h - the same commands on another host, through ssh. */
#ifndef CLIENT_REMOTE_H
#define CLIENT_REMOTE_H

#include "client/cli.h"

/* Where -H points. Strings are owned. */
struct remote {
	char *user; /* or NULL */
	char *host;
	char *port;
};
/* "[USER@]HOST[:PORT]", "[USER@][ADDRESS6]:PORT". 0 or CS_EINVAL. */
int remote_parse(struct remote *r, const char *s);
void remote_release(struct remote *r);
/* S as one word of a POSIX shell's command line; the caller frees. */
char *shell_quote(const char *s);
/* ssh on $PATH; the caller frees. NULL: nowhere. */
char *remote_find_ssh(void);
/* Run WORDS and the options and arguments of C on host -H with ssh. Returns the
 * exit status. */
int remote_run(struct cli *c, const char *words);

#endif
