/*
 * session.c - one ssh connection, from the key exchange to the last byte: the
 * only program that reads what strangers send, and the only one with libssh.
 *
 * It gives up everything before it reads the first byte: its user, its view of
 * the file system and nearly all system calls. What it needs from outside it
 * asks of codesyncd by fixed-size messages: is this the right code, password or
 * key (AUTH), and one thing to speak with: an editor on a pty (EDIT), a command
 * on a pty or through three pipes (EXEC), or a seat's own endpoint (LINK). From
 * there on it is a pump with one turn of poll() an event.
 *
 * libssh runs non-blocking once somebody is in. Its callbacks only note what
 * is wanted; the pump acts between polls, because freeing or closing inside a
 * callback pulls the ground from under libssh.
 *
 * libssh says nothing at all about a signature that is wrong and a key that it
 * cannot read, neither to us nor to the client, which would wait for its answer
 * until its grace is over. So packets are counted while nobody is in: one that
 * came, no answer that went, and no question of ours that is open, is such a
 * one (unanswered).
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
#define CTRL_D 0x04
#define HANDSHAKE_S 3600 /* codesyncd's grace is shorter: if it has died */
#define PROMPT_S 120     /* the same */
#define VERDICT_MS 15000
#define MAX_REQUESTS 20 /* for authentication, of all kinds */
#define MAX_BAD_KEYS 3  /* signed with, and not the account's */
#define UNANSWERED_MS 2000
#define INPUT_MAX (1024 * 1024)
#define INPUT_PAUSE (INPUT_MAX / 2) /* from here on the socket waits */
#define OUTPUT_MAX 16384            /* from the other side in one read */
#define KEEPALIVE_MS 15000
#define SILENT_MS 45000 /* three keepalives without an answer */
#define SEND_BUFFER 65536
#define DEAD_MS 45000  /* sent and not acknowledged */
#define DRAIN_MS 2000  /* for the last screen of an editor */
#define HANGUP_MS 2000 /* for the client to hang up by itself */
#define MAX_COLS 500
#define MAX_ROWS 300

#define EXIT_NO_TTY 2
#define EXIT_AWAY 75
#define SUBSYSTEM "codesync"

enum phase {
	PHASE_AUTH,  /* nobody yet */
	PHASE_IN,    /* waiting for a channel and what to do on it */
	PHASE_PUMP,  /* it was asked for, or is there */
	PHASE_DRAIN, /* it ended: its last bytes are on their way */
	PHASE_HANGUP /* all is said and the client may hang up */
};

/* What is at the other side of the pump. */
enum mode { MODE_EDIT, MODE_COMMAND, MODE_LINK };

/* From there to the client. */
struct stream {
	int fd; /* -1: closed */
	size_t at, len;
	uint8_t bytes[OUTPUT_MAX];
};

static struct session {
	ssh_session ssh;
	ssh_event event;
	ssh_channel channel;
	int socket, monitor; /* -1: closed */
	enum phase phase;
	enum mode mode;
	struct login login;
	struct mon_msg verdict; /* the last one */
	unsigned requests, bad_keys;
	bool closed;         /* nobody can make an account */
	bool asking;         /* a question of ours is open */
	const char *refusal; /* disconnect with this text */
	bool left;           /* the client closed its channel */
	bool begun;          /* what was asked for has come */
	bool home;           /* that is the list of rooms, and its editors */
	bool pty;
	char term[MON_TERM_MAX];
	uint16_t cols, rows;
	const char *advice; /* said before the end */
	int status;         /* for the client */
	int input_fd;       /* -1: closed; a pty is in out[0], too */
	bool input_ends;    /* the client said so */
	struct buf input;
	struct stream out[2]; /* the channel's output, and its errors */
	struct ssh_counter_struct bytes, packets;
	uint64_t seen_bytes, heard_ms, tick_ms, deadline_ms;
	uint64_t greeted, answers, heard, unanswered_ms; /* see unanswered() */
} self = { .socket = CLIENT_FD,
	.monitor = MONITOR_FD,
	.input_fd = -1,
	.out = { { .fd = -1 }, { .fd = -1 } } };

static const char busy[] = "The host is busy. Try again in a moment.";

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

static int on_key(ssh_session ssh, const char *user, struct ssh_key_struct *key,
    char state, void *arg);
static int on_message(ssh_session ssh, ssh_message m, void *arg);

