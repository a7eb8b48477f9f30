/* keys.c - any bytes from a terminal: no key is longer than it may be, a cut
 * changes nothing, and the decoder always finds back to plain keys. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "client/keys.h"
#include "proto/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
take(void *arg, const struct key *key)
{
	uint64_t *sum = arg;

	if (key->code == 0 || key->code > K_REPLY)
		abort();
	if (key->code == K_PASTE &&
	    (key->len > KEYS_PASTE_MAX || !utf8_valid(key->text, key->len)))
		abort();
	if (key->code == K_MOUSE &&
	    (key->mouse > MOUSE_WHEEL_DOWN || key->button > 2))
		abort();
	if (key->code == K_REPLY &&
	    (key->reply > REPLY_END || key->len > KEYS_STRING_MAX))
		abort();
	*sum = *sum * 31 + key->code;
	*sum = *sum * 31 + key->reply;
	*sum = *sum * 31 + key->mouse;
	*sum = *sum * 31 + key->button;
	*sum = *sum * 31 + key->x;
	*sum = *sum * 31 + key->y;
	*sum = *sum * 31 + key->mods;
	*sum = *sum * 31 + key->cp;
	for (size_t i = 0; key->text != NULL && i < key->len; i++)
		*sum = *sum * 31 + key->text[i];
}

static uint64_t
read_by(const uint8_t *data, size_t size, size_t step)
{
	struct keys k;
	uint64_t sum = 0;
	size_t n;

	keys_init(&k);
	for (size_t at = 0; at < size; at += n) {
		n = size - at < step ? size - at : step;
		keys_feed(&k, data + at, n, take, &sum);
	}
	keys_timeout(&k, take, &sum);
	if (keys_wait_ms(&k) > 0)
		abort();
	keys_release(&k);
	return sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t step = size > 0 ? 1 + data[0] % 16 : 1;

	if (read_by(data, size, size + 1) != read_by(data, size, step))
		abort();
	return 0;
}
