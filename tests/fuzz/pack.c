/*
 * pack.c - fuzz target: bytes as a packed block, which may be refused but not
 * become more than they say; and bytes that are packed come back.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hostd/pack.h"

#define MAX (1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(int ok)
{
	if (!ok)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf packed, plain;

	buf_init(&packed, MAX);
	buf_init(&plain, MAX);
	if (pack_get(data, len, MAX / 2, &plain) == 0)
		must(plain.len > 0 && plain.len <= MAX / 2);
	else
		must(plain.len == 0);
	buf_clear(&plain);
	if (len > 0) {
		must(pack_add(data, len, &packed) == 0);
		must(pack_is(packed.data, packed.len));
		must(pack_get(packed.data, packed.len, len, &plain) == 0);
		must(plain.len == len && memcmp(plain.data, data, len) == 0);
	}
	buf_release(&packed);
	buf_release(&plain);
	return 0;
}
