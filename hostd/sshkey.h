/*
 * sshkey.h - public keys as ssh has them: in a line of a .pub file, and on the
 * wire (RFC 4253, 6.6; RFC 5656, 3.1; RFC 8709, 4; PROTOCOL.u2f of OpenSSH).
 * Accepted are ssh-ed25519, sk-ssh-ed25519@openssh.com, ecdsa-sha2-nistp256 and
 * -nistp384, and ssh-rsa from 2048 bits. Pure.
 */
#ifndef HOSTD_SSHKEY_H
#define HOSTD_SSHKEY_H

#include "hostd/user.h"

#define RSA_BITS_MIN 2048

/* The key BLOB[LEN] as on the wire: type, fingerprint and blob of K; no
 * comment, no time. CS_EFORMAT: it is not a key of a type that is accepted.
 * CS_ERANGE: RSA with less than RSA_BITS_MIN. */
int sshkey_blob(struct key_row *k, const void *blob, size_t len);
/* The one key in TEXT[LEN], a .pub file: "TYPE BASE64 COMMENT", where lines that
 * are empty or begin with # do not count. The same codes, and CS_EINVAL: there
 * is no key, or more than one. */
int sshkey_read(struct key_row *k, const char *text, size_t len);

#endif
