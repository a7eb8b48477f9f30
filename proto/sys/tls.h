/*
 * tls.h - TLS 1.2 under a link (link.h) to another machine, through mbedTLS. One
 * end has a key and a certificate that it made itself; the other has a copy of
 * the certificate and believes exactly that one, whatever it calls itself.
 */
#ifndef PROTO_SYS_TLS_H
#define PROTO_SYS_TLS_H

#include "proto/sys/link.h"

#define TLS_PEM_MAX 8192

/* A new P-256 key and a certificate of it that does not expire, as PEM into
 * KEY[TLS_PEM_MAX] and CERT[TLS_PEM_MAX]. CS_EIO. */
int tls_make(char *key, char *cert);

struct tls_side; /* what one end has, for all its connections */

/* KEY (PEM) is NULL for the end that dials. CS_EFORMAT: one is not what it has
 * to be, or the key is not the certificate's; CS_ENOMEM. */
int tls_side_new(struct tls_side **out, const char *key, const char *cert);
void tls_side_free(struct tls_side *side);

/* Shake hands over FD, which is connected, non-blocking and L's from now on, and
 * greet. SIDE must outlive the connection. L's `down` is told CS_EPERM when the
 * peer has another certificate, CS_EFORMAT when it does not speak TLS. CS_ENOMEM
 * and the errors of link_adopt. */
int tls_adopt(struct tls_side *side, struct link *l, int fd);

#endif
