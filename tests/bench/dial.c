/* dial.c - many ssh clients in one process. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libssh/libssh.h>

#include "proto/sys/util.h"
#include "tests/bench/bench.h"
#include "tests/bench/dial.h"

#define PATIENCE_MS 15000

struct dial {
	ssh_session ssh;
	ssh_channel channel;
	struct seen seen;
};

static int
by_key(ssh_session ssh, const char *path)
{
	ssh_key key = NULL;
	int r;

	if (ssh_pki_import_privkey_file(path, NULL, NULL, NULL, &key) != SSH_OK)
		bench_die("%s: no key", path);
	r = ssh_userauth_publickey(ssh, NULL, key);
	ssh_key_free(key);
	return r;
}

static int
by_code(ssh_session ssh, const char *code)
{
	int r;

	while ((r = ssh_userauth_kbdint(ssh, NULL, NULL)) == SSH_AUTH_INFO)
		for (int i = 0; i < ssh_userauth_kbdint_getnprompts(ssh); i++)
			ssh_userauth_kbdint_setanswer(ssh, (unsigned)i, code);
	return r;
}

struct dial *
dial_in(int port, const char *user, const char *key, const char *code)
{
	struct dial *d = xcalloc(1, sizeof(*d));
	const bool no = false;

	if ((d->ssh = ssh_new()) == NULL)
		bench_die("libssh does not start");
	ssh_options_set(d->ssh, SSH_OPTIONS_HOST, "127.0.0.1");
	ssh_options_set(d->ssh, SSH_OPTIONS_PORT, &port);
	ssh_options_set(d->ssh, SSH_OPTIONS_USER, user);
	ssh_options_set(d->ssh, SSH_OPTIONS_PROCESS_CONFIG, &no);
	if (ssh_connect(d->ssh) != SSH_OK)
		bench_die("port %d: %s", port, ssh_get_error(d->ssh));
	if ((key != NULL ? by_key(d->ssh, key) : by_code(d->ssh, code)) !=
	    SSH_AUTH_SUCCESS)
		bench_die("%s may not enter: %s", user, ssh_get_error(d->ssh));
	return d;
}

void
dial_shell(struct dial *d)
{
	if ((d->channel = ssh_channel_new(d->ssh)) == NULL ||
	    ssh_channel_open_session(d->channel) != SSH_OK ||
	    ssh_channel_request_pty_size(
		d->channel, "xterm-256color", 80, 24) != SSH_OK ||
	    ssh_channel_request_shell(d->channel) != SSH_OK)
		bench_die("no shell: %s", ssh_get_error(d->ssh));
}

void
dial_keys(struct dial *d, const char *keys)
{
	uint32_t len = (uint32_t)strlen(keys);

	if (ssh_channel_write(d->channel, keys, len) != (int)len)
		bench_die("keys are not taken: %s", ssh_get_error(d->ssh));
}

void
dial_take(struct dial *d)
{
	char part[4096];
	int n;

	while ((n = ssh_channel_read_nonblocking(
		    d->channel, part, sizeof(part), 0)) > 0)
		seen_take(&d->seen, part, (size_t)n);
	if (ssh_channel_is_closed(d->channel) || ssh_is_connected(d->ssh) == 0)
		bench_die(
		    "somebody was put out; last was seen: %s", d->seen.text);
}

void
dial_wait(struct dial *d, const char *text)
{
	double end = bench_now_ms() + PATIENCE_MS;

	while (dial_take(d), !seen_has(&d->seen, text)) {
		if (bench_now_ms() > end)
			bench_die("%s is not shown; last was seen: %s", text,
			    d->seen.text);
		usleep(2000);
	}
}

struct seen *
dial_seen(struct dial *d)
{
	return &d->seen;
}

int
dial_fd(const struct dial *d)
{
	return ssh_get_fd(d->ssh);
}

void
dial_free(struct dial *d)
{
	if (d == NULL)
		return;
	if (d->channel != NULL)
		ssh_channel_free(d->channel);
	ssh_disconnect(d->ssh);
	ssh_free(d->ssh);
	free(d);
}