static struct ssh_server_callbacks_struct server_callbacks = {
	.gssapi_select_oid_function = no_gssapi,
	.auth_pubkey_function = on_key,
};

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
	ssh_set_counters(self.ssh, &self.bytes, &self.packets);
	ssh_callbacks_init(&server_callbacks);
	ssh_set_server_callbacks(self.ssh, &server_callbacks);
	ssh_set_message_callback(self.ssh, on_message, NULL);
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
 * on would only let a stranger fill our memory. M is wiped. */
static uint32_t
verdict_of(struct mon_msg *m)
{
	struct pollfd p = { self.monitor, POLLIN, 0 };
	int r = mon_send(self.monitor, m, -1);

	explicit_bzero(m, sizeof(*m));
	if (r == 0 && poll(&p, 1, VERDICT_MS) == 1 &&
	    mon_recv(self.monitor, &self.verdict, NULL) == 1 &&
	    self.verdict.type == MON_VERDICT &&
	    self.verdict.u.verdict.verdict != MON_BUSY)
		return self.verdict.u.verdict.verdict;
	self.refusal = busy;
	return MON_BUSY;
}

static void
let_in(void)
{
	alarm(0);
	self.phase = PHASE_IN;
}

/* A client with many keys would use up its tries where none is of use. */
static void
offer_methods(void)
{
	int methods = SSH_AUTH_METHOD_INTERACTIVE;

	if (self.login.kind != LOGIN_CODE && self.login.key_len == 0)
		methods |= SSH_AUTH_METHOD_PUBLICKEY;
	ssh_set_auth_methods(self.ssh, methods);
}

/* May USER try something? */
static bool
take_request(const char *user)
{
	if (self.phase != PHASE_AUTH || self.refusal != NULL)
		return false;
	if (++self.requests > MAX_REQUESTS)
		self.refusal = "Too many attempts.";
	else if (user == NULL || login_name(&self.login, user) < 0)
		self.refusal = "This user name is not possible here.";
	else if (self.login.kind == LOGIN_NEW && self.closed)
		self.refusal = "Nobody can sign up here: ask who runs this "
			       "host for an account.";
	offer_methods();
	return self.refusal == NULL;
}

static int
ask(ssh_message m)
{
	char prompt[LOGIN_PROMPT_SIZE], echo = login_echo(&self.login);
	const char *prompts[] = { prompt };
	struct mon_msg told;

	if (self.login.failed == 0 || self.login.kind == LOGIN_NEW) {
		mon_init(&told, MON_PROMPT);
		mon_send(self.monitor, &told, -1);
	}
	alarm(PROMPT_S);
	login_prompt(&self.login, prompt);
	self.asking = true;
	ssh_message_auth_interactive_request(
	    m, "", self.login.text, 1, prompts, &echo);
	return 0;
}

static int
check_answer(ssh_message m)
{
	struct mon_msg request;

	mon_init(&request, MON_AUTH);
	login_request(&self.login, &request);
	switch (verdict_of(&request)) {
	case MON_OK:
		let_in();
		ssh_message_auth_reply_success(m, 0);
		break;
	case MON_DENIED:
		if (login_fail(&self.login, &self.verdict))
			return ask(m);
		self.refusal = login_farewell(&self.login);
		break;
	}
	return 0;
}

static int
take_answer(ssh_message m)
{
	const char *answer = ssh_userauth_kbdint_getanswer(self.ssh, 0);
	int next;

	self.asking = false;
	if (ssh_userauth_kbdint_getnanswers(self.ssh) != 1 || answer == NULL) {
		self.refusal = "One answer was expected.";
		return 0;
	}
	if ((next = login_answer(&self.login, answer)) == LOGIN_CHECK)
		return check_answer(m);
	if (next == LOGIN_ASK)
		return ask(m);
	self.refusal = login_farewell(&self.login);
	return 0;
}

/* 1: libssh shall answer that this method does not help. */
static int
on_auth(ssh_message m)
{
	bool kbdint = ssh_message_subtype(m) == SSH_AUTH_METHOD_INTERACTIVE;

	if (kbdint && ssh_message_auth_kbdint_is_response(m)) {
		if (self.phase != PHASE_AUTH || self.refusal != NULL)
			return 1;
		return take_answer(m); /* it has no name in it */
	}
	if (!take_request(ssh_message_auth_user(m)))
		return self.refusal == NULL;
	return kbdint ? ask(m) : 1;
}

