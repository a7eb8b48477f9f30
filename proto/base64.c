/* base64.c - bytes as text. */
#include <string.h>

#include "proto/base64.h"
#include "proto/err.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz0123456789+/";

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
			dst[n++] = digits[bits >> (have - 6) & 63];
	}
	if (have > 0 && n + 1 < size)
		dst[n++] = digits[bits << (6 - have) & 63];
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
		digit = memchr(digits, text[i], sizeof(digits) - 1);
		if (digit == NULL)
			return CS_EFORMAT;
		bits = bits << 6 | (uint32_t)(digit - digits);
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
