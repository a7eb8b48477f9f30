/* base64.h - bytes as text (RFC 4648, 4). Pure. */
#ifndef PROTO_BASE64_H
#define PROTO_BASE64_H

#include <stddef.h>
#include <stdint.h>

/* P[LEN] in base 64 without padding into DST[SIZE], cut to fit. */
void base64_put(const void *p, size_t len, char *dst, size_t size);
/* The bytes of TEXT[LEN], with its padding, into DST[SIZE]: *N of them.
 * CS_EFORMAT: anything but the one form there is; CS_ETOOBIG. */
int base64_get(
    const char *text, size_t len, uint8_t *dst, size_t size, size_t *n);

#endif
