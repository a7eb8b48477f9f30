/*
 * pass.h - the relay's key, and the file by which runners on other machines know
 * it and it knows them: DATADIR/keys/relay_key and DATADIR/keys/runner.pass.
 */
#ifndef HOSTD_PASS_H
#define HOSTD_PASS_H

#include "proto/relay.h"
#include "proto/sys/tls.h"

struct pass {
	struct tls_side *side;
	char secret[RELAY_SECRET_LEN + 1];
};

/* Read both files; make them if one is missing. Complains in the log. CS_EFORMAT:
 * they are damaged, and will be; CS_EIO. */
int pass_open(struct pass *p, const char *data_dir);
void pass_close(struct pass *p);

#endif
