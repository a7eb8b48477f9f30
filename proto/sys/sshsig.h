/*
 * sshsig.h - signatures as `ssh-keygen -Y` makes and checks them (PROTOCOL.sshsig
 * of OpenSSH), by an Ed25519 key (RFC 8709): their bytes and texts. The
 * arithmetic is hostd/sign.c's. Pure.
 */
#ifndef PROTO_SYS_SSHSIG_H
#define PROTO_SYS_SSHSIG_H

#include "proto/buf.h"

#define SSHSIG_KEY_LEN 32
#define SSHSIG_LEN 64
#define SSHSIG_NAMESPACE "codesync-log"
#define SSHSIG_SIGNER "codesync-host" /* its name in allowed_signers */
#define SSHSIG_TEXT_SIZE 512
#define SSHSIG_FINGERPRINT_SIZE 64

/* What is signed in the place of MESSAGE[LEN], to the end of B. */
void sshsig_signed(const void *message, size_t len, struct buf *b);
/* A signature as ssh-keygen wants it in a file. */
void sshsig_armor(const uint8_t key[SSHSIG_KEY_LEN],
    const uint8_t signature[SSHSIG_LEN], char dst[SSHSIG_TEXT_SIZE]);
/* The one line of allowed_signers (ssh-keygen(1)) that goes with it. */
void sshsig_allowed(
    const uint8_t key[SSHSIG_KEY_LEN], char dst[SSHSIG_TEXT_SIZE]);
/* "SHA256:..." */
void sshsig_fingerprint(
    const uint8_t key[SSHSIG_KEY_LEN], char dst[SSHSIG_FINGERPRINT_SIZE]);
/* The key of such a line, TEXT[LEN]. CS_EFORMAT: it is not sshsig_allowed's. */
int sshsig_allowed_key(
    const char *text, size_t len, uint8_t key[SSHSIG_KEY_LEN]);

#endif
