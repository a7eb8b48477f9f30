/*
 * transport.c - one ssh connection: libssh behind transport.h, and the only file
 * that includes it. Its callbacks only say what came; freeing or closing inside
 * one pulls the ground from under libssh.
 *
 * libssh says nothing at all about a signature that is wrong and a key that it
 * cannot read, neither to us nor to the client, which would wait for its answer
 * until its grace is over. So packets are counted while nobody is in: one that
 * came, no answer that went, and no question of ours that is open, is such a
 * one (transport_unanswered).
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>

#include "hostd/transport.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"

#define KEYS_MAX 65536
#define UNANSWERED_MS 2000

static struct transport {
	const struct transport_events *ev;
	ssh_session ssh;
	ssh_event event;
	ssh_channel channel;
	bool asking; /* a question of ours is open */
	struct ssh_counter_struct bytes, packets;
	uint64_t greeted, answers, heard, unanswered_ms;
} self;

/* --- host keys --- */

static const struct key_kind {
	const char *file;
	enum ssh_keytypes_e type;
	int bits;
} key_kinds[] = {
	{ "ssh_host_ed25519_key", SSH_KEYTYPE_ED25519, 0 },
	{ "ssh_host_rsa_key", SSH_KEYTYPE_RSA, 3072 },
};

/* A key is there in full or not at all: written beside, then renamed. */
static int
key_make(const struct key_kind *kind, const char *path)
{
	char *tmp = xasprintf("%s.new", path);
	ssh_key key = NULL;
	int fd, r = CS_EIO;

	unlink(tmp);
	if (ssh_pki_generate(kind->type, kind->bits, &key) == SSH_OK &&
	    ssh_pki_export_privkey_file(key, NULL, NULL, NULL, tmp) == SSH_OK &&
	    chmod(tmp, 0600) == 0 && (fd = open(tmp, O_RDONLY)) >= 0) {
		if (fsync(fd) == 0 && rename(tmp, path) == 0)
			r = 0;
		close(fd);
	}
	if (r < 0)
		log_err("the host key %s cannot be made: %m", path);
	ssh_key_free(key);
	free(tmp);
	return r;
}

/* How people recognise this host: "FINGERPRINT\nTYPE BASE64\n" on stdout. */
static int
key_print(const char *path)
{
	unsigned char *hash = NULL;
	char *fingerprint = NULL, *base64 = NULL;
	ssh_key key = NULL;
	size_t len;
	int r = CS_EIO;

	if (ssh_pki_import_privkey_file(path, NULL, NULL, NULL, &key) ==
		SSH_OK &&
	    ssh_get_publickey_hash(
		key, SSH_PUBLICKEY_HASH_SHA256, &hash, &len) == 0 &&
	    (fingerprint = ssh_get_fingerprint_hash(
		 SSH_PUBLICKEY_HASH_SHA256, hash, len)) != NULL &&
	    ssh_pki_export_pubkey_base64(key, &base64) == SSH_OK &&
	    printf("%s\n%s %s\n", fingerprint,
		ssh_key_type_to_char(ssh_key_type(key)), base64) > 0 &&
	    fflush(stdout) == 0)
		r = 0;
	else
		log_err("the host key %s cannot be read", path);
	ssh_clean_pubkey_hash(&hash);
	ssh_string_free_char(fingerprint);
	ssh_string_free_char(base64);
	ssh_key_free(key);
	return r;
}

int
transport_make_keys(const char *dir)
{
	char *path;
	int r = 0;

	umask(077);
	for (size_t i = 0; i < sizeof(key_kinds) / sizeof(key_kinds[0]); i++) {
		path = xasprintf("%s/%s", dir, key_kinds[i].file);
		if (r == 0 && access(path, F_OK) != 0)
			r = key_make(&key_kinds[i], path);
		if (r == 0 && i == 0)
			r = key_print(path);
		free(path);
	}
	return r;
}

/* --- setting libssh up --- */

/* Only what is sound and common: no NIST curves of unclear origin, no GCM
 * (some builds of libssh do not check its tag), no MAC before encryption. */
