/*
 * store_pass.h - who has come in, by the digest of a pass (enter.h), kept in the
 * store, whose rules and codes are store.h's.
 */
#ifndef HOSTD_STORE_PASS_H
#define HOSTD_STORE_PASS_H

#include "proto/sys/digest.h"
#include "hostd/who.h"

struct pass_row {
	char digest[DIGEST_HEX_SIZE];
	struct who who; /* an account is no admin here: its row says that */
};
int store_pass_add(
    struct store *s, const char *digest, const struct who *w, uint64_t now_ms);
int store_pass_remove(struct store *s, const char *digest);
/* Those that were added before BEFORE_MS are forgotten. */
int store_passes_expire(struct store *s, uint64_t before_ms);
/* All; *ROWS is the caller's to free, also after an error. */
int store_passes(struct store *s, struct pass_row **rows, size_t *n);

#endif
