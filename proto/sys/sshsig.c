/* sshsig.c - the bytes and texts of ssh's signatures. */
#include <stdio.h>
#include <string.h>

#include "proto/base64.h"
#include "proto/err.h"
#include "proto/sys/digest.h"
#include "proto/sys/sshsig.h"

#define MAGIC "SSHSIG"
#define HASH "sha256"
#define TYPE "ssh-ed25519"
#define COLS 70
#define BLOB_MAX 1024

static void
put_u32(struct buf *b, uint32_t v)
{
	const uint8_t bytes[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16),
		(uint8_t)(v >> 8), (uint8_t)v };

	buf_put_raw(b, bytes, sizeof(bytes));
}

static void
put_string(struct buf *b, const void *p, size_t len)
{
	put_u32(b, (uint32_t)len);
	buf_put_raw(b, p, len);
}

static void
put_text(struct buf *b, const char *text)
{
	put_string(b, text, strlen(text));
}

void
sshsig_signed(const void *message, size_t len, struct buf *b)
{
	uint8_t hash[DIGEST_LEN];

	digest_sha256(message, len, hash);
	buf_put_raw(b, MAGIC, strlen(MAGIC));
	put_text(b, SSHSIG_NAMESPACE);
	put_text(b, "");
	put_text(b, HASH);
	put_string(b, hash, sizeof(hash));
}

/* The key as on the wire. */
static void
put_key(struct buf *b, const uint8_t key[SSHSIG_KEY_LEN])
{
	put_text(b, TYPE);
	put_string(b, key, SSHSIG_KEY_LEN);
}

/* B's bytes in base 64, with padding, in lines of COLS or (0) in one. */
static void
put_base64(const struct buf *b, size_t cols, char *dst, size_t size)
{
	char text[2 * BLOB_MAX];
	size_t len, n = 0;

	base64_put(b->data, b->len, text, sizeof(text) - 3);
	for (len = strlen(text); len % 4 != 0; len++)
		text[len] = '=';
	for (size_t i = 0; i < len && n + 3 < size; i++) {
		dst[n++] = text[i];
		if (cols > 0 && ((i + 1) % cols == 0 || i + 1 == len))
			dst[n++] = '\n';
	}
	dst[n] = '\0';
}

void
sshsig_armor(const uint8_t key[SSHSIG_KEY_LEN],
    const uint8_t signature[SSHSIG_LEN], char dst[SSHSIG_TEXT_SIZE])
{
	char text[SSHSIG_TEXT_SIZE - 64];
	struct buf b, part;

	buf_init(&b, BLOB_MAX);
	buf_init(&part, BLOB_MAX);
	buf_put_raw(&b, MAGIC, strlen(MAGIC));
	put_u32(&b, 1);
	put_key(&part, key);
	put_string(&b, part.data, part.len);
	put_text(&b, SSHSIG_NAMESPACE);
	put_text(&b, "");
	put_text(&b, HASH);
	buf_clear(&part);
	put_text(&part, TYPE);
	put_string(&part, signature, SSHSIG_LEN);
	put_string(&b, part.data, part.len);
	put_base64(&b, COLS, text, sizeof(text));
	snprintf(dst, SSHSIG_TEXT_SIZE,
	    "-----BEGIN SSH SIGNATURE-----\n%s-----END SSH SIGNATURE-----\n",
	    text);
	buf_release(&b);
	buf_release(&part);
}

void
sshsig_allowed(const uint8_t key[SSHSIG_KEY_LEN], char dst[SSHSIG_TEXT_SIZE])
{
	char text[SSHSIG_TEXT_SIZE / 2];
	struct buf b;

	buf_init(&b, BLOB_MAX);
	put_key(&b, key);
	put_base64(&b, 0, text, sizeof(text));
	snprintf(dst, SSHSIG_TEXT_SIZE, "%s namespaces=\"%s\" %s %s\n",
	    SSHSIG_SIGNER, SSHSIG_NAMESPACE, TYPE, text);
	buf_release(&b);
}

void
sshsig_fingerprint(
    const uint8_t key[SSHSIG_KEY_LEN], char dst[SSHSIG_FINGERPRINT_SIZE])
{
	uint8_t hash[DIGEST_LEN];
	char text[SSHSIG_FINGERPRINT_SIZE - 8];
	struct buf b;

	buf_init(&b, BLOB_MAX);
	put_key(&b, key);
	digest_sha256(b.data, b.len, hash);
	base64_put(hash, sizeof(hash), text, sizeof(text));
	snprintf(dst, SSHSIG_FINGERPRINT_SIZE, "SHA256:%s", text);
	buf_release(&b);
}

int
sshsig_allowed_key(const char *text, size_t len, uint8_t key[SSHSIG_KEY_LEN])
{
	char again[SSHSIG_TEXT_SIZE];
	uint8_t blob[BLOB_MAX];
	const char *at = NULL;
	size_t n;

	for (size_t i = 0; i + 1 < len; i++)
		if (text[i] == ' ')
			at = text + i + 1;
	if (at == NULL || text[len - 1] != '\n' ||
	    base64_get(at, (size_t)(text + len - 1 - at), blob, sizeof(blob),
		&n) < 0 ||
	    n < SSHSIG_KEY_LEN)
		return CS_EFORMAT;
	memcpy(key, blob + n - SSHSIG_KEY_LEN, SSHSIG_KEY_LEN);
	sshsig_allowed(key, again);
	return strlen(again) == len && memcmp(again, text, len) == 0
		   ? 0
		   : CS_EFORMAT;
}
