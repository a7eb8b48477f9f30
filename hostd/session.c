/*
 * session.c - one ssh connection, from the key exchange to the last byte: the
 * only program that reads what strangers send, and the only one with libssh.
 *
 * It gives up everything before it reads the first byte: its user, its view of
 * the file system and nearly all system calls. What it needs from outside it
 * asks of codesyncd by fixed-size messages: is this the right code (AUTH), and
 * an editor, please (EDIT), which comes as the master of a pty. From there on
 * it is a pump with one turn of poll() an event.
 *
 * libssh runs non-blocking once somebody is in. Its callbacks only note what
 * is wanted; the pump acts between polls, because freeing or closing inside a
 * callback pulls the ground from under libssh.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>

#include "hostd/login.h"
#include "hostd/monitor.h"
#include "proto/buf.h"
#include "proto/err.h"
#include "proto/sys/filter.h"
#include "proto/sys/log.h"
#include "proto/sys/loop.h"
#include "proto/sys/privs.h"
#include "proto/sys/util.h"

#define CLIENT_FD 3
#define MONITOR_FD 4
#define KEYS_FD 5
#define KEYS_MAX 65536

#define MEMORY_MB 160
#define MAX_FDS 16
#define HANDSHAKE_S 3600 /* codesyncd's grace is shorter: if it has died */
#define PROMPT_S 120     /* the same */
#define VERDICT_MS 15000
#define MAX_REQUESTS 20 /* for authentication, of all kinds */
#define INPUT_MAX (1024 * 1024)
#define INPUT_PAUSE (INPUT_MAX / 2) /* from here on the socket waits */
#define OUTPUT_MAX 16384            /* from the pty in one read */
#define KEEPALIVE_MS 15000
#define SILENT_MS 45000 /* three keepalives without an answer */
#define SEND_BUFFER 65536
#define DEAD_MS 45000  /* sent and not acknowledged */
#define DRAIN_MS 2000  /* for the last screen of an editor */
#define HANGUP_MS 2000 /* for the client to hang up by itself */
#define MAX_COLS 500
#define MAX_ROWS 300

#define EXIT_NO_TTY 2
#define EXIT_NOT_ALLOWED 4

enum phase {
	PHASE_AUTH,  /* nobody yet */
	PHASE_IN,    /* waiting for a channel and what to do on it */
	PHASE_PUMP,  /* an editor was asked for */
	PHASE_DRAIN, /* it ended: its last bytes are on their way */
	PHASE_HANGUP /* all is said and the client may hang up */
};

static struct session {
	ssh_session ssh;
	ssh_event event;
	ssh_channel channel;
	int socket, monitor, master; /* -1: closed */
	enum phase phase;
	struct login login;
	unsigned requests;
	const char *refusal; /* disconnect with this text */
	bool left;           /* the client closed its channel */
	bool edited;         /* an editor has come */
	bool pty;
	struct mon_msg edit; /* what to ask for; later sizes go here too */
	const char *advice;  /* said on stderr before the end */
	int status;          /* for the client */
	struct buf input;    /* to the pty */
	uint8_t output[OUTPUT_MAX];
	size_t output_at, output_len;
	struct ssh_counter_struct bytes;
	uint64_t seen_bytes, heard_ms, tick_ms, deadline_ms;
} self = { .socket = CLIENT_FD, .monitor = MONITOR_FD, .master = -1 };

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

static int
make_keys(const char *dir)
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

/* --- the way out to codesyncd --- */