static const struct {
	enum ssh_bind_options_e option;
	const char *value;
} algorithms[] = {
	{ SSH_BIND_OPTIONS_KEY_EXCHANGE,
	    "curve25519-sha256,curve25519-sha256@libssh.org,"
	    "diffie-hellman-group16-sha512" },
	{ SSH_BIND_OPTIONS_HOSTKEY_ALGORITHMS,
	    "ssh-ed25519,rsa-sha2-512,rsa-sha2-256" },
	{ SSH_BIND_OPTIONS_CIPHERS_C_S,
	    "chacha20-poly1305@openssh.com,aes256-ctr,aes128-ctr" },
	{ SSH_BIND_OPTIONS_CIPHERS_S_C,
	    "chacha20-poly1305@openssh.com,aes256-ctr,aes128-ctr" },
	{ SSH_BIND_OPTIONS_HMAC_C_S,
	    "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com" },
	{ SSH_BIND_OPTIONS_HMAC_S_C,
	    "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com" },
	{ SSH_BIND_OPTIONS_PUBKEY_ACCEPTED_KEY_TYPES,
	    "ssh-ed25519,sk-ssh-ed25519@openssh.com,ecdsa-sha2-nistp256,"
	    "ecdsa-sha2-nistp384,rsa-sha2-512,rsa-sha2-256" },
};

static int
set_algorithms(ssh_bind bind)
{
	const bool no = false;

	/* or a file of the machine's administrator would change all this */
	if (ssh_bind_options_set(bind, SSH_BIND_OPTIONS_PROCESS_CONFIG, &no) <
	    0)
		return CS_EIO;
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++)
		if (ssh_bind_options_set(
			bind, algorithms[i].option, algorithms[i].value) < 0)
			return CS_EIO;
	return 0;
}

static int
import_key(ssh_bind bind, const char *pem)
{
	ssh_key key = NULL;

	if (ssh_pki_import_privkey_base64(pem, NULL, NULL, NULL, &key) !=
	    SSH_OK)
		return CS_EFORMAT;
	if (ssh_bind_options_set(bind, SSH_BIND_OPTIONS_IMPORT_KEY, key) < 0) {
		ssh_key_free(key);
		return CS_EIO;
	}
	return 0; /* the key is BIND's */
}

/* KEYS holds PEM blocks one after the other. */
static int
import_keys(ssh_bind bind, char *keys)
{
	static const char begin[] = "-----BEGIN ";
	char *next;
	int r;

	for (char *at = strstr(keys, begin); at != NULL; at = next) {
		next = strstr(at + 1, begin);
		if (next != NULL)
			next[-1] = '\0'; /* was the newline before it */
		if ((r = import_key(bind, at)) < 0)
			return r;
	}
	return 0;
}

/* All sessions share the descriptor, so its offset must not be used. */
static int
read_keys(ssh_bind bind, int keys_fd)
{
	char *keys = xcalloc(1, KEYS_MAX);
	ssize_t n = pread(keys_fd, keys, KEYS_MAX - 1, 0);
	int r = n > 0 ? import_keys(bind, keys) : CS_EIO;

	explicit_bzero(keys, KEYS_MAX);
	free(keys);
	close(keys_fd);
	return r;
}

/* Debian's libssh asks Kerberos for anybody who mentions it, unless told to
 * choose none of the offered mechanisms. */
static ssh_string
no_gssapi(ssh_session ssh, const char *user, int n, ssh_string *oids, void *arg)
{
	(void)ssh;
	(void)user;
	(void)n;
	(void)oids;
	(void)arg;
	return NULL;
}

/* --- who wants in --- */

static int
ask(ssh_message m)
{
	struct question q = { .echo = false };
	const char *prompts[] = { q.prompt };
	char echo;

	self.ev->question(&q);
	echo = q.echo;
	self.asking = true;
	ssh_message_auth_interactive_request(m, "", q.text, 1, prompts, &echo);
	return 0;
}

/* 1: libssh shall answer that this method does not help. */
static int
go_on(ssh_message m, enum transport_next next)
{
	if (next == NEXT_ASK)
		return ask(m);
	if (next == NEXT_IN)
		ssh_message_auth_reply_success(m, 0);
	return next == NEXT_NO;
}

static int
on_auth(ssh_message m)
{
	bool kbdint = ssh_message_subtype(m) == SSH_AUTH_METHOD_INTERACTIVE;
	const char *answer = NULL;

	if (!kbdint || !ssh_message_auth_kbdint_is_response(m))
		return go_on(
		    m, self.ev->request(ssh_message_auth_user(m), kbdint));
	if (ssh_userauth_kbdint_getnanswers(self.ssh) == 1)
		answer = ssh_userauth_kbdint_getanswer(self.ssh, 0);
	self.asking = false;
	return go_on(m, self.ev->answer(answer)); /* it has no name in it */
}

/* A signature is valid when libssh says so, over this connection, this name and
 * this key. */
