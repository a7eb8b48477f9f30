/* digest.h - SHA-256 (FIPS 180-4), and that as text. */
#ifndef PROTO_SYS_DIGEST_H
#define PROTO_SYS_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_LEN 32
#define DIGEST_HEX_SIZE (2 * DIGEST_LEN + 1)

void digest_sha256(const void *p, size_t len, uint8_t digest[DIGEST_LEN]);
/* The same of what comes in parts: init, update as often as need be, final. */
struct digest {
	uint64_t state[32]; /* of the library's: digest.c */
};
void digest_init(struct digest *d);
void digest_update(struct digest *d, const void *p, size_t len);
void digest_final(struct digest *d, uint8_t digest[DIGEST_LEN]);
/* As hex digits into DST[SIZE], cut to fit. */
void digest_hex(const uint8_t digest[DIGEST_LEN], char *dst, size_t size);
/* Hex digits, 64 of them, back to bytes: CS_EFORMAT. */
int digest_parse(const char *hex, uint8_t digest[DIGEST_LEN]);

#endif