/* KEY as it is on the wire into DST[MON_KEY_MAX]. */
static int
key_bytes(ssh_key key, uint8_t *dst, size_t *len)
{
	char *base64 = NULL;
	int r = CS_EFORMAT;

	if (ssh_pki_export_pubkey_base64(key, &base64) == SSH_OK)
		r = login_key(base64, dst, len);
	ssh_string_free_char(base64);
	return r;
}

/* Is KEY, which is offered or was SIGNED with, one of the account's? */
static bool
key_fits(ssh_key key, bool is_signed)
{
	struct mon_msg m;
	size_t len;

	mon_init(&m, MON_AUTH);
	m.u.auth.kind = is_signed ? MON_BY_KEY : MON_KEY_OFFER;
	memcpy(m.u.auth.user, self.login.user, sizeof(m.u.auth.user));
	memcpy(m.u.auth.room, self.login.room, sizeof(m.u.auth.room));
	if (key_bytes(key, m.u.auth.key, &len) < 0)
		return false;
	m.u.auth.key_len = (uint32_t)len;
	return verdict_of(&m) == MON_OK;
}

/* A key for an account that is yet to be made: any, if it was signed with. */
static int
key_for_later(ssh_key key, bool is_signed)
{
	struct login *l = &self.login;

	if (!is_signed)
		return SSH_AUTH_SUCCESS; /* "go on and sign" */
	if (key_bytes(key, l->key, &l->key_len) < 0) {
		l->key_len = 0;
		return SSH_AUTH_DENIED;
	}
	offer_methods();
	return SSH_AUTH_PARTIAL;
}

/* Who somebody is follows from a signature that libssh has found to be valid,
 * over this connection, this name and this key, and from nothing before it: a
 * key that was only offered is anybody's. */
static int
on_key(ssh_session ssh, const char *user, struct ssh_key_struct *key,
    char state, void *arg)
{
	bool is_signed = state == SSH_PUBLICKEY_STATE_VALID;

	(void)ssh;
	(void)arg;
	if (!take_request(user) || self.login.kind == LOGIN_CODE)
		return SSH_AUTH_DENIED;
	if (is_signed || state == SSH_PUBLICKEY_STATE_NONE) {
		if (self.login.kind == LOGIN_NEW)
			return key_for_later(key, is_signed);
		if (key_fits(key, is_signed)) {
			if (is_signed)
				let_in();
			return SSH_AUTH_SUCCESS;
		}
	}
	if (state != SSH_PUBLICKEY_STATE_NONE &&
	    ++self.bad_keys >= MAX_BAD_KEYS && self.refusal == NULL)
		self.refusal = "None of these keys is the account's.";
	return SSH_AUTH_DENIED;
}

/* Something came in, and neither was it delivered nor did an answer go out. */
static void
unanswered(uint64_t now)
{
	static const char why[] =
	    "The host cannot use this key or its signature. Use another "
	    "key, or none: ssh -o PubkeyAuthentication=no";

	if (self.phase != PHASE_AUTH || self.asking)
		return;
	if (self.packets.out_packets == self.greeted ||
	    self.packets.out_packets != self.answers ||
	    self.packets.in_packets == self.heard) {
		self.answers = self.packets.out_packets;
		self.heard = self.packets.in_packets;
		self.unanswered_ms = 0;
	} else if (self.unanswered_ms == 0) {
		self.unanswered_ms = now + UNANSWERED_MS;
	} else if (now >= self.unanswered_ms) {
		log_info("a request for authentication that libssh dropped");
		self.refusal = why;
	}
}

/* --- the channel --- */

/* ADVICE is one line, and stays. */
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
	self.cols = clamp(cols, MAX_COLS);
	self.rows = clamp(rows, MAX_ROWS);
}

