/* sign.c - signing the head of a log by libcrypto's Ed25519. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "hostd/sign.h"
#include "proto/base64.h"
#include "proto/err.h"
#include "proto/sys/chain.h"
#include "proto/sys/filter.h"
#include "proto/sys/privs.h"
#include "proto/sys/util.h"

#define KEYS_MAX 65536
#define KEY_BYTES_MAX 8192
#define REQUEST_MS 5000
#define MEMORY_MB 160
#define MAX_FDS 16
#define SEED_LEN 32

static const struct filter_rule rules[] = {
	FILTER_RULE("read", FILTER_ALLOW),
	FILTER_RULE("pread64", FILTER_ALLOW),
	FILTER_RULE("write", FILTER_ALLOW),
	FILTER_RULE("sendmsg", FILTER_ALLOW),
	FILTER_RULE("recvmsg", FILTER_ALLOW),
	FILTER_RULE("poll", FILTER_ALLOW),
	FILTER_RULE("ppoll", FILTER_ALLOW),
	FILTER_RULE("close", FILTER_ALLOW),
	FILTER_RULE("brk", FILTER_ALLOW),
	FILTER_RULE_MASKED("mmap", FILTER_ALLOW, 2, PROT_EXEC, 0),
	FILTER_RULE_MASKED("mprotect", FILTER_ALLOW, 2, PROT_EXEC, 0),
	FILTER_RULE("munmap", FILTER_ALLOW),
	FILTER_RULE("mremap", FILTER_ALLOW),
	FILTER_RULE("madvise", FILTER_ALLOW),
	FILTER_RULE("futex", FILTER_ALLOW),
	FILTER_RULE("getrandom", FILTER_ALLOW),
	FILTER_RULE("getpid", FILTER_ALLOW),
	FILTER_RULE("clock_gettime", FILTER_ALLOW),
	FILTER_RULE("sysinfo", FILTER_ALLOW),
	FILTER_RULE("rt_sigprocmask", FILTER_ALLOW),
	FILTER_RULE("rt_sigreturn", FILTER_ALLOW),
	FILTER_RULE("exit", FILTER_ALLOW),
	FILTER_RULE("exit_group", FILTER_ALLOW),
	/* libraries look for files that they can do without */
	FILTER_RULE("open", FILTER_EACCES),
	FILTER_RULE("openat", FILTER_EACCES),
	FILTER_RULE("stat", FILTER_EACCES),
	FILTER_RULE("newfstatat", FILTER_EACCES),
	FILTER_RULE("access", FILTER_EACCES),
	FILTER_RULE("readlink", FILTER_EACCES),
};

/* --- the key --- */

/* A string of the key's file (PROTOCOL.key of OpenSSH). */
static const uint8_t *
get_string(struct buf_in *in, size_t *len)
{
	const uint8_t *p = buf_get_raw(in, 4);

	*len = 0;
	if (p == NULL)
		return NULL;
	*len =
	    (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
	return buf_get_raw(in, *len);
}

static bool
is_text(const uint8_t *p, size_t len, const char *text)
{
	return p != NULL && len == strlen(text) && memcmp(p, text, len) == 0;
}

/* The private half: two numbers that are the same, type, key, and seed with
 * key. */
static int
read_private(const uint8_t *p, size_t len, uint8_t *seed, uint8_t *key)
{
	struct buf_in in;
	const uint8_t *type;
	size_t n;

	buf_in_init(&in, p, len);
	buf_get_raw(&in, 8);
	type = get_string(&in, &n);
	if (!is_text(type, n, "ssh-ed25519"))
		return CS_ENOTFOUND;
	get_string(&in, &n);
	p = get_string(&in, &n);
	if (in.err != 0 || n != SEED_LEN + SSHSIG_KEY_LEN)
		return CS_ENOTFOUND;
	memcpy(seed, p, SEED_LEN);
	memcpy(key, p + SEED_LEN, SSHSIG_KEY_LEN);
	return 0;
}

static int
read_key(const uint8_t *bytes, size_t len, uint8_t *seed, uint8_t *key)
{
	static const char magic[] = "openssh-key-v1";
	struct buf_in in;
	const uint8_t *p;
	size_t n;

	buf_in_init(&in, bytes, len);
	p = buf_get_raw(&in, sizeof(magic));
	if (p == NULL || memcmp(p, magic, sizeof(magic)) != 0)
		return CS_ENOTFOUND;
	p = get_string(&in, &n);
	if (!is_text(p, n, "none"))
		return CS_ENOTFOUND;
	get_string(&in, &n);
	get_string(&in, &n);
	buf_get_raw(&in, 4); /* how many keys: one */
	get_string(&in, &n);
	p = get_string(&in, &n);
	return in.err != 0 ? CS_ENOTFOUND : read_private(p, n, seed, key);
}

/* What stands between the lines BEGIN and END of one file, without blanks. */
static size_t
body_of(const char *from, const char *to, char *dst, size_t size)
{
	size_t n = 0;

	for (; from < to && n + 1 < size; from++)
		if (*from != '\n' && *from != '\r')
			dst[n++] = *from;
	dst[n] = '\0';
	return n;
}

int
sign_key(const char *pem, uint8_t seed[32], uint8_t key[SSHSIG_KEY_LEN])
{
	static const char begin[] = "-----BEGIN OPENSSH PRIVATE KEY-----\n",
			  end[] = "-----END OPENSSH PRIVATE KEY-----";
	char text[KEY_BYTES_MAX * 2];
	uint8_t bytes[KEY_BYTES_MAX];
	const char *stop;
	size_t len;
	int r = CS_ENOTFOUND;

	while (r < 0 && (pem = strstr(pem, begin)) != NULL &&
	       (stop = strstr(pem, end)) != NULL) {
		pem += strlen(begin);
		len = body_of(pem, stop, text, sizeof(text));
		if (base64_get(text, len, bytes, sizeof(bytes), &len) == 0)
			r = read_key(bytes, len, seed, key);
	}
	explicit_bzero(text, sizeof(text));
	explicit_bzero(bytes, sizeof(bytes));
	return r;
}

/* --- signing --- */

static int
sign(const uint8_t seed[SEED_LEN], const struct buf *b,
    uint8_t signature[SSHSIG_LEN])
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(
	    EVP_PKEY_ED25519, NULL, seed, SEED_LEN);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t len = SSHSIG_LEN;
	int ok = key != NULL && context != NULL && b->err == 0 &&
		 EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
		 EVP_DigestSign(context, signature, &len, b->data, b->len) == 1;

	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	return ok && len == SSHSIG_LEN ? 0 : CS_EIO;
}

