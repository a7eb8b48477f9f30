/*
 * sign.h - signing the head of a log with the host's key: what `codesync-session
 * -s` does, a process for one signature. It makes the text that is signed
 * (proto/sys/chain.h) itself, from a request of fixed size, so that nothing else
 * is ever signed in this way, whoever asks.
 */
#ifndef HOSTD_SIGN_H
#define HOSTD_SIGN_H

#include <stddef.h>
#include <stdint.h>

#include "hostd/monitor.h"
#include "proto/sys/sshsig.h"

/* The seed and the public half of the first Ed25519 key in PEM, a text with
 * files of "OPENSSH PRIVATE KEY" without a passphrase. CS_ENOTFOUND. */
int sign_key(const char *pem, uint8_t seed[32], uint8_t key[SSHSIG_KEY_LEN]);
/* Sign what M (HUB_SIGN) names, by the key that belongs to SEED: it becomes the
 * answer. CS_EINVAL: that is no room; CS_EIO. */
int sign_head(struct mon_msg *m, const uint8_t seed[32],
    const uint8_t key[SSHSIG_KEY_LEN]);
/* Answer one request on MONITOR with the keys in KEYS_FD, from EMPTY_DIR, and
 * nothing else: the exit status. */
int sign_main(int monitor, int keys_fd, const char *empty_dir);

#endif
