/* tar.c - archives in the ustar format. */
#include <stdio.h>
#include <string.h>

#include "client/tar.h"
#include "proto/err.h"

#define OCTAL_MAX ((uint64_t)1 << 33)
#define SUMS_MAX (64 * 1024)

struct ustar {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], sum[8];
	char type, link[100], magic[6], version[2], user[32], group[32];
	char major[8], minor[8], prefix[155], rest[12];
};
_Static_assert(sizeof(struct ustar) == TAR_BLOCK, "as POSIX has it");

static void
put_octal(char *dst, size_t size, uint64_t v)
{
	char text[24];

	snprintf(
	    text, sizeof(text), "%0*llo", (int)size - 1, (unsigned long long)v);
	memcpy(dst, text, size);
}

/* The header of the file NAME. */
static void
tar_header(
    uint8_t block[TAR_BLOCK], const char *name, uint64_t size, uint64_t mtime_s)
{
	struct ustar u;
	unsigned sum = 0;

	memset(&u, 0, sizeof(u));
	memcpy(u.name, name, strnlen(name, sizeof(u.name)));
	put_octal(u.mode, sizeof(u.mode), 0644);
	put_octal(u.uid, sizeof(u.uid), 0);
	put_octal(u.gid, sizeof(u.gid), 0);
	put_octal(u.size, sizeof(u.size), size % OCTAL_MAX);
	put_octal(u.mtime, sizeof(u.mtime), mtime_s % OCTAL_MAX);
	u.type = '0';
	memcpy(u.magic, "ustar", 6);
	memcpy(u.version, "00", 2);
	put_octal(u.major, sizeof(u.major), 0);
	put_octal(u.minor, sizeof(u.minor), 0);
	memset(u.sum, ' ', sizeof(u.sum));
	memcpy(block, &u, sizeof(u));
	for (size_t i = 0; i < TAR_BLOCK; i++)
		sum += block[i];
	put_octal(u.sum, sizeof(u.sum) - 1, sum); /* and a blank behind it */
	memcpy(block, &u, sizeof(u));
}

static uint64_t
get_octal(const char *p, size_t size)
{
	uint64_t v = 0;

	for (size_t i = 0; i < size && p[i] >= '0' && p[i] <= '7'; i++)
		v = v << 3 | (uint64_t)(p[i] - '0');
	return v;
}

int
tar_parse(const uint8_t block[TAR_BLOCK], char name[TAR_NAME_SIZE],
    uint64_t *size, uint64_t *mtime_s)
{
	uint8_t again[TAR_BLOCK];
	struct ustar u;

	memcpy(&u, block, sizeof(u));
	snprintf(name, TAR_NAME_SIZE, "%.100s", u.name);
	*size = get_octal(u.size, sizeof(u.size));
	*mtime_s = get_octal(u.mtime, sizeof(u.mtime));
	tar_header(again, name, *size, *mtime_s);
	return memcmp(again, block, TAR_BLOCK) == 0 ? 0 : CS_EFORMAT;
}

/* --- writing --- */

void
tar_begin(struct tar *t, FILE *to, const char *dir, uint64_t mtime_s)
{
	memset(t, 0, sizeof(*t));
	t->to = to;
	t->mtime_s = mtime_s;
	snprintf(t->dir, sizeof(t->dir), "%s", dir);
	buf_init(&t->sums, SUMS_MAX);
}

void
tar_release(struct tar *t)
{
	buf_release(&t->sums);
}

void
tar_file(struct tar *t, const char *name, uint64_t size)
{
	char path[TAR_NAME_SIZE];
	uint8_t block[TAR_BLOCK];

	snprintf(t->name, sizeof(t->name), "%s", name);
	snprintf(path, sizeof(path), "%.15s/%.80s", t->dir, name);
	tar_header(block, path, size, t->mtime_s);
	fwrite(block, 1, sizeof(block), t->to);
	t->left = size;
	t->padding = (TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK;
	digest_init(&t->digest);
}

void
tar_put(struct tar *t, const void *p, size_t len)
{
	if (len > t->left)
		len = (size_t)t->left; /* tar_file_end's caller has counted */
	fwrite(p, 1, len, t->to);
	digest_update(&t->digest, p, len);
	t->left -= len;
}

int
tar_file_end(struct tar *t)
{
	static const uint8_t zeros[TAR_BLOCK];
	char hex[DIGEST_HEX_SIZE];
	uint8_t hash[DIGEST_LEN];

	fwrite(zeros, 1, t->padding, t->to);
	digest_final(&t->digest, hash);
	digest_hex(hash, hex, sizeof(hex));
	buf_put_raw(&t->sums, hex, strlen(hex));
	buf_put_raw(&t->sums, "  ", 2);
	buf_put_raw(&t->sums, t->name, strlen(t->name));
	buf_put_u8(&t->sums, '\n');
	return t->left == 0 ? 0 : CS_EINVAL;
}

void
tar_whole(struct tar *t, const char *name, const void *p, size_t len)
{
	tar_file(t, name, len);
	tar_put(t, p, len);
	tar_file_end(t);
}

void
tar_end(struct tar *t)
{
	static const uint8_t zeros[2 * TAR_BLOCK];

	fwrite(zeros, 1, sizeof(zeros), t->to);
}