static int
on_key(ssh_session ssh, const char *user, struct ssh_key_struct *key,
    char state, void *arg)
{
	enum key_state what = state == SSH_PUBLICKEY_STATE_VALID  ? KEY_SIGNED
			      : state == SSH_PUBLICKEY_STATE_NONE ? KEY_OFFERED
								  : KEY_WRONG;
	char *base64 = NULL;
	enum key_answer a;

	(void)ssh;
	(void)arg;
	if (ssh_pki_export_pubkey_base64(key, &base64) != SSH_OK)
		base64 = NULL;
	a = self.ev->key(user, base64, what);
	ssh_string_free_char(base64);
	return a == KEY_FITS      ? SSH_AUTH_SUCCESS
	       : a == KEY_PARTIAL ? SSH_AUTH_PARTIAL
				  : SSH_AUTH_DENIED;
}

void
transport_offer(bool keys)
{
	ssh_set_auth_methods(
	    self.ssh, SSH_AUTH_METHOD_INTERACTIVE |
			  (keys ? SSH_AUTH_METHOD_PUBLICKEY : 0));
}

bool
transport_unanswered(uint64_t now_ms)
{
	if (self.asking) {
		self.unanswered_ms = 0;
		return false;
	}
	if (self.packets.out_packets == self.greeted ||
	    self.packets.out_packets != self.answers ||
	    self.packets.in_packets == self.heard) {
		self.answers = self.packets.out_packets;
		self.heard = self.packets.in_packets;
		self.unanswered_ms = 0;
	} else if (self.unanswered_ms == 0) {
		self.unanswered_ms = now_ms + UNANSWERED_MS;
	} else {
		return now_ms >= self.unanswered_ms;
	}
	return false;
}

uint64_t
transport_unanswered_ms(void)
{
	return self.unanswered_ms;
}

/* --- the channel --- */

static int
on_pty(ssh_session ssh, ssh_channel channel, const char *term, int cols,
    int rows, int px, int py, void *arg)
{
	(void)ssh;
	(void)channel;
	(void)px;
	(void)py;
	(void)arg;
	return self.ev->pty(term != NULL ? term : "", cols, rows) ? SSH_OK
								  : SSH_ERROR;
}

static int
on_window(ssh_session ssh, ssh_channel channel, int cols, int rows, int px,
    int py, void *arg)
{
	(void)ssh;
	(void)channel;
	(void)px;
	(void)py;
	(void)arg;
	self.ev->window(cols, rows);
	return SSH_OK;
}

static int
on_env(ssh_session ssh, ssh_channel channel, const char *name,
    const char *value, void *arg)
{
	(void)ssh;
	(void)channel;
	(void)arg;
	return name != NULL && value != NULL && self.ev->env(name, value)
		   ? SSH_OK
		   : SSH_ERROR;
}

static int
on_shell(ssh_session ssh, ssh_channel channel, void *arg)
{
	(void)ssh;
	(void)channel;
	(void)arg;
	return self.ev->shell() ? SSH_OK : SSH_ERROR;
}

static int
on_exec(ssh_session ssh, ssh_channel channel, const char *command, void *arg)
{
	(void)ssh;
	(void)channel;
	(void)arg;
	return self.ev->exec(command) ? SSH_OK : SSH_ERROR;
}

static int
on_subsystem(ssh_session ssh, ssh_channel channel, const char *name, void *arg)
{
	(void)ssh;
	(void)channel;
	(void)arg;
	return self.ev->subsystem(name) ? SSH_OK : SSH_ERROR;
}

/* All of it is taken: what libssh keeps it does not count against the window, so
 * a client could fill our memory with it. */
static int
on_data(ssh_session ssh, ssh_channel channel, void *data, uint32_t len,
    int is_stderr, void *arg)
{
	(void)ssh;
	(void)channel;
	(void)arg;
	if (!is_stderr)
		self.ev->data(data, len);
	return (int)len;
}

static void
on_eof(ssh_session ssh, ssh_channel channel, void *arg)
{
	(void)ssh;
	(void)channel;
	(void)arg;
	self.ev->eof();
}

static void
on_close(ssh_session ssh, ssh_channel channel, void *arg)
{
	(void)ssh;
	(void)channel;
	(void)arg;
	self.ev->closed();
}

static void
on_signal(ssh_session ssh, ssh_channel channel, const char *name, void *arg)
{
	(void)ssh;
	(void)channel;
	(void)arg;
	self.ev->signal(name);
}

/* No X11, no agent: what has no function is refused. */
static struct ssh_channel_callbacks_struct channel_callbacks = {
	.channel_data_function = on_data,
	.channel_eof_function = on_eof,
	.channel_close_function = on_close,
	.channel_signal_function = on_signal,
	.channel_pty_request_function = on_pty,
	.channel_env_request_function = on_env,
	.channel_shell_request_function = on_shell,
	.channel_pty_window_change_function = on_window,
	.channel_exec_request_function = on_exec,
	.channel_subsystem_request_function = on_subsystem,
};

