/* sshkey.c - public keys as ssh has them. */
#include <stdio.h>
#include <string.h>

#include "proto/base64.h"
#include "proto/sys/digest.h"
#include "hostd/sshkey.h"
#include "proto/err.h"
#include "proto/utf8.h"

#define ED25519_LEN 32
#define EXPONENT_MAX 8 /* bytes */

/* What is left of the wire's bytes. */
struct wire_in {
	const uint8_t *p;
	size_t left;
};

/* A string of the wire: a length in four bytes, then as many; NULL: cut off. */
static const uint8_t *
get_string(struct wire_in *in, size_t *len)
{
	const uint8_t *p = in->p;
	uint32_t n;

	if (in->left < 4)
		return NULL;
	n = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
	    p[3];
	if (n > in->left - 4)
		return NULL;
	in->p += 4 + n;
	in->left -= 4 + n;
	*len = n;
	return p + 4;
}

/* A positive number in its shortest form, without the zero for the sign. */
static const uint8_t *
get_number(struct wire_in *in, size_t *len)
{
	const uint8_t *p = get_string(in, len);

	if (p == NULL || *len == 0 || (p[0] & 0x80) != 0)
		return NULL;
	if (p[0] != 0)
		return p;
	if (*len == 1 || (p[1] & 0x80) == 0)
		return NULL;
	--*len;
	return p + 1;
}

static int
check_ed25519(struct wire_in *in, const char *arg)
{
	size_t len;

	(void)arg;
	return get_string(in, &len) != NULL && len == ED25519_LEN ? 0
								  : CS_EFORMAT;
}

/* And what it was made for, "ssh:...". */
static int
check_sk_ed25519(struct wire_in *in, const char *arg)
{
	size_t len;

	if (check_ed25519(in, arg) < 0)
		return CS_EFORMAT;
	return get_string(in, &len) != NULL && len > 0 ? 0 : CS_EFORMAT;
}

/* The CURVE's name, and a point that is not compressed. */
static int
check_ecdsa(struct wire_in *in, const char *curve)
{
	size_t len, bytes = strcmp(curve, "nistp256") == 0 ? 32 : 48;
	const uint8_t *p = get_string(in, &len);

	if (p == NULL || len != strlen(curve) || memcmp(p, curve, len) != 0)
		return CS_EFORMAT;
	p = get_string(in, &len);
	return p != NULL && len == 1 + 2 * bytes && p[0] == 4 ? 0 : CS_EFORMAT;
}

static int
check_rsa(struct wire_in *in, const char *arg)
{
	const uint8_t *e, *n;
	size_t elen, nlen, bits;

	(void)arg;
	e = get_number(in, &elen);
	if (e == NULL || elen > EXPONENT_MAX || (e[elen - 1] & 1) == 0 ||
	    (elen == 1 && e[0] == 1))
		return CS_EFORMAT;
	if ((n = get_number(in, &nlen)) == NULL || (n[nlen - 1] & 1) == 0)
		return CS_EFORMAT;
	bits = 8 * nlen;
	for (uint8_t top = n[0]; (top & 0x80) == 0; top = (uint8_t)(top << 1))
		bits--;
	return bits >= RSA_BITS_MIN ? 0 : CS_ERANGE;
}

static const struct {
	const char *type;
	int (*check)(struct wire_in *in, const char *arg);
	const char *arg;
} types[] = {
	{ "ssh-ed25519", check_ed25519, NULL },
	{ "sk-ssh-ed25519@openssh.com", check_sk_ed25519, NULL },
	{ "ecdsa-sha2-nistp256", check_ecdsa, "nistp256" },
	{ "ecdsa-sha2-nistp384", check_ecdsa, "nistp384" },
	{ "ssh-rsa", check_rsa, NULL },
};

int
sshkey_blob(struct key_row *k, const void *blob, size_t len)
{
	struct wire_in in = { blob, len };
	uint8_t digest[DIGEST_LEN];
	const uint8_t *type;
	size_t n, i;
	int r;

	memset(k, 0, sizeof(*k));
	if (len > sizeof(k->blob) || (type = get_string(&in, &n)) == NULL)
		return CS_EFORMAT;
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strlen(types[i].type) == n &&
		    memcmp(types[i].type, type, n) == 0)
			break;
	if (i == sizeof(types) / sizeof(types[0]))
		return CS_EFORMAT;
	if ((r = types[i].check(&in, types[i].arg)) < 0)
		return r;
	if (in.left != 0)
		return CS_EFORMAT;
	memcpy(k->blob, blob, len);
	k->len = len;
	snprintf(k->type, sizeof(k->type), "%s", types[i].type);
	digest_sha256(blob, len, digest);
	memcpy(k->fingerprint, "SHA256:", 7);
	base64_put(digest, sizeof(digest), k->fingerprint + 7,
	    sizeof(k->fingerprint) - 7);
	return 0;
}

/* The comment P[LEN], as far as it is text, whole characters of it. */
static void
comment_take(char *dst, size_t size, const char *p, size_t len)
{
	size_t n = 0;
	uint32_t cp;
	int c;

	for (; len > 0; p += c, len -= (size_t)c) {
		if ((c = utf8_decode(p, len, &cp)) <= 0 ||
		    n + (size_t)c >= size || utf8_cp_width(cp) < 0)
			break;
		memcpy(dst + n, p, (size_t)c);
		n += (size_t)c;
	}
	while (n > 0 && dst[n - 1] == ' ')
		n--;
	dst[n] = '\0';
}

static size_t
word_len(const char *p, size_t len)
{
	size_t n = 0;

	while (n < len && p[n] != ' ' && p[n] != '\t')
		n++;
	return n;
}

static size_t
blank_len(const char *p, size_t len)
{
	size_t n = 0;

	while (n < len && (p[n] == ' ' || p[n] == '\t'))
		n++;
	return n;
}

static int
line_read(struct key_row *k, const char *p, size_t len)
{
	size_t type_len = word_len(p, len), skip, n, used;
	uint8_t blob[KEY_BLOB_MAX];
	const char *type = p;
	int r;

	skip = type_len + blank_len(p + type_len, len - type_len);
	p += skip;
	len -= skip;
	n = word_len(p, len);
	if (base64_get(p, n, blob, sizeof(blob), &used) < 0)
		return CS_EFORMAT;
	if ((r = sshkey_blob(k, blob, used)) < 0)
		return r;
	if (strlen(k->type) != type_len || memcmp(k->type, type, type_len) != 0)
		return CS_EFORMAT;
	n += blank_len(p + n, len - n);
	comment_take(k->comment, sizeof(k->comment), p + n, len - n);
	return 0;
}

int
sshkey_read(struct key_row *k, const char *text, size_t len)
{
	const char *end = text + len, *eol;
	bool found = false;
	size_t n;
	int r;

	for (; text < end; text = eol + (eol < end)) {
		if ((eol = memchr(text, '\n', (size_t)(end - text))) == NULL)
			eol = end;
		text += blank_len(text, (size_t)(eol - text));
		n = (size_t)(eol - text);
		if (n > 0 && text[n - 1] == '\r')
			n--;
		if (n == 0 || text[0] == '#')
			continue;
		if (found)
			return CS_EINVAL;
		found = true;
		if ((r = line_read(k, text, n)) < 0)
			return r;
	}
	return found ? 0 : CS_EINVAL;
}
