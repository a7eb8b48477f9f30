/* pass.c - the relay's key, and the pass for runners on other machines. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hostd/pass.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"

/* Of DIR/NAME; the caller erases and frees it. CS_ENOTFOUND, CS_EIO. */
static int
read_file(const char *dir, const char *name, char **text)
{
	char *path = xasprintf("%s/%s", dir, name);
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), r = CS_EIO;
	size_t len;

	*text = NULL;
	if (fd < 0 && errno == ENOENT)
		r = CS_ENOTFOUND;
	if (fd >= 0) {
		r = read_all(fd, RELAY_PASS_MAX, text, &len);
		close(fd);
	}
	if (r < 0 && r != CS_ENOTFOUND)
		log_err("%s cannot be read: %m", path);
	free(path);
	return r;
}

/* It has its name when it is whole. */
static int
write_file(const char *dir, const char *name, const void *text, size_t len)
{
	char *path = xasprintf("%s/%s", dir, name);
	char *part = xasprintf("%s.part", path);
	int fd, r = CS_EIO;

	unlink(part);
	fd = open(
	    part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd >= 0) {
		r = write_all(fd, text, len);
		if (fsync(fd) != 0)
			r = CS_EIO;
		close(fd);
	}
	if (r == 0 && rename(part, path) != 0)
		r = CS_EIO;
	if (r < 0)
		log_err("%s cannot be written: %m", path);
	free(part);
	free(path);
	return r;
}

static void
forget(char *text)
{
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
}

/* The key comes last: without it both are made again. */
static int
make(const char *dir)
{
	static char key[TLS_PEM_MAX], cert[TLS_PEM_MAX];
	char secret[RELAY_SECRET_LEN + 1];
	struct buf b;
	int r;

	buf_init(&b, RELAY_PASS_MAX);
	random_hex(secret, RELAY_SECRET_LEN);
	if ((r = tls_make(key, cert)) == 0) {
		relay_pass_format(secret, cert, &b);
		if ((r = b.err) == 0 &&
		    (r = write_file(dir, "runner.pass", b.data, b.len)) == 0)
			r = write_file(dir, "relay_key", key, strlen(key));
	}
	if (r == 0)
		log_info("made a key and %s/runner.pass, which a runner on "
			 "another machine needs",
		    dir);
	explicit_bzero(key, sizeof(key));
	explicit_bzero(secret, sizeof(secret));
	if (b.data != NULL)
		explicit_bzero(b.data, b.len);
	buf_release(&b);
	return r;
}

static int
load(struct pass *p, const char *dir)
{
	char *key = NULL, *text = NULL;
	const char *cert;
	int r;

	if ((r = read_file(dir, "relay_key", &key)) == 0 &&
	    (r = read_file(dir, "runner.pass", &text)) == 0 &&
	    (r = relay_pass_parse(text, p->secret, &cert)) == 0)
		r = tls_side_new(&p->side, key, cert);
	forget(key);
	forget(text);
	return r;
}

int
pass_open(struct pass *p, const char *data_dir)
{
	char *dir = xasprintf("%s/keys", data_dir);
	int r;

	memset(p, 0, sizeof(*p));
	if ((r = load(p, dir)) == CS_ENOTFOUND && (r = make(dir)) == 0)
		r = load(p, dir);
	if (r == CS_EFORMAT)
		log_err("%s: relay_key and runner.pass do not belong together; "
			"remove both and new ones are made",
		    dir);
	free(dir);
	return r;
}

void
pass_close(struct pass *p)
{
	tls_side_free(p->side);
	explicit_bzero(p, sizeof(*p));
}
