/* control.c - the envelope on control.sock. */
#include <stdlib.h>
#include <string.h>

#include "proto/err.h"
#include "proto/sys/control.h"

void
control_encode(
    struct buf *b, const struct json *j, const void *raw, size_t raw_len)
{
	char *text = json_print(j);
	size_t len = strlen(text);

	if (len > CONTROL_JSON_MAX) {
		b->err = CS_ETOOBIG;
	} else {
		buf_put_u32(b, (uint32_t)len);
		buf_put_raw(b, text, len);
		buf_put_raw(b, raw, raw_len);
	}
	free(text);
}

int
control_decode(const void *bytes, size_t len, struct json **j,
    const uint8_t **raw, size_t *raw_len)
{
	struct buf_in in;
	const uint8_t *text;
	uint32_t n;

	*j = NULL;
	buf_in_init(&in, bytes, len);
	n = buf_get_u32(&in);
	if (n > CONTROL_JSON_MAX || len > CONTROL_MAX)
		return CS_EFORMAT;
	text = buf_get_raw(&in, n);
	if (in.err != 0 || n == 0)
		return CS_EFORMAT;
	if ((*j = json_parse((const char *)text, n)) == NULL)
		return CS_EFORMAT;
	*raw_len = buf_left(&in);
	*raw = in.p;
	return 0;
}
