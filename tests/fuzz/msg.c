/* msg.c - any bytes as a message in either direction; what is accepted must
 * come back the same after encoding. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/msg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
try_way(const uint8_t *data, size_t size, bool up)
{
	struct msg m;
	struct buf b;

	msg_init(&m);
	if (msg_decode(&m, data, size, up) == 0) {
		buf_init(&b, MSG_MAX);
		msg_encode(&m, &b);
		if (b.err != 0 || b.len != size ||
		    memcmp(b.data, data, size) != 0)
			abort();
		buf_release(&b);
	}
	msg_release(&m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_way(data, size, true);
	try_way(data, size, false);
	return 0;
}