static bool
is_room(const char *id)
{
	static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

	return strncmp(id, "r-", 2) == 0 && strlen(id) == 7 &&
	       strspn(id + 2, digits) == 5;
}

int
sign_head(struct mon_msg *m, const uint8_t seed[32],
    const uint8_t key[SSHSIG_KEY_LEN])
{
	struct head head = { .rev = m->u.sign.rev };
	char text[HEAD_TEXT_SIZE];
	struct buf b;
	int r;

	if (!is_room(m->u.sign.room))
		return CS_EINVAL;
	memcpy(head.room, m->u.sign.room, sizeof(head.room));
	memcpy(head.sha256, m->u.sign.sha256, sizeof(head.sha256));
	time_rfc3339(m->u.sign.at_ms, head.at);
	head_text(&head, text);
	buf_init(&b, sizeof(text));
	sshsig_signed(text, strlen(text), &b);
	r = sign(seed, &b, m->u.sign.signature);
	buf_release(&b);
	memcpy(m->u.sign.key, key, SSHSIG_KEY_LEN);
	m->type = MON_HUB_SIGNED;
	return r;
}

static int
confine(const char *empty_dir)
{
	int r;

	if ((r = privs_drop("session", empty_dir, false)) < 0 ||
	    (r = privs_limit(MEMORY_MB, MAX_FDS, true, true)) < 0)
		return r;
	return filter_install(
	    FILTER_KILL, rules, sizeof(rules) / sizeof(rules[0]));
}

static int
load_key(int fd, uint8_t *seed, uint8_t *key)
{
	char *pem = xcalloc(1, KEYS_MAX);
	int r = pread(fd, pem, KEYS_MAX - 1, 0) > 0 ? sign_key(pem, seed, key)
						    : CS_EIO;

	explicit_bzero(pem, KEYS_MAX);
	free(pem);
	close(fd);
	return r;
}

int
sign_main(int monitor, int keys_fd, const char *empty_dir)
{
	struct pollfd p = { monitor, POLLIN, 0 };
	uint8_t seed[SEED_LEN], key[SSHSIG_KEY_LEN];
	struct mon_msg m;
	int r;

	if (confine(empty_dir) < 0 || load_key(keys_fd, seed, key) < 0)
		return 1;
	r = poll(&p, 1, REQUEST_MS) == 1 && mon_recv(monitor, &m, NULL) == 1 &&
		    m.type == MON_HUB_SIGN
		? sign_head(&m, seed, key)
		: CS_EIO;
	explicit_bzero(seed, sizeof(seed));
	if (r == 0)
		r = mon_send(monitor, &m, -1);
	return r == 0 ? 0 : 1;
}
