/* digest.c - SHA-256 by libmd, and bytes as text. */
#include <string.h>

#include <sha256.h>

#include "proto/sys/digest.h"
#include "proto/err.h"

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
