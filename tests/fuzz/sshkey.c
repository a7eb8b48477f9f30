/* sshkey.c - any bytes as a public key, after the name of a type that is
 * accepted: what is taken is the same when its blob is read again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hostd/sshkey.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const types[] = { "ssh-ed25519",
	"sk-ssh-ed25519@openssh.com", "ecdsa-sha2-nistp256",
	"ecdsa-sha2-nistp384", "ssh-rsa", "" };

static void
check(const struct key_row *k)
{
	struct key_row again;

	if (strlen(k->fingerprint) != KEY_PRINT_SIZE - 1 ||
	    sshkey_blob(&again, k->blob, k->len) != 0 ||
	    strcmp(again.fingerprint, k->fingerprint) != 0 ||
	    strcmp(again.type, k->type) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t blob[4 + 64 + KEY_BLOB_MAX] = { 0 };
	const char *type;
	struct key_row k;
	size_t len;

	if (sshkey_read(&k, (const char *)data, size) == 0)
		check(&k);
	if (size == 0 || size > KEY_BLOB_MAX)
		return 0;
	type = types[data[0] % (sizeof(types) / sizeof(types[0]))];
	len = strlen(type);
	blob[3] = (uint8_t)len;
	memcpy(blob + 4, type, len);
	memcpy(blob + 4 + len, data + 1, size - 1);
	if (sshkey_blob(&k, blob, 4 + len + size - 1) == 0)
		check(&k);
	return 0;
}
