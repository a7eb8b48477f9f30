/*
 * unbundle.c - reading a bundle from its first to its last byte. It is a stream:
 * what a later file says about an earlier one is remembered as a hash.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "client/bundle.h"
#include "client/event.h"
#include "client/tar.h"
#include "proto/err.h"
#include "proto/order.h"
#include "proto/sys/json.h"
#include "proto/sys/util.h"

#define ROOM_JSON_MAX (1024 * 1024)
#define SUMS_MAX (64 * 1024)
#define COPY_BYTES 65536

struct in {
	struct bundle *b;
	FILE *from;
	char dir[HEAD_ROOM_SIZE]; /* "r-7f3k2", of the first header */
	uint64_t mtime_s;
	/* the file that is being read */
	char name[TAR_NAME_SIZE];
	uint64_t left;
	size_t padding;
	struct digest digest;
	struct buf sums; /* what SHA256SUMS must be */
	/* what the files say */
	uint8_t lines[DIGEST_LEN]; /* the hash of log.jsonl */
	struct events *events;
	struct chain chain;
	struct order *order;
};

static int wrong(struct in *in, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The first thing that is wrong. */
static int
wrong(struct in *in, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (in->b->why[0] == '\0')
		vsnprintf(in->b->why, sizeof(in->b->why), fmt, ap);
	va_end(ap);
	return CS_EFORMAT;
}

/* --- files of the archive --- */

/* Is PATH of the characters that names in bundles have? What is not comes from a
 * stranger, and is not shown on a terminal. */
static bool
is_plain(const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789._-/";

	return path[strspn(path, plain)] == '\0';
}

/* The name of what comes next into in->name, without the directory. */
static int
file_next(struct in *in)
{
	char path[TAR_NAME_SIZE];
	uint8_t block[TAR_BLOCK];
	uint64_t mtime_s;
	const char *slash;

	if (fread(block, 1, sizeof(block), in->from) != sizeof(block))
		return wrong(in, "it ends where a file should begin");
	if (tar_parse(block, path, &in->left, &mtime_s) < 0 ||
	    !is_plain(path) || (slash = strchr(path, '/')) == NULL ||
	    (size_t)(slash - path) >= sizeof(in->dir))
		return wrong(in, "the header of the file behind %s is damaged",
		    in->name[0] != '\0' ? in->name : "the beginning");
	if (in->dir[0] == '\0') {
		memcpy(in->dir, path, (size_t)(slash - path));
		in->mtime_s = mtime_s;
	}
	if (strncmp(in->dir, path, (size_t)(slash - path)) != 0 ||
	    in->dir[slash - path] != '\0' || in->mtime_s != mtime_s)
		return wrong(in, "%.80s is of another bundle", path);
	snprintf(in->name, sizeof(in->name), "%s", slash + 1);
	in->padding = (TAR_BLOCK - in->left % TAR_BLOCK) % TAR_BLOCK;
	digest_init(&in->digest);
	return 0;
}

/* The next file must be NAME. */
static int
file_open(struct in *in, const char *name)
{
	int r = file_next(in);

	if (r == 0 && strcmp(in->name, name) != 0)
		r = wrong(
		    in, "there is %.80s where %s should be", in->name, name);
	return r;
}

static int
file_get(struct in *in, void *p, size_t len)
{
	if (len > in->left)
		return wrong(in, "%.80s is too short", in->name);
	if (fread(p, 1, len, in->from) != len)
		return wrong(in, "it ends in the middle of %.80s", in->name);
	digest_update(&in->digest, p, len);
	in->left -= len;
	return 0;
}

/* Nothing of it is left but the padding. SUM, if not NULL, is its hash. */
static int
file_close(struct in *in, uint8_t sum[DIGEST_LEN])
{
	uint8_t padding[TAR_BLOCK], hash[DIGEST_LEN];
	char hex[DIGEST_HEX_SIZE];

	if (in->left != 0)
		return wrong(in, "%.80s is too long", in->name);
	if (fread(padding, 1, in->padding, in->from) != in->padding)
		return wrong(in, "it ends behind %.80s", in->name);
	for (size_t i = 0; i < in->padding; i++)
		if (padding[i] != 0)
			return wrong(
			    in, "there is something behind %.80s", in->name);
	digest_final(&in->digest, hash);
	digest_hex(hash, hex, sizeof(hex));
	buf_put_raw(&in->sums, hex, strlen(hex));
	buf_put_raw(&in->sums, "  ", 2);
	buf_put_raw(&in->sums, in->name, strlen(in->name));
	buf_put_u8(&in->sums, '\n');
	if (sum != NULL)
		memcpy(sum, hash, DIGEST_LEN);
	return 0;
}

/* The whole of the open file, at most SIZE - 1 bytes, as a string into DST. */
static int
file_whole(struct in *in, char *dst, size_t size)
{
	size_t len = (size_t)in->left;
	int r;

	if (in->left >= size)
		return wrong(in, "%.80s is too long", in->name);
	if ((r = file_get(in, dst, len)) < 0)
		return r;
	dst[len] = '\0';
	return file_close(in, NULL);
}

/* The file NAME must be WANT[LEN]. */
static int
file_is(struct in *in, const char *name, const void *want, size_t len)
{
	const uint8_t *p = want;
	uint8_t part[4096];
	size_t n;
	int r;

	if ((r = file_open(in, name)) < 0)
		return r;
	for (size_t at = 0; at < len; at += n) {
		n = len - at < sizeof(part) ? len - at : sizeof(part);
		if ((r = file_get(in, part, n)) < 0)
			return r;
		if (memcmp(part, p + at, n) != 0)
			return wrong(in, "%.80s was changed", name);
	}
	return file_close(in, NULL);
}

/* --- what is in them --- */

static void
learn_seats(struct in *in, const struct json *room)
{
	const struct json *seats = json_get(room, "seats"), *seat;
	const char *label;
	int64_t site;

	for (size_t i = 0; i < json_count(seats); i++) {
		seat = json_at(seats, i);
		site = json_get_int(seat, "site", 0);
		label = json_get_str(seat, "seat");
		if (site > 0 && site <= SITE_MAX && label != NULL)
			events_label(in->events, (uint8_t)site, label);
	}
}

static int
read_room(struct in *in)
{
	char *text = xmalloc(ROOM_JSON_MAX);
	struct json *room = NULL;
	const char *id;
	int r;

	if ((r = file_open(in, "room.json")) == 0 &&
	    (r = file_whole(in, text, ROOM_JSON_MAX)) == 0) {
		room = json_parse(text, strlen(text));
		id = json_get_str(room, "id");
		if (id == NULL || strcmp(id, in->dir) != 0)
			r = wrong(in, "room.json is not that of %s", in->dir);
		learn_seats(in, room);
	}
	json_free(room);
	free(text);
	return r;
}

/* They are compared by their hash, when the records have come. */
static int
read_lines(struct in *in)
{
	uint8_t part[COPY_BYTES];
	size_t n;
	int r = file_open(in, "log.jsonl");

	while (r == 0 && in->left > 0) {
		n = in->left < sizeof(part) ? (size_t)in->left : sizeof(part);
		r = file_get(in, part, n);
	}
	return r == 0 ? file_close(in, in->lines) : r;
}

/* What `room tail` says of R. */
static void
line_add(struct in *in, const struct record *r, struct digest *d)
{
	struct json *o = events_json(in->events, r);
	char *text = json_print(o);

	digest_update(d, text, strlen(text));
	digest_update(d, "\n", 1);
	free(text);
	json_free(o);
}

static int
read_record(
    struct in *in, struct buf *bytes, struct record *rec, struct digest *lines)
{
	uint8_t head[4];
	size_t len;
	int r;

	if ((r = file_get(in, head, sizeof(head))) < 0)
		return r;
	len = (size_t)head[0] << 24 | (size_t)head[1] << 16 |
	      (size_t)head[2] << 8 | head[3];
	buf_clear(bytes);
	if (len > CHUNK_MAX || buf_reserve(bytes, len) == NULL)
		return wrong(in, "record %llu is too long",
		    (unsigned long long)in->chain.rev + 1);
	if ((r = file_get(in, bytes->data, len)) < 0)
		return r;
	if (chain_add_bytes(&in->chain, bytes->data, len, rec) < 0 ||
	    order_replay(in->order, rec) < 0)
		return wrong(in, "record %llu is damaged",
		    (unsigned long long)in->chain.rev + 1);
	line_add(in, rec, lines);
	return 0;
}

static int
read_records(struct in *in)
{
	uint8_t hash[DIGEST_LEN];
	struct digest lines;
	struct record rec;
	struct buf bytes;
	int r;

	buf_init(&bytes, CHUNK_MAX);
	record_init(&rec);
	digest_init(&lines);
	r = file_open(in, "log.records");
	while (r == 0 && in->left > 0)
		r = read_record(in, &bytes, &rec, &lines);
	record_release(&rec);
	buf_release(&bytes);
	if (r == 0)
		r = file_close(in, NULL);
	digest_final(&lines, hash);
	if (r == 0 && memcmp(hash, in->lines, sizeof(hash)) != 0)
		r = wrong(in, "log.jsonl does not say what log.records does");
	return r;
}

static int
read_files(struct in *in)
{
	char name[NAME_MAX_BYTES + 16];
	const struct text *text;
	char *bytes;
	size_t len;
	int r = 0;

	for (unsigned i = 0; i < order_file_count(in->order) && r == 0; i++) {
		snprintf(name, sizeof(name), "files/%s",
		    order_file_name(in->order, i));
		text = order_text(in->order, i);
		len = text_len(text);
		bytes = xmalloc(len + 1);
		text_copy(text, 0, len, bytes);
		r = file_is(in, name, bytes, len);
		free(bytes);
	}
	return r;
}

static int
read_head(struct in *in)
{
	struct bundle *b = in->b;
	int r;

	if ((r = file_open(in, "log.head")) < 0 ||
	    (r = file_whole(in, b->head_text, sizeof(b->head_text))) < 0)
		return r;
	if (head_parse(b->head_text, strlen(b->head_text), &b->head) < 0)
		return wrong(in, "log.head is damaged");
	if (strcmp(b->head.room, in->dir) != 0)
		return wrong(in, "log.head is that of another room");
	if (b->head.rev != in->chain.rev ||
	    memcmp(b->head.sha256, in->chain.head, DIGEST_LEN) != 0)
		return wrong(in, "the records are not those that log.head "
				 "stands for");
	return 0;
}

/* The signature, if there is one; the header of the file behind log.head has
 * been read. */
static int
read_signature(struct in *in)
{
	struct bundle *b = in->b;
	bool is_there = strcmp(in->name, "log.head.sig") == 0;
	bool signed_once = strcmp(b->head.at, HEAD_NEVER) != 0;
	uint8_t key[SSHSIG_KEY_LEN];
	int r;

	if (signed_once && !is_there)
		return wrong(in, "the signature of log.head is missing");
	if (!signed_once && is_there)
		return wrong(in, "log.head says that it was never signed");
	if (!is_there)
		return 0;
	if ((r = file_whole(in, b->signature, sizeof(b->signature))) < 0 ||
	    (r = file_open(in, "allowed_signers")) < 0 ||
	    (r = file_whole(in, b->allowed, sizeof(b->allowed))) < 0)
		return r;
	if (sshsig_allowed_key(b->allowed, strlen(b->allowed), key) < 0)
		return wrong(in, "allowed_signers is damaged");
	sshsig_fingerprint(key, b->fingerprint);
	b->is_signed = true;
	return file_next(in);
}

static int
read_sums(struct in *in)
{
	struct buf want = in->sums;
	char *got = xmalloc(SUMS_MAX);
	int r;

	buf_init(&in->sums, SUMS_MAX); /* it is not in itself */
	if (strcmp(in->name, "SHA256SUMS") != 0)
		r = wrong(
		    in, "there is %.80s where SHA256SUMS should be", in->name);
	else if ((r = file_whole(in, got, SUMS_MAX)) == 0 &&
		 (strlen(got) != want.len ||
		     memcmp(got, want.data, want.len) != 0))
		r = wrong(in, "a file is not what SHA256SUMS says");
	buf_release(&want);
	free(got);
	return r;
}

/* Two empty blocks, and nothing behind them. */
static int
read_end(struct in *in)
{
	uint8_t end[2 * TAR_BLOCK + 1];

	if (fread(end, 1, sizeof(end), in->from) != sizeof(end) - 1)
		return wrong(in, "its end is missing, or there is more behind "
				 "it");
	for (size_t i = 0; i + 1 < sizeof(end); i++)
		if (end[i] != 0)
			return wrong(in, "its end is damaged");
	return 0;
}

static int
read_all_of_it(struct in *in)
{
	int r;

	if ((r = file_is(in, "README", bundle_readme, strlen(bundle_readme))) <
		0 ||
	    (r = read_room(in)) < 0 || (r = read_lines(in)) < 0 ||
	    (r = read_records(in)) < 0 || (r = read_files(in)) < 0 ||
	    (r = read_head(in)) < 0 || (r = file_next(in)) < 0 ||
	    (r = read_signature(in)) < 0 || (r = read_sums(in)) < 0)
		return r;
	return read_end(in);
}

int
bundle_read(struct bundle *b, FILE *from)
{
	struct in in = { .b = b, .from = from };
	int r;

	memset(b, 0, sizeof(*b));
	buf_init(&in.sums, SUMS_MAX);
	in.events = events_new();
	chain_init(&in.chain);
	if ((r = order_new(&in.order)) == 0)
		r = read_all_of_it(&in);
	order_free(in.order);
	chain_release(&in.chain);
	events_free(in.events);
	buf_release(&in.sums);
	return r;
}