/* One session channel; no forwarding of any kind. */
static int
on_open(ssh_message m)
{
	if (self.channel != NULL ||
	    ssh_message_subtype(m) != SSH_CHANNEL_SESSION ||
	    !self.ev->may_open())
		return 1;
	self.channel = ssh_message_channel_request_open_reply_accept(m);
	if (self.channel == NULL)
		return 1;
	ssh_callbacks_init(&channel_callbacks);
	ssh_set_channel_callbacks(self.channel, &channel_callbacks);
	return 0;
}

/* 1 lets libssh answer: service requests are accepted, all else refused. */
static int
on_message(ssh_session ssh, ssh_message m, void *arg)
{
	(void)ssh;
	(void)arg;
	switch (ssh_message_type(m)) {
	case SSH_REQUEST_AUTH:
		return on_auth(m);
	case SSH_REQUEST_CHANNEL_OPEN:
		return on_open(m);
	}
	return 1;
}

bool
transport_busy(void)
{
	return (ssh_get_poll_flags(self.ssh) & SSH_WRITE_PENDING) != 0;
}

size_t
transport_window(void)
{
	return self.channel != NULL ? ssh_channel_window_size(self.channel) : 0;
}

int
transport_write(const void *p, size_t len, bool errors)
{
	return errors ? ssh_channel_write_stderr(self.channel, p, (uint32_t)len)
		      : ssh_channel_write(self.channel, p, (uint32_t)len);
}

void
transport_end(int status)
{
	ssh_channel_request_send_exit_status(self.channel, status);
	ssh_channel_send_eof(self.channel);
	ssh_channel_close(self.channel);
}

/* --- the connection --- */

static struct ssh_server_callbacks_struct server_callbacks = {
	.gssapi_select_oid_function = no_gssapi,
	.auth_pubkey_function = on_key,
};

int
transport_open(int socket, int keys_fd, const struct transport_events *ev)
{
	const uint64_t rekey_bytes = 512ULL << 20;
	const uint32_t rekey_s = 3600;
	ssh_bind bind;
	int r = CS_EIO;

	self.ev = ev;
	if (ssh_init() != SSH_OK || (bind = ssh_bind_new()) == NULL)
		return CS_EIO;
	if ((self.ssh = ssh_new()) == NULL || (r = set_algorithms(bind)) < 0 ||
	    (r = read_keys(bind, keys_fd)) < 0)
		return r;
	if (ssh_bind_accept_fd(bind, self.ssh, socket) != SSH_OK) {
		log_err("libssh: %s", ssh_get_error(bind));
		return CS_EIO;
	}
	ssh_bind_free(bind);
	ssh_options_set(self.ssh, SSH_OPTIONS_COMPRESSION, "none");
	ssh_options_set(self.ssh, SSH_OPTIONS_REKEY_DATA, &rekey_bytes);
	ssh_options_set(self.ssh, SSH_OPTIONS_REKEY_TIME, &rekey_s);
	ssh_set_counters(self.ssh, &self.bytes, &self.packets);
	ssh_callbacks_init(&server_callbacks);
	ssh_set_server_callbacks(self.ssh, &server_callbacks);
	ssh_set_message_callback(self.ssh, on_message, NULL);
	return 0;
}

int
transport_greet(void)
{
	if (ssh_handle_key_exchange(self.ssh) != SSH_OK) {
		log_info("no key exchange: %s", ssh_get_error(self.ssh));
		return CS_EIO;
	}
	ssh_set_blocking(self.ssh, 0);
	if ((self.event = ssh_event_new()) == NULL ||
	    ssh_event_add_session(self.event, self.ssh) != SSH_OK)
		return CS_ENOMEM;
	self.greeted = self.packets.out_packets;
	return 0;
}

bool
transport_read(void)
{
	return ssh_event_dopoll(self.event, 0) != SSH_ERROR;
}

bool
transport_up(void)
{
	return ssh_is_connected(self.ssh) &&
	       (ssh_get_status(self.ssh) & SSH_CLOSED_ERROR) == 0;
}

uint64_t
transport_heard(void)
{
	return self.bytes.in_bytes;
}

void
transport_keepalive(void)
{
	/* once to take the last answer, once more to ask again */
	if (ssh_send_keepalive(self.ssh) == SSH_OK)
		ssh_send_keepalive(self.ssh);
}

void
transport_disconnect(const char *why)
{
	if (why != NULL)
		ssh_session_set_disconnect_message(self.ssh, why);
	ssh_disconnect(self.ssh);
}
