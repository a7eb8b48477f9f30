/* relay.c - any bytes as what a runner elsewhere and the relay say, and as what
 * these pass on; what is accepted must come back the same after encoding. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/relay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
expect_same(const struct buf *b, const uint8_t *data, size_t size)
{
	if (b->err != 0 || b->len != size || memcmp(b->data, data, size) != 0)
		abort();
}

static void
try_job(const uint8_t *data, size_t size)
{
	static struct job_msg m;
	struct buf b;

	if (job_msg_decode(&m, data, size) < 0 ||
	    (m.type == JOB_NEXT && m.version != JOB_VERSION))
		return;
	buf_init(&b, JOB_MSG_MAX);
	job_msg_encode(&m, &b);
	expect_same(&b, data, size);
	buf_release(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct relay_msg m;
	struct buf b;

	try_job(data, size);
	if (relay_msg_decode(&m, data, size) < 0 ||
	    (m.type == RELAY_HELLO && m.version != JOB_VERSION))
		return 0;
	if (m.body != NULL)
		try_job(m.body, m.len);
	buf_init(&b, RELAY_DOWN_MAX);
	relay_msg_encode(&m, &b);
	expect_same(&b, data, size);
	buf_release(&b);
	return 0;
}
