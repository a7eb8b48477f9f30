/* digest.c - SHA-256 by libmd, and bytes as text. */
#include <string.h>

#include <sha256.h>

#include "proto/sys/digest.h"
#include "proto/err.h"

static const char digits64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz0123456789+/";

void
digest_sha256(const void *p, size_t len, uint8_t digest[DIGEST_LEN])
{
	SHA256_CTX context;

	SHA256Init(&context);
	SHA256Update(&context, p, len);
	SHA256Final(digest, &context);
	explicit_bzero(&context, sizeof(context));
}

_Static_assert(sizeof(SHA256_CTX) <= sizeof(struct digest), "it fits");

void
digest_init(struct digest *d)
{
	SHA256Init((SHA256_CTX *)d);
}

void
digest_update(struct digest *d, const void *p, size_t len)
{
	SHA256Update((SHA256_CTX *)d, p, len);
}

void
digest_final(struct digest *d, uint8_t digest[DIGEST_LEN])
{
	SHA256Final(digest, (SHA256_CTX *)d);
}

int
digest_parse(const char *hex, uint8_t digest[DIGEST_LEN])
{
	static const char digits[] = "0123456789abcdef";
	const char *high, *low;

	for (size_t i = 0; i < DIGEST_LEN; i++) {
		if (hex[2 * i] == '\0' || hex[2 * i + 1] == '\0' ||
		    (high = strchr(digits, hex[2 * i])) == NULL ||
		    (low = strchr(digits, hex[2 * i + 1])) == NULL)
			return CS_EFORMAT;
		digest[i] = (uint8_t)((high - digits) << 4 | (low - digits));
	}
	return 0;
}

void
digest_hex(const uint8_t digest[DIGEST_LEN], char *dst, size_t size)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;

	for (size_t i = 0; i < DIGEST_LEN && n + 2 < size; i++) {
		dst[n++] = hex[digest[i] >> 4];
		dst[n++] = hex[digest[i] & 15];
	}
	dst[n] = '\0';
}

void
base64_put(const void *p, size_t len, char *dst, size_t size)
{
	const uint8_t *in = p;
	uint32_t bits = 0;
	unsigned have = 0;
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		bits = bits << 8 | in[i];
		for (have += 8; have >= 6 && n + 1 < size; have -= 6)
			dst[n++] = digits64[bits >> (have - 6) & 63];
	}
	if (have > 0 && n + 1 < size)
		dst[n++] = digits64[bits << (6 - have) & 63];
	dst[n] = '\0';
}

int
base64_get(const char *text, size_t len, uint8_t *dst, size_t size, size_t *n)
{
	const char *digit;
	uint32_t bits = 0;
	unsigned have = 0;
	size_t padding = 0;

	*n = 0;
	while (padding < 2 && padding < len && text[len - 1 - padding] == '=')
		padding++;
	if (len % 4 != 0)
		return CS_EFORMAT;
	for (size_t i = 0; i < len - padding; i++) {
		digit = memchr(digits64, text[i], sizeof(digits64) - 1);
		if (digit == NULL)
			return CS_EFORMAT;
		bits = bits << 6 | (uint32_t)(digit - digits64);
		if ((have += 6) < 8)
			continue;
		have -= 8;
		if (*n == size)
			return CS_ETOOBIG;
		dst[(*n)++] = (uint8_t)(bits >> have);
	}
	/* What is left over is nothing, or there would be two forms. */
	return have == 2 * padding && (bits & ((1u << have) - 1)) == 0
		   ? 0
		   : CS_EFORMAT;
}