static void
send_log(int level, const char *line)
{
	struct mon_msg m;

	mon_init(&m, MON_LOG);
	m.u.log.level = level;
	snprintf(m.u.log.line, sizeof(m.u.log.line), "%s", line);
	if (self.monitor >= 0)
		mon_send(self.monitor, &m, -1);
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
read_keys(ssh_bind bind)
{
	char *keys = xcalloc(1, KEYS_MAX);
	ssize_t n = pread(KEYS_FD, keys, KEYS_MAX - 1, 0);
	int r = n > 0 ? import_keys(bind, keys) : CS_EIO;

	explicit_bzero(keys, KEYS_MAX);
	free(keys);
	close(KEYS_FD);
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

static struct ssh_server_callbacks_struct server_callbacks = {
	.gssapi_select_oid_function = no_gssapi,
};

static int on_message(ssh_session ssh, ssh_message m, void *arg);

static int
open_ssh(void)
{
	const uint64_t rekey_bytes = 512ULL << 20;
	const uint32_t rekey_s = 3600;
	ssh_bind bind;
	int r = CS_EIO;

	if (ssh_init() != SSH_OK || (bind = ssh_bind_new()) == NULL)
		return CS_EIO;
	if ((self.ssh = ssh_new()) == NULL || (r = set_algorithms(bind)) < 0 ||
	    (r = read_keys(bind)) < 0)
		return r;
	if (ssh_bind_accept_fd(bind, self.ssh, self.socket) != SSH_OK) {
		log_err("libssh: %s", ssh_get_error(bind));
		return CS_EIO;
	}
	ssh_bind_free(bind);
	ssh_options_set(self.ssh, SSH_OPTIONS_COMPRESSION, "none");
	ssh_options_set(self.ssh, SSH_OPTIONS_REKEY_DATA, &rekey_bytes);
	ssh_options_set(self.ssh, SSH_OPTIONS_REKEY_TIME, &rekey_s);
	ssh_set_counters(self.ssh, &self.bytes, NULL);
	ssh_callbacks_init(&server_callbacks);
	ssh_set_server_callbacks(self.ssh, &server_callbacks);
	ssh_set_message_callback(self.ssh, on_message, NULL);
	/* the only method: clients with many keys would use up their tries */
	ssh_set_auth_methods(self.ssh, SSH_AUTH_METHOD_INTERACTIVE);
	return 0;
}

/* --- giving up rights --- */

/* clang-format off */
static const struct filter_rule rules[] = {
	{ .call = "read" }, { .call = "write" }, { .call = "writev" },
	{ .call = "sendto" }, { .call = "recvfrom" },
	{ .call = "sendmsg" }, { .call = "recvmsg" },
	{ .call = "poll" }, { .call = "ppoll" },
	{ .call = "close" }, { .call = "shutdown" },
	{ .call = "getrandom" }, { .call = "brk" },
	{ .call = "mmap", .arg = 2, .cmp = FILTER_MASKED_EQ, .mask = PROT_EXEC },
	{ .call = "mprotect", .arg = 2, .cmp = FILTER_MASKED_EQ, .mask = PROT_EXEC },
	{ .call = "munmap" }, { .call = "mremap" }, { .call = "madvise" },
	{ .call = "futex" },
	{ .call = "clock_gettime" }, { .call = "gettimeofday" }, { .call = "time" },
	{ .call = "alarm" }, { .call = "getpid" },
	{ .call = "rt_sigprocmask" }, { .call = "rt_sigreturn" },
	{ .call = "restart_syscall" },
	{ .call = "exit" }, { .call = "exit_group" },
	{ .call = "ioctl", .arg = 1, .cmp = FILTER_EQ, .value = TIOCSWINSZ },
	{ .call = "fcntl", .arg = 1, .cmp = FILTER_EQ, .value = F_GETFL },
	{ .call = "fcntl", .arg = 1, .cmp = FILTER_EQ, .value = F_SETFL },
	{ .call = "getsockopt" },
	/* libraries look for files that they can do without */
	{ .call = "open", .action = FILTER_EACCES },
	{ .call = "openat", .action = FILTER_EACCES },
	{ .call = "stat", .action = FILTER_EACCES },
	{ .call = "newfstatat", .action = FILTER_EACCES },
	{ .call = "access", .action = FILTER_EACCES },
	{ .call = "readlink", .action = FILTER_EACCES },
};
/* clang-format on */

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

/* --- who wants in --- */

/* Ask codesyncd and wait: nobody else is served by this process, and reading
 * on would only let a stranger fill our memory. */
static uint32_t
verdict_of(const char *secret)
{
	struct pollfd p = { self.monitor, POLLIN, 0 };
	struct mon_msg m;
	int r;

	mon_init(&m, MON_AUTH);
	snprintf(m.u.auth.user, sizeof(m.u.auth.user), "%s", self.login.user);
	snprintf(m.u.auth.secret, sizeof(m.u.auth.secret), "%s", secret);
	r = mon_send(self.monitor, &m, -1);
	explicit_bzero(&m, sizeof(m));
	if (r < 0 || poll(&p, 1, VERDICT_MS) != 1 ||
	    mon_recv(self.monitor, &m, NULL) != 1 || m.type != MON_VERDICT)
		return MON_BUSY;
	return m.u.verdict.verdict;
}

static int
ask(ssh_message m)
{
	char prompt[LOGIN_PROMPT_SIZE], echo = 0;
	const char *prompts[] = { prompt };
	struct mon_msg told;

	if (self.login.failed == 0) {
		mon_init(&told, MON_PROMPT);
		mon_send(self.monitor, &told, -1);
	}
	alarm(PROMPT_S);
	login_prompt(&self.login, prompt);
	ssh_message_auth_interactive_request(m, "", "", 1, prompts, &echo);
	return 0;
}

static int
take_answer(ssh_message m)
{
	const char *answer = ssh_userauth_kbdint_getanswer(self.ssh, 0);

	if (ssh_userauth_kbdint_getnanswers(self.ssh) != 1 || answer == NULL) {
		self.refusal = "One answer was expected.";
		return 0;
	}
	switch (verdict_of(answer)) {
	case MON_OK:
		alarm(0);
		self.phase = PHASE_IN;
		ssh_message_auth_reply_success(m, 0);
		return 0;
	case MON_DENIED:
		if (login_fail(&self.login))
			return ask(m);
		self.refusal = login_farewell(&self.login);
		return 0;
	}
	self.refusal = "The host is busy. Try again in a moment.";
	return 0;
}

/* 1: libssh shall answer that this method does not help. */
static int
on_auth(ssh_message m)
{
	bool kbdint = ssh_message_subtype(m) == SSH_AUTH_METHOD_INTERACTIVE;
	const char *user;

	if (self.phase != PHASE_AUTH || self.refusal != NULL)
		return 1;
	if (kbdint && ssh_message_auth_kbdint_is_response(m))
		return take_answer(m); /* it has no name in it */
	user = ssh_message_auth_user(m);
	if (++self.requests > MAX_REQUESTS)
		self.refusal = "Too many attempts.";
	else if (user == NULL || login_name(&self.login, user) < 0)
		self.refusal = "This user name is not possible here.";
	else if (kbdint)
		return ask(m);
	else
		return 1;
	return 0;
}

/* --- the channel --- */

static void
finish(const char *advice, int status)
{
	self.advice = advice;
	self.status = status;
	self.phase = PHASE_DRAIN;
	self.deadline_ms = loop_now_ms() + DRAIN_MS;
}

static uint16_t
clamp(int v, int max)
{
	return (uint16_t)(v < 0 ? 0 : v > max ? max : v);
}

static void
set_size(int cols, int rows)
{
	self.edit.u.edit.cols = clamp(cols, MAX_COLS);
	self.edit.u.edit.rows = clamp(rows, MAX_ROWS);
}

static void
apply_size(void)
{
	struct winsize ws = { .ws_col = self.edit.u.edit.cols,
		.ws_row = self.edit.u.edit.rows };

	if (self.master >= 0 && ws.ws_col != 0 && ws.ws_row != 0)
		ioctl(self.master, TIOCSWINSZ, &ws);
}

static int
on_pty(ssh_session ssh, ssh_channel channel, const char *term, int cols,
    int rows, int px, int py, void *arg)
{
	(void)ssh;
	(void)channel;
	(void)px;
	(void)py;
	(void)arg;
	if (self.pty || self.phase != PHASE_IN)
		return SSH_ERROR;
	snprintf(self.edit.u.edit.term, sizeof(self.edit.u.edit.term), "%s",
	    term != NULL ? term : "");
	set_size(cols, rows);
	self.pty = true;
	return SSH_OK;
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
	set_size(cols, rows);
	apply_size();
	return SSH_OK;
}

static int
on_shell(ssh_session ssh, ssh_channel channel, void *arg)
{
	(void)ssh;
	(void)channel;
	(void)arg;
	if (self.phase != PHASE_IN)
		return SSH_ERROR;
	if (!self.pty) {
		finish("A room needs a terminal: use ssh -t.\n", EXIT_NO_TTY);
		return SSH_OK;
	}
	self.edit.type = MON_EDIT;
	self.edit.u.edit.flags = self.login.flags;
	self.phase = PHASE_PUMP;
	if (mon_send(self.monitor, &self.edit, -1) < 0)
		finish("The host is busy. Try again in a moment.\r\n", 1);
	return SSH_OK;
}

static int
on_exec(ssh_session ssh, ssh_channel channel, const char *command, void *arg)
{
	(void)ssh;
	(void)channel;
	(void)command;
	(void)arg;
	if (self.phase != PHASE_IN)
		return SSH_ERROR;
	finish("Commands over ssh need an account; this code only opens its "
	       "room.\n",
	    EXIT_NOT_ALLOWED);
	return SSH_OK;
}

static int
write_master(const uint8_t *p, size_t len)
{
	ssize_t n = write(self.master, p, len);

	return n > 0 ? (int)n : 0;
}

/* Take all of it: what libssh keeps it does not count against the window, so
 * a client could fill our memory with it. */
static int
on_data(ssh_session ssh, ssh_channel channel, void *data, uint32_t len,
    int is_stderr, void *arg)
{
	size_t done = 0;

	(void)ssh;
	(void)channel;
	(void)arg;
	if (is_stderr || self.phase > PHASE_PUMP)
		return (int)len;
	if (self.master >= 0 && self.input.len == 0)
		done = (size_t)write_master(data, len);
	buf_put_raw(&self.input, (uint8_t *)data + done, len - done);
	return (int)len;
}

static void
on_close(ssh_session ssh, ssh_channel channel, void *arg)
{
	(void)ssh;
	(void)channel;
	(void)arg;
	self.left = true;
}

static void
on_signal(ssh_session ssh, ssh_channel channel, const char *name, void *arg)
{
	(void)ssh;
	(void)channel;
	(void)arg;
	if (strcmp(name, "INT") == 0)
		buf_put_u8(&self.input, 0x03);
	else if (strcmp(name, "TERM") == 0 || strcmp(name, "HUP") == 0)
		self.left = true;
}

/* No env, no subsystem, no X11, no agent: what has no function is refused. */
static struct ssh_channel_callbacks_struct channel_callbacks = {
	.channel_data_function = on_data,
	.channel_close_function = on_close,
	.channel_signal_function = on_signal,
	.channel_pty_request_function = on_pty,
	.channel_shell_request_function = on_shell,
	.channel_pty_window_change_function = on_window,
	.channel_exec_request_function = on_exec,
};

/* One session channel; no forwarding of any kind. */
static int
on_open(ssh_message m)
{
	if (self.phase != PHASE_IN || self.channel != NULL ||
	    ssh_message_subtype(m) != SSH_CHANNEL_SESSION)
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

/* --- the pump --- */

static bool
ssh_busy(void)
{
	return (ssh_get_poll_flags(self.ssh) & SSH_WRITE_PENDING) != 0;
}

/* The editor does not read as fast as the client sends. libssh is then not
 * called at all: whenever it is, it reads, and it widens the window for all it
 * has handed over. */
static bool
jammed(void)
{
	return self.phase == PHASE_PUMP && self.input.len >= INPUT_PAUSE;
}

static bool
output_wanted(void)
{
	return self.channel != NULL && !ssh_busy() && self.output_len == 0 &&
	       ssh_channel_window_size(self.channel) > 0;
}

static void
close_master(void)
{
	if (self.master >= 0)
		close(self.master);
	self.master = -1;
}

/* libssh takes less than all when the window closes or keys are exchanged. */
static void
flush_output(void)
{
	int n;

	if (self.output_len == 0 || self.channel == NULL ||
	    ssh_channel_window_size(self.channel) == 0)
		return;
	n = ssh_channel_write(self.channel, self.output + self.output_at,
	    (uint32_t)self.output_len);
	if (n <= 0)
		return;
	self.output_at += (size_t)n;
	self.output_len -= (size_t)n;
}

/* At most what the window takes, so that nothing waits inside libssh. */
static void
read_master(void)
{
	size_t room = ssh_channel_window_size(self.channel);
	ssize_t n;

	n = read(
	    self.master, self.output, room < OUTPUT_MAX ? room : OUTPUT_MAX);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) { /* EIO: nobody has the other end any more */
		close_master();
		self.deadline_ms = loop_now_ms() + DRAIN_MS;
		return;
	}
	self.output_at = 0;
	self.output_len = (size_t)n;
	flush_output();
}

static void
write_input(void)
{
	int n = write_master(self.input.data, self.input.len);

	if ((size_t)n == self.input.len)
		buf_clear(&self.input);
	else
		buf_consume(&self.input, (size_t)n);
}

static void
editor_ended(int status)
{
	static const char crashed[] =
	    "\033[?1049l\033[?2004l\033[?25h\033[0m\r\n"
	    "The editor stopped unexpectedly. Nothing is lost: run the same "
	    "ssh command to come back.\r\n";
	static const char stopped[] =
	    "\033[?1049l\033[?2004l\033[?25h\033[0m\r\n"
	    "The host is being stopped. Everything is stored: run the same "
	    "ssh command when it is back.\r\n";

	if (!self.edited)
		finish("The host is busy. Try again in a moment.\r\n", 1);
	else if (WIFEXITED(status))
		finish(NULL, WEXITSTATUS(status));
	else if (WTERMSIG(status) == SIGTERM || WTERMSIG(status) == SIGHUP)
		finish(stopped, 1);
	else
		finish(crashed, 1);
}

static void
on_monitor(void)
{
	struct mon_msg m;
	int fd, r = mon_recv(self.monitor, &m, &fd);

	if (r == CS_EAGAIN)
		return;
	if (r == 1 && m.type == MON_PTY && fd >= 0 && self.master < 0) {
		self.master = fd;
		self.edited = true;
		fd_nonblock(fd);
		apply_size();
	} else if (r == 1 && m.type == MON_EXIT) {
		editor_ended(m.u.exit.status);
	} else {
		/* codesyncd is gone; a session with an editor can do without */
		close(self.monitor);
		self.monitor = -1;
	}
}

/* Is there still somebody? Before the way in is open nothing may be asked, and
 * somebody who looks for a code is silent: that time is codesyncd's. */
static void
listen_for_life(uint64_t now)
{
	if (self.bytes.in_bytes != self.seen_bytes || self.phase == PHASE_AUTH)
		self.heard_ms = now;
	self.seen_bytes = self.bytes.in_bytes;
	if (now - self.heard_ms < SILENT_MS)
		return;
	log_info(jammed() ? "the editor does not read any more"
			  : "the client is silent");
	self.left = true;
}

static void
tick(uint64_t now)
{
	listen_for_life(now);
	if (now < self.tick_ms)
		return;
	self.tick_ms = now + KEEPALIVE_MS;
	/* once to take the last answer, once more to ask again */
	if (self.phase != PHASE_AUTH && ssh_send_keepalive(self.ssh) == SSH_OK)
		ssh_send_keepalive(self.ssh);
}

/* Exit status, EOF, close, and then the client hangs up: were we the first,
 * it would report a broken connection. */
static void
say_goodbye(void)
{
	if (self.advice != NULL && self.pty)
		ssh_channel_write(
		    self.channel, self.advice, (uint32_t)strlen(self.advice));
	else if (self.advice != NULL)
		ssh_channel_write_stderr(
		    self.channel, self.advice, (uint32_t)strlen(self.advice));
	ssh_channel_request_send_exit_status(self.channel, self.status);
	ssh_channel_send_eof(self.channel);
	ssh_channel_close(self.channel);
	self.phase = PHASE_HANGUP;
	self.deadline_ms = loop_now_ms() + HANGUP_MS;
}

/* What follows from what has happened; false when it is over. */
static bool
step(void)
{
	uint64_t now = loop_now_ms();
	bool late = self.deadline_ms != 0 && now >= self.deadline_ms;

	flush_output();
	tick(now);
	if (self.refusal != NULL)
		return ssh_busy() && !late;
	if (self.phase != PHASE_HANGUP && self.left)
		return false;
	if (self.input.err != 0) {
		log_warn("more input than an editor can take");
		return false;
	}
	switch (self.phase) {
	case PHASE_AUTH:
	case PHASE_IN:
		return self.monitor >= 0;
	case PHASE_PUMP:
		if (self.monitor < 0 && self.master < 0)
			finish(NULL, 0); /* nobody is left to say how it went */
		else if (self.master < 0 && late)
			finish(NULL, 1);
		return true;
	case PHASE_DRAIN:
		if (late || (self.master < 0 && self.output_len == 0))
			say_goodbye();
		return true;
	case PHASE_HANGUP:
		break;
	}
	return !late;
}

static int
wait_ms(void)
{
	uint64_t now = loop_now_ms(), until = self.tick_ms;

	if (self.heard_ms + SILENT_MS < until)
		until = self.heard_ms + SILENT_MS;
	if (self.deadline_ms != 0 && self.deadline_ms < until)
		until = self.deadline_ms;
	return until > now ? (int)(until - now) : 0;
}

static bool
turn(void)
{
	struct pollfd p[3] = { { self.socket, 0, 0 },
		{ self.monitor, POLLIN, 0 }, { self.master, 0, 0 } };

	if (jammed())
		p[0].events = POLLRDHUP;
	else
		p[0].events = ssh_busy() ? POLLIN | POLLOUT : POLLIN;
	if (self.input.len > 0)
		p[2].events |= POLLOUT;
	if (output_wanted())
		p[2].events |= POLLIN;
	if (p[2].events == 0)
		p[2].fd = -1; /* or its hang-up would wake us for nothing */
	if (poll(p, 3, wait_ms()) < 0 && errno != EINTR)
		return false;
	if (p[0].revents != 0 &&
	    (jammed() || ssh_event_dopoll(self.event, 0) == SSH_ERROR))
		return false;
	if (!ssh_is_connected(self.ssh))
		return false;
	if (p[1].revents != 0)
		on_monitor();
	if ((p[2].revents & POLLOUT) && self.input.len > 0)
		write_input();
	if ((p[2].revents & (POLLIN | POLLHUP | POLLERR)) && output_wanted())
		read_master();
	return step();
}

/* Say why, and let the other end hear it: closing with its bytes unread would
 * reset the connection and the reason with it. */
static void
disconnect(int spare)
{
	struct pollfd p = { spare, POLLIN, 0 };
	uint64_t until = loop_now_ms() + HANGUP_MS, now;
	char dump[4096];

	if (self.refusal != NULL)
		ssh_session_set_disconnect_message(self.ssh, self.refusal);
	ssh_disconnect(self.ssh);
	shutdown(spare, SHUT_WR);
	while ((now = loop_now_ms()) < until &&
	       poll(&p, 1, (int)(until - now)) == 1 &&
	       read(spare, dump, sizeof(dump)) > 0)
		;
}

/* Keys must not wait for one another, and a client that was stopped must not
 * find a second of old screens in the kernel when it goes on. */
static void
tune_socket(void)
{
	const int on = 1, buffer = SEND_BUFFER, dead = DEAD_MS;

	setsockopt(self.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(self.socket, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer));
	setsockopt(
	    self.socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &dead, sizeof(dead));
}

static int
serve(int spare)
{
	if (ssh_handle_key_exchange(self.ssh) != SSH_OK) {
		log_info("no key exchange: %s", ssh_get_error(self.ssh));
		return 1;
	}
	ssh_set_blocking(self.ssh, 0);
	if ((self.event = ssh_event_new()) == NULL ||
	    ssh_event_add_session(self.event, self.ssh) != SSH_OK)
		return 1;
	self.heard_ms = loop_now_ms();
	self.tick_ms = self.heard_ms + KEEPALIVE_MS;
	while (turn())
		;
	close_master(); /* the editor goes now, not when the client is gone */
	disconnect(spare);
	return 0;
}

int
main(int argc, char **argv)
{
	int spare;

	log_open("codesync-session");
	signal(SIGPIPE, SIG_IGN);
	if (argc == 3 && strcmp(argv[1], "-k") == 0)
		return make_keys(argv[2]) == 0 ? 0 : 1;
	if (argc != 3 || strcmp(argv[1], "-c") != 0) {
		fprintf(stderr, "codesync-session is started by codesyncd\n");
		return 2;
	}
	log_to(send_log);
	alarm(HANDSHAKE_S);
	mon_init(&self.edit, MON_EDIT);
	buf_init(&self.input, INPUT_MAX);
	tune_socket();
	spare = fcntl(self.socket, F_DUPFD_CLOEXEC, KEYS_FD + 1);
	if (spare < 0 || open_ssh() < 0 || confine(argv[2]) < 0)
		return 1;
	/* exit handlers want files and calls that we no longer have */
	_exit(serve(spare));
}
