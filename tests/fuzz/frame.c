/* frame.c - any stream, cut anywhere: the same bodies, nothing over the
 * maximum, and errors that stay. */
#include <stdint.h>
#include <stdlib.h>

#include "proto/frame.h"

#define MAX_BODY 256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A sum over all bodies and their lengths. */
static uint64_t
read_by(const uint8_t *data, size_t size, size_t step)
{
	struct frame_reader f;
	const uint8_t *body;
	uint64_t sum = 0;
	size_t len, n;
	int r = 0;

	frame_reader_init(&f, FRAME_PAIR, MAX_BODY);
	for (size_t at = 0; at < size && r >= 0; at += n) {
		n = size - at < step ? size - at : step;
		if ((r = frame_feed(&f, data + at, n)) < 0)
			break;
		while ((r = frame_next(&f, &body, &len)) == 1) {
			if (len > MAX_BODY)
				abort();
			sum = sum * 31 + len;
			for (size_t i = 0; i < len; i++)
				sum = sum * 31 + body[i];
		}
	}
	frame_reader_release(&f);
	return sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t step = size > 0 ? 1 + data[size - 1] % 32 : 1;

	if (size <= FRAME_FEED_MAX &&
	    read_by(data, size, size > 0 ? size : 1) !=
		read_by(data, size, step))
		abort();
	return 0;
}
