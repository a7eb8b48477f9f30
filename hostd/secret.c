/* secret.c - invite codes and room ids, and the hashes of codes. */
#include <stdlib.h>
#include <string.h>

#include <crypt.h>

#include "hostd/secret.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"

/* The cheapest yescrypt: about a millisecond. What protects a code is its 60
 * bits; the hash keeps a stolen database from being a list of codes. */
#define COST 1

int
secret_salt(char *dst, size_t size)
{
	char salt[CRYPT_GENSALT_OUTPUT_SIZE];

	if (crypt_gensalt_rn("$y$", COST, NULL, 0, salt, sizeof(salt)) ==
		NULL ||
	    strlen(salt) >= size) {
		log_err("no salt can be made: %m");
		return CS_EIO;
	}
	memcpy(dst, salt, strlen(salt) + 1);
	return 0;
}

int
secret_hash(const char *code, const char *salt, char *dst, size_t size)
{
	struct crypt_data *data = xcalloc(1, sizeof(*data));
	const char *hash = crypt_rn(code, salt, data, sizeof(*data));
	int r = CS_EIO;

	if (hash != NULL && strlen(hash) < size) {
		memcpy(dst, hash, strlen(hash) + 1);
		r = 0;
	} else {
		log_err("a code cannot be hashed: %m");
	}
	explicit_bzero(data, sizeof(*data));
	free(data);
	return r;
}

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

int
code_read(const char *typed, char code[CODE_LEN + 1])
{
	size_t n = 0;
	char c;

	for (; *typed != '\0'; typed++) {
		if (strchr("- \t\r\n", *typed) != NULL)
			continue;
		if ((c = digit(*typed)) == 0 || n == CODE_LEN)
			return CS_EINVAL;
		code[n++] = c >= 'a' ? (char)(c - 'a' + 'A') : c;
	}
	code[n] = '\0';
	return n == CODE_LEN ? 0 : CS_EINVAL;
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
