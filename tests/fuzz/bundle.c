/*
 * bundle.c - fuzz target: what strangers give to `room verify --file`. The first
 * byte says what the rest is: a whole archive, or one file in an archive that is
 * whole up to it, since no fuzzer finds headers with the right sums.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "client/bundle.h"
#include "client/cli.h"
#include "client/tar.h"
#include "proto/err.h"

#define ROOM "r-7f3k2"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* bundle.c, of which we only want the README, says with it what goes wrong. */
int
cli_fail(const struct cli *c, int status, const char *fmt, ...)
{
	(void)c;
	(void)fmt;
	return status;
}

static void
archive(FILE *to, int hostile, const void *p, size_t len)
{
	static const char room[] = "{\"id\":\"" ROOM "\"}\n";
	static const char *const names[] = { "room.json", "log.jsonl",
		"log.records", "log.head", "log.head.sig", "allowed_signers" };
	struct tar t;

	tar_begin(&t, to, ROOM, 0);
	tar_whole(&t, "README", bundle_readme, strlen(bundle_readme));
	for (int i = 0; i < 6; i++) {
		if (i == hostile)
			tar_whole(&t, names[i], p, len);
		else if (i == 0)
			tar_whole(&t, names[i], room, strlen(room));
		else if (i < 3)
			tar_whole(&t, names[i], "", 0);
	}
	tar_whole(&t, "SHA256SUMS", t.sums.data, t.sums.len);
	tar_end(&t);
	tar_release(&t);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bundle *b = malloc(sizeof(*b));
	char *bytes = NULL;
	size_t len;
	FILE *f;

	if (b == NULL || (f = open_memstream(&bytes, &len)) == NULL)
		abort();
	if (size > 0 && data[0] % 8 < 6)
		archive(f, data[0] % 8, data + 1, size - 1);
	else
		fwrite(data, 1, size, f);
	fclose(f);
	if (len > 0 && (f = fmemopen(bytes, len, "r")) != NULL) {
		if (bundle_read(b, f) < 0 && b->why[0] == '\0')
			abort();
		for (const char *s = b->why; *s != '\0'; s++)
			if (*s < 0x20 || *s > 0x7E)
				abort();
		fclose(f);
	}
	free(bytes);
	free(b);
	return 0;
}
