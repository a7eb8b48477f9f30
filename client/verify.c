/*
 * verify.c - room verify: of a room in the host, or of a bundle, without any
 * host. The arithmetic of a bundle's signature is left to ssh-keygen, which is
 * what others would check it with.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/bundle.h"
#include "client/export.h"
#include "client/show.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"

/* --- of a room --- */

static const struct {
	const char *state, *text;
} signatures[] = {
	{ "ok", "by this host" },
	{ "other_key", "by a key that this host does not use any more" },
	{ "unchecked", "but the host could not check it now" },
};

static void
show_signature(const struct json *o)
{
	const char *state = json_get_str(o, "signature");
	int64_t late = json_get_int(o, "signed_late_s", 0);

	for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]);
	     i++) {
		if (state == NULL || strcmp(state, signatures[i].state) != 0)
			continue;
		fputs("signed    ", stdout);
		show_text(json_get_str(o, "signed_at"), 0);
		printf(", %s\nkey       ", signatures[i].text);
		show_text(json_get_str(o, "fingerprint"), 0);
		putchar('\n');
		if (late > 86400)
			printf("note      that was %lld days after the end: "
			       "before it nothing watched over the log\n",
			    (long long)(late / 86400));
		return;
	}
	printf("signed    not yet: %s\n", json_get_str(o, "ended_at") == NULL
					      ? "the room has not ended"
					      : "try again in a moment");
}

static void
show_verified(const struct json *o)
{
	show_text(json_get_str(o, "room"), 0);
	printf(": the log is whole, %lld records\nhead      ",
	    (long long)json_get_int(o, "rev", 0));
	show_text(json_get_str(o, "sha256"), 0);
	if (json_get_str(o, "ended_sha256") != NULL) {
		fputs("\nat end    ", stdout);
		show_text(json_get_str(o, "ended_sha256"), 0);
	}
	putchar('\n');
	show_signature(o);
}

static int
verify_room(struct cli *c)
{
	struct json *args = json_object_new();
	struct answer a;
	int r;

	json_set_str(args, "room", cli_arg(c, 0));
	if ((r = cli_ask(c, "room verify", args, NULL, &a)) != 0)
		return r;
	if (c->json)
		cli_print_json(a.result);
	else
		show_verified(a.result);
	answer_release(&a);
	return 0;
}

/* --- of a bundle --- */

/* TEXT as a file without a name, read from its beginning; -1. */
static int
memory_file(const char *text)
{
	int fd = memfd_create("bundle", MFD_CLOEXEC);

	if (fd >= 0 && (write_all(fd, text, strlen(text)) < 0 ||
			   lseek(fd, 0, SEEK_SET) != 0)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static char *
find_keygen(void)
{
	static const char *const dirs[] = { "/usr/bin", "/usr/local/bin",
		"/bin" };
	char *path;

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		path = xasprintf("%s/ssh-keygen", dirs[i]);
		if (access(path, X_OK) == 0)
			return path;
		free(path);
	}
	return NULL;
}

/* Run it: its exit status, or -1. */
static int
keygen(const char *path, const int fds[3])
{
	static const char *const args[] = { "ssh-keygen", "-Y", "verify", "-f",
		"/proc/self/fd/3", "-I", SSHSIG_SIGNER, "-n", SSHSIG_NAMESPACE,
		"-s", "/proc/self/fd/4", NULL };
	struct spawn s;
	int status;
	pid_t pid;

	spawn_init(&s);
	s.path = path;
	s.argv = (char *const *)(uintptr_t)args;
	s.fds[0] = fds[0];
	s.fds[1] = s.fds[2] = -1;
	s.fds[3] = fds[1];
	s.fds[4] = fds[2];
	s.nfds = 5;
	if (spawn(&s, &pid) < 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
check_signature(const struct cli *c, const struct bundle *b)
{
	const int fds[3] = { memory_file(b->head_text), memory_file(b->allowed),
		memory_file(b->signature) };
	char *path = find_keygen();
	int status = -1;

	if (path == NULL)
		return cli_fail(c, EXIT_FAILED,
		    "the signature cannot be checked: there is no ssh-keygen");
	if (fds[0] >= 0 && fds[1] >= 0 && fds[2] >= 0)
		status = keygen(path, fds);
	for (int i = 0; i < 3; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	free(path);
	if (status == 0)
		return 0;
	return cli_fail(c, EXIT_FAILED,
	    status < 0 ? "the signature cannot be checked: ssh-keygen does not "
			 "run"
		       : "the bundle is not what it was: log.head.sig is not "
			 "the signature of log.head");
}

static void
show_bundle(const struct cli *c, const struct bundle *b)
{
	struct json *o = json_object_new();
	char hex[DIGEST_HEX_SIZE];

	digest_hex(b->head.sha256, hex, sizeof(hex));
	json_set_str(o, "room", b->head.room);
	json_set_int(o, "rev", (int64_t)b->head.rev);
	json_set_str(o, "sha256", hex);
	json_set_str(o, "signature", b->is_signed ? "ok" : "none");
	json_set_str(o, "signed_at", b->is_signed ? b->head.at : NULL);
	json_set_str(o, "fingerprint", b->is_signed ? b->fingerprint : NULL);
	if (c->json) {
		cli_print_json(o);
	} else {
		printf("%s: the bundle is whole, %llu records\nhead      %s\n",
		    b->head.room, (unsigned long long)b->head.rev, hex);
		if (b->is_signed)
			printf("signed    %s\nkey       %s\n"
			       "note      compare the key with the host's, as "
			       "it stood in the invitation\n",
			    b->head.at, b->fingerprint);
		else
			printf("signed    not at all: the room had not "
			       "ended\n");
	}
	json_free(o);
}

static int
verify_file(const struct cli *c, const char *path)
{
	struct bundle *b;
	FILE *f = stdin;
	int r;

	if (c->pass[0] != '\0')
		return cli_fail(c, EXIT_USAGE,
		    "--file is for the codesync of your own machine: a bundle "
		    "is checked without a host");
	if (strcmp(path, "-") != 0 && (f = fopen(path, "re")) == NULL)
		return cli_fail(c, EXIT_USAGE, "%s cannot be read: %s", path,
		    strerror(errno));
	b = xcalloc(1, sizeof(*b));
	if (bundle_read(b, f) < 0)
		r = cli_fail(c, EXIT_FAILED,
		    "the bundle is not what it was: %s", b->why);
	else
		r = b->is_signed ? check_signature(c, b) : 0;
	if (r == 0)
		show_bundle(c, b);
	if (f != stdin)
		fclose(f);
	free(b);
	return r;
}

int
room_verify(struct cli *c)
{
	const char *path = options_value(&c->opt, "file");

	if ((path == NULL) == (cli_arg(c, 0) == NULL))
		return cli_fail(
		    c, EXIT_USAGE, "say which room, or which bundle by --file");
	return path != NULL ? verify_file(c, path) : verify_room(c);
}
