/* secret.c - invite codes, tokens and room ids, and the hashes of secrets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <crypt.h>

#include "proto/sys/digest.h"
#include "hostd/secret.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"

/* The cheapest yescrypt: about a millisecond. What protects a code is its 60
 * bits; the hash keeps a stolen database from being a list of codes. */
#define COST 1
/* What people choose has to be dear to guess: some 30 ms and 32 MiB. */
#define PASSWORD_COST 6

static int
salt_new(unsigned long cost, char *dst, size_t size)
{
	char salt[CRYPT_GENSALT_OUTPUT_SIZE];

	if (crypt_gensalt_rn("$y$", cost, NULL, 0, salt, sizeof(salt)) ==
		NULL ||
	    strlen(salt) >= size)
		return CS_EIO;
	memcpy(dst, salt, strlen(salt) + 1);
	return 0;
}

static int
hash_make(const char *secret, const char *salt, char *dst, size_t size)
{
	struct crypt_data *data = xcalloc(1, sizeof(*data));
	const char *hash = crypt_rn(secret, salt, data, sizeof(*data));
	int r = CS_EIO;

	if (hash != NULL && strlen(hash) < size) {
		memcpy(dst, hash, strlen(hash) + 1);
		r = 0;
	}
	explicit_bzero(data, sizeof(*data));
	free(data);
	return r;
}

int
secret_salt(char *dst, size_t size)
{
	int r = salt_new(COST, dst, size);

	if (r < 0)
		log_err("no salt can be made: %m");
	return r;
}

int
secret_hash(const char *code, const char *salt, char *dst, size_t size)
{
	int r = hash_make(code, salt, dst, size);

	if (r < 0)
		log_err("a code cannot be hashed: %m");
	return r;
}

/* --- passwords --- */

int
password_salt(char *dst, size_t size)
{
	return salt_new(PASSWORD_COST, dst, size);
}

int
password_hash(const char *secret, char *dst, size_t size)
{
	char salt[CRYPT_GENSALT_OUTPUT_SIZE];
	int r = password_salt(salt, sizeof(salt));

	return r < 0 ? r : hash_make(secret, salt, dst, size);
}

int
password_check(const char *secret, const char *hash)
{
	char made[CRYPT_OUTPUT_SIZE];
	size_t len = strlen(hash);
	unsigned differ = 0;
	int r = hash_make(secret, hash, made, sizeof(made));

	if (r < 0)
		return r;
	if (strlen(made) == len) /* else HASH is a salt */
		for (size_t i = 0; i < len; i++)
			differ |= (unsigned)(made[i] ^ hash[i]);
	else
		differ = 1;
	explicit_bzero(made, sizeof(made));
	return differ == 0 ? 0 : CS_EPERM;
}

/* --- codes and tokens --- */

void
code_new(char code[CODE_LEN + 1])
{
	random_crockford(code, CODE_LEN, 1);
}

void
code_show(const char *code, char dst[CODE_SHOWN_LEN + 1])
{
	char *p = dst;

	for (int i = 0; i < CODE_LEN; i++) {
		if (i == 4 || i == 8)
			*p++ = '-';
		*p++ = code[i];
	}
	*p = '\0';
}

/* One Crockford digit as people write it, in lower case; 0 for none. */
static char
digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		c = (char)(c - 'A' + 'a');
	if (c == 'i' || c == 'l')
		return '1';
	if (c == 'o')
		return '0';
	if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z' && c != 'u'))
		return c;
	return 0;
}

/* LEN digits as typed, in capitals. */
static int
digits_read(const char *typed, char *dst, size_t len)
{
	size_t n = 0;
	char c;

	for (; *typed != '\0'; typed++) {
		if (strchr("- \t\r\n", *typed) != NULL)
			continue;
		if ((c = digit(*typed)) == 0 || n == len)
			return CS_EINVAL;
		dst[n++] = c >= 'a' ? (char)(c - 'a' + 'A') : c;
	}
	dst[n] = '\0';
	return n == len ? 0 : CS_EINVAL;
}

int
code_read(const char *typed, char code[CODE_LEN + 1])
{
	return digits_read(typed, code, CODE_LEN);
}

void
token_new(char shown[TOKEN_SHOWN_LEN + 1])
{
	char token[TOKEN_LEN + 1];

	random_crockford(token, TOKEN_LEN, 1);
	snprintf(shown, TOKEN_SHOWN_LEN + 1, "%.4s-%.4s-%.4s-%.4s-%.4s", token,
	    token + 4, token + 8, token + 12, token + 16);
	explicit_bzero(token, sizeof(token));
}

int
token_hash(const char *typed, char *dst, size_t size)
{
	char token[TOKEN_LEN + 1];
	uint8_t digest[DIGEST_LEN];

	if (digits_read(typed, token, TOKEN_LEN) < 0)
		return CS_EINVAL;
	digest_sha256(token, TOKEN_LEN, digest);
	digest_hex(digest, dst, size);
	explicit_bzero(token, sizeof(token));
	return 0;
}

void
room_id_new(char id[ROOM_ID_LEN + 1])
{
	id[0] = 'r';
	id[1] = '-';
	random_crockford(id + 2, ROOM_ID_LEN - 2, 0);
}

int
room_id_read(const char *typed, char id[ROOM_ID_LEN + 1])
{
	if (strlen(typed) != ROOM_ID_LEN ||
	    (typed[0] != 'r' && typed[0] != 'R') || typed[1] != '-')
		return CS_EINVAL;
	id[0] = 'r';
	id[1] = '-';
	for (int i = 2; i < ROOM_ID_LEN; i++)
		if ((id[i] = digit(typed[i])) == 0)
			return CS_EINVAL;
	id[ROOM_ID_LEN] = '\0';
	return 0;
}