static void
apply_size(void)
{
	struct winsize ws = { .ws_col = self.cols, .ws_row = self.rows };

	if (self.pty && self.out[0].fd >= 0 && ws.ws_col != 0 && ws.ws_row != 0)
		ioctl(self.out[0].fd, TIOCSWINSZ, &ws);
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
	snprintf(self.term, sizeof(self.term), "%s", term != NULL ? term : "");
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

/* Ask for the other side of the pump. */
static void
begin(enum mode mode, const struct mon_msg *wish)
{
	self.mode = mode;
	self.phase = PHASE_PUMP;
	if (mon_send(self.monitor, wish, -1) < 0)
		finish(busy, EXIT_AWAY);
}

static void
begin_editor(void)
{
	struct mon_msg m;

	mon_init(&m, MON_EDIT);
	memcpy(m.u.edit.term, self.term, sizeof(m.u.edit.term));
	m.u.edit.cols = self.cols;
	m.u.edit.rows = self.rows;
	m.u.edit.flags = self.login.flags;
	begin(MODE_EDIT, &m);
}

static void
begin_command(const char *line)
{
	struct mon_msg m;

	mon_init(&m, MON_EXEC);
	if (strlen(line) >= sizeof(m.u.exec.line)) {
		finish("The command is too long.", EXIT_NO_TTY);
		return;
	}
	snprintf(m.u.exec.line, sizeof(m.u.exec.line), "%s", line);
	m.u.exec.pty = self.pty;
	m.u.exec.cols = self.cols;
	m.u.exec.rows = self.rows;
	memcpy(m.u.exec.term, self.term, sizeof(m.u.exec.term));
	m.u.exec.flags = self.login.flags;
	self.home = line[0] == '\0';
	begin(MODE_COMMAND, &m);
}

/* What the hub wants to be said instead of what was asked for. */
static bool
told_instead(void)
{
	if (self.verdict.u.verdict.text[0] == '\0')
		return false;
	finish(self.verdict.u.verdict.text, (int)self.verdict.u.verdict.status);
	return true;
}

static int
on_shell(ssh_session ssh, ssh_channel channel, void *arg)
{
	(void)ssh;
	(void)channel;
	(void)arg;
	if (self.phase != PHASE_IN)
		return SSH_ERROR;
	if (told_instead())
		return SSH_OK;
	if (!self.pty)
		finish(self.login.kind == LOGIN_CODE
			   ? "A room needs a terminal: use ssh -t."
			   : "Say what to do, or use ssh -t for a terminal.",
		    EXIT_NO_TTY);
	else if (self.login.kind == LOGIN_CODE || self.login.room[0] != '\0')
		begin_editor();
	else
		begin_command("");
	return SSH_OK;
}

static int
on_exec(ssh_session ssh, ssh_channel channel, const char *command, void *arg)
{
	(void)ssh;
	(void)channel;
	(void)arg;
	if (self.phase != PHASE_IN)
		return SSH_ERROR;
	if (self.login.kind != LOGIN_NEW || !told_instead())
		begin_command(command);
	return SSH_OK;
}

/* An editor at the client's own machine: its messages, as they are. */
static int
on_subsystem(ssh_session ssh, ssh_channel channel, const char *name, void *arg)
{
	struct mon_msg m;

	(void)ssh;
	(void)channel;
	(void)arg;
	if (self.phase != PHASE_IN || self.pty || strcmp(name, SUBSYSTEM) != 0)
		return SSH_ERROR;
	if (told_instead())
		return SSH_OK;
	if (self.login.kind != LOGIN_CODE && self.login.room[0] == '\0') {
		finish("The user name has to name a room: NAME+ROOM.",
		    EXIT_NO_TTY);
		return SSH_OK;
	}
	mon_init(&m, MON_LINK);
	begin(MODE_LINK, &m);
	return SSH_OK;
}

static void
close_stream(struct stream *s)
{
	if (s->fd >= 0)
		close(s->fd);
	if (self.input_fd == s->fd)
		self.input_fd = -1;
	s->fd = -1;
}

static void
close_input(void)
{
	if (self.input_fd >= 0 && self.input_fd != self.out[0].fd)
		close(self.input_fd);
	else if (self.input_fd >= 0 && self.mode == MODE_LINK)
		shutdown(self.input_fd, SHUT_WR);
	self.input_fd = -1;
	buf_clear(&self.input);
}

/* What a command does not want to read is nobody's any more. */
static size_t
write_out(const uint8_t *p, size_t len)
{
	ssize_t n = write(self.input_fd, p, len);

	if (n >= 0)
		return (size_t)n;
	if (errno != EAGAIN && errno != EINTR && self.mode != MODE_EDIT)
		close_input();
	return 0;
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
	if (is_stderr || self.phase > PHASE_PUMP ||
	    (self.begun && self.input_fd < 0))
		return (int)len;
	if (self.input_fd >= 0 && self.input.len == 0)
		done = write_out(data, len);
	if (!self.begun || self.input_fd >= 0)
		buf_put_raw(&self.input, (uint8_t *)data + done, len - done);
	return (int)len;
}

/* A terminal does not end with what was piped into ssh; a command's input
 * does, once it is read. The list of rooms is told by the key that means it. */
static void
on_eof(ssh_session ssh, ssh_channel channel, void *arg)
{
	(void)ssh;
	(void)channel;
	(void)arg;
	self.input_ends = !self.pty;
	if (self.home)
		buf_put_u8(&self.input, CTRL_D);
}

static void
on_close(ssh_session ssh, ssh_channel channel, void *arg)
{
	(void)ssh;
	(void)channel;
	(void)arg;
	self.left = true;
	if (self.phase == PHASE_HANGUP)
		self.deadline_ms = loop_now_ms() + HANGUP_MS;
}

static void
on_signal(ssh_session ssh, ssh_channel channel, const char *name, void *arg)
{
	(void)ssh;
	(void)channel;
	(void)arg;
	if (strcmp(name, "INT") == 0 && self.pty)
		buf_put_u8(&self.input, 0x03);
	else if (strcmp(name, "INT") == 0 || strcmp(name, "TERM") == 0 ||
		 strcmp(name, "HUP") == 0)
		self.left = true;
}

/* No env, no X11, no agent: what has no function is refused. */
static struct ssh_channel_callbacks_struct channel_callbacks = {
	.channel_data_function = on_data,
	.channel_eof_function = on_eof,
	.channel_close_function = on_close,
	.channel_signal_function = on_signal,
	.channel_pty_request_function = on_pty,
	.channel_shell_request_function = on_shell,
	.channel_pty_window_change_function = on_window,
	.channel_exec_request_function = on_exec,
	.channel_subsystem_request_function = on_subsystem,
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

/* The other side does not read as fast as the client sends. libssh is then not
 * called at all: whenever it is, it reads, and it widens the window for all it
 * has handed over. */
static bool
jammed(void)
{
	return self.phase == PHASE_PUMP && self.input.len >= INPUT_PAUSE;
}

static bool
output_wanted(const struct stream *s)
{
	return self.channel != NULL && !ssh_busy() && s->len == 0 &&
	       ssh_channel_window_size(self.channel) > 0;
}

/* libssh takes less than all when the window closes or keys are exchanged. */
static void
flush_stream(struct stream *s)
{
	int n;

	if (s->len == 0 || self.channel == NULL ||
	    ssh_channel_window_size(self.channel) == 0)
		return;
	if (s == &self.out[0])
		n = ssh_channel_write(
		    self.channel, s->bytes + s->at, (uint32_t)s->len);
	else
		n = ssh_channel_write_stderr(
		    self.channel, s->bytes + s->at, (uint32_t)s->len);
	if (n <= 0)
		return;
	s->at += (size_t)n;
	s->len -= (size_t)n;
}

/* A command ends when its process does, whatever it has closed before. */
static void
stream_ended(struct stream *s)
{
	close_stream(s);
	if (self.mode == MODE_LINK && self.phase == PHASE_PUMP)
		finish(NULL, 0);
	else if (self.pty)
		self.deadline_ms = loop_now_ms() + DRAIN_MS;
}

/* At most what the window takes, so that nothing waits inside libssh. */
static void
read_stream(struct stream *s)
{
	size_t room = ssh_channel_window_size(self.channel);
	ssize_t n;

	n = read(s->fd, s->bytes, room < OUTPUT_MAX ? room : OUTPUT_MAX);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) { /* EIO: nobody has the other end any more */
		stream_ended(s);
		return;
	}
	s->at = 0;
	s->len = (size_t)n;
	flush_stream(s);
}

static void
write_input(void)
{
	size_t n = 0;

	if (self.input.len > 0 && self.input_fd >= 0)
		n = write_out(self.input.data, self.input.len);
	if (n == self.input.len)
		buf_clear(&self.input);
	else
		buf_consume(&self.input, n);
	if (self.input_ends && self.begun && self.input.len == 0)
		close_input();
}

static void
editor_ended(int status)
{
	static const char crashed[] =
	    "\033[?2026l\033[<u\033[?1006l\033[?1002l\033[?1000l"
	    "\033[?1049l\033[?2004l\033[?25h\033[0m\r\n"
	    "The editor stopped unexpectedly. Nothing is lost: run the same "
	    "ssh command to come back.";
	static const char stopped[] =
	    "\033[?2026l\033[<u\033[?1006l\033[?1002l\033[?1000l"
	    "\033[?1049l\033[?2004l\033[?25h\033[0m\r\n"
	    "The host is being stopped. Everything is stored: run the same "
	    "ssh command when it is back.";

	if (WIFEXITED(status))
		finish(NULL, WEXITSTATUS(status));
	else if (WTERMSIG(status) == SIGTERM || WTERMSIG(status) == SIGHUP)
		finish(stopped, 1);
	else
		finish(crashed, 1);
}

/* Its last bytes go to the client however long that takes: it may be a pager,
 * whose reader has gone for a coffee. */
static void
command_ended(int status)
{
	static const char died[] = "The command stopped unexpectedly.";
	static const char stopped[] = "The host is being stopped.";

	if (WIFEXITED(status))
		finish(NULL, WEXITSTATUS(status));
	else if (WTERMSIG(status) == SIGINT)
		finish(NULL, 128 + SIGINT);
	else if (WTERMSIG(status) == SIGTERM || WTERMSIG(status) == SIGHUP)
		finish(stopped, EXIT_AWAY);
	else
		finish(died, 1);
	if (!self.pty)
		self.deadline_ms = 0;
}

static void
on_exit_of(int status)
{
	if (!self.begun)
		finish(busy, WIFEXITED(status) ? WEXITSTATUS(status) : 1);
	else if (self.mode == MODE_EDIT || self.home)
		editor_ended(status);
	else
		command_ended(status);
}

/* FD came, as M says; true if it was expected. */
static bool
take_fd(const struct mon_msg *m, int fd)
{
	struct stream *s = &self.out[0];
	bool input = true, output = true;

	if (fd < 0 || self.phase != PHASE_PUMP)
		return false;
	if (m->type == MON_PIPE) {
		input = m->u.pipe.which == 0;
		output = !input;
		s = m->u.pipe.which == 2 ? &self.out[1] : s;
	} else if (m->type != MON_PTY && m->type != MON_SOCKET) {
		return false;
	}
	if ((input && self.input_fd >= 0) || (output && s->fd >= 0))
		return false;
	if (input)
		self.input_fd = fd;
	if (output)
		s->fd = fd;
	fd_nonblock(fd);
	self.begun |= input;
	apply_size();
	return true;
}

static void
on_monitor(void)
{
	struct mon_msg m;
	int fd, r = mon_recv(self.monitor, &m, &fd);

	if (r == CS_EAGAIN)
		return;
	if (r == 1 && take_fd(&m, fd)) {
		write_input();
	} else if (r == 1 && m.type == MON_EXIT) {
		on_exit_of(m.u.exit.status);
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
	log_info(jammed() ? "the other side does not read any more"
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

static void
say(const char *text)
{
	int (*say_to)(ssh_channel, const void *, uint32_t) =
	    self.pty ? ssh_channel_write : ssh_channel_write_stderr;
	const char *end = self.pty ? "\r\n" : "\n";

	say_to(self.channel, text, (uint32_t)strlen(text));
	say_to(self.channel, end, (uint32_t)strlen(end));
}

/* Exit status, EOF, close, and then the client hangs up: were we the first,
 * it would report a broken connection, or lose what it has not yet passed on
 * to whoever reads its output. */
static void
say_goodbye(void)
{
	if (self.advice != NULL)
		say(self.advice);
	ssh_channel_request_send_exit_status(self.channel, self.status);
	ssh_channel_send_eof(self.channel);
	ssh_channel_close(self.channel);
	self.phase = PHASE_HANGUP;
	self.deadline_ms = loop_now_ms() + HANGUP_MS;
	if (self.mode == MODE_COMMAND && !self.pty && !self.left)
		self.deadline_ms = 0;
}

static bool
all_out(void)
{
	for (int i = 0; i < 2; i++)
		if (self.out[i].fd >= 0 || self.out[i].len > 0)
			return false;
	return true;
}

/* Nobody is left to say how it went, or it does not. */
static void
check_end(bool late)
{
	if (self.mode != MODE_LINK && self.monitor < 0 && self.out[0].fd < 0 &&
	    self.out[1].fd < 0)
		finish(NULL, self.begun && self.mode == MODE_EDIT ? 0 : 1);
	else if (self.monitor < 0 && !self.begun)
		finish(busy, EXIT_AWAY);
	else if (self.out[0].fd < 0 && late)
		finish(NULL, 1);
}

/* What follows from what has happened; false when it is over. */
static bool
step(void)
{
	uint64_t now = loop_now_ms();
	bool late = self.deadline_ms != 0 && now >= self.deadline_ms;

	flush_stream(&self.out[0]);
	flush_stream(&self.out[1]);
	tick(now);
	unanswered(now);
	if (self.refusal != NULL)
		return ssh_busy() && !late;
	if (self.phase != PHASE_HANGUP && self.left)
		return false;
	if (self.input.err != 0) {
		log_warn("more input than the other side can take");
		return false;
	}
	switch (self.phase) {
	case PHASE_AUTH:
	case PHASE_IN:
		return self.monitor >= 0;
	case PHASE_PUMP:
		check_end(late);
		return true;
	case PHASE_DRAIN:
		if (late || all_out())
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
	const uint64_t times[] = { self.heard_ms + SILENT_MS, self.deadline_ms,
		self.unanswered_ms };
	uint64_t now = loop_now_ms(), until = self.tick_ms;

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		if (times[i] != 0 && times[i] < until)
			until = times[i];
	return until > now ? (int)(until - now) : 0;
}

/* What to wait for at the other side; an entry without any has no descriptor,
 * or its hang-up would wake us for nothing. P[0] is for input, unless it goes
 * where the output comes from; P[1] and P[2] are for OUT. */
static void
set_polls(struct pollfd p[3])
{
	bool both = self.input_fd == self.out[0].fd;

	p[0].fd = self.input_fd;
	p[0].events = !both && self.input.len > 0 ? POLLOUT : 0;
	for (int i = 0; i < 2; i++) {
		p[1 + i].fd = self.out[i].fd;
		p[1 + i].events = output_wanted(&self.out[i]) ? POLLIN : 0;
	}
	if (both && self.input.len > 0)
		p[1].events |= POLLOUT;
	for (int i = 0; i < 3; i++)
		if (p[i].events == 0)
			p[i].fd = -1;
}

static void
serve_polls(const struct pollfd p[3])
{
	const short end = POLLHUP | POLLERR;

	if ((p[0].revents & (POLLOUT | end)) || (p[1].revents & POLLOUT))
		write_input();
	for (int i = 0; i < 2; i++)
		if ((p[1 + i].revents & (POLLIN | end)) &&
		    self.out[i].fd >= 0 && output_wanted(&self.out[i]))
			read_stream(&self.out[i]);
}

static bool
turn(void)
{
	struct pollfd p[5] = { { self.socket, 0, 0 },
		{ self.monitor, POLLIN, 0 } };

	if (jammed())
		p[0].events = POLLRDHUP;
	else
		p[0].events = ssh_busy() ? POLLIN | POLLOUT : POLLIN;
	set_polls(p + 2);
	if (poll(p, 5, wait_ms()) < 0 && errno != EINTR)
		return false;
	if (p[0].revents != 0 &&
	    (jammed() || ssh_event_dopoll(self.event, 0) == SSH_ERROR))
		return false;
	if (!ssh_is_connected(self.ssh) ||
	    (ssh_get_status(self.ssh) & SSH_CLOSED_ERROR) != 0)
		return false;
	if (p[1].revents != 0)
		on_monitor();
	serve_polls(p + 2);
	if (self.input_ends)
		write_input();
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
	self.greeted = self.packets.out_packets;
	while (turn())
		;
	/* the editor goes now, not when the client is gone */
	close_input();
	close_stream(&self.out[0]);
	close_stream(&self.out[1]);
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
	if (argc != 5 || strcmp(argv[1], "-c") != 0 ||
	    strcmp(argv[3], "-r") != 0) {
		fprintf(stderr, "codesync-session is started by codesyncd\n");
		return 2;
	}
	self.closed = strcmp(argv[4], "closed") == 0;
	self.login.open = strcmp(argv[4], "open") == 0;
	log_to(send_log);
	alarm(HANDSHAKE_S);
	buf_init(&self.input, INPUT_MAX);
	tune_socket();
	spare = fcntl(self.socket, F_DUPFD_CLOEXEC, KEYS_FD + 1);
	if (spare < 0 || open_ssh() < 0 || confine(argv[2]) < 0)
		return 1;
	/* exit handlers want files and calls that we no longer have */
	_exit(serve(spare));
}
