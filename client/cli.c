/* cli.c - asking the host, saying what went wrong, writing results. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/cli.h"
#include "client/plain.h"
#include "proto/err.h"
#include "proto/sys/control.h"
#include "proto/sys/link_nng.h"

#include "proto/utf8.h"
#define ASK_TIMEOUT_MS 30000

/* The words for an exit status in the error object. */
static const char *
code_name(int status)
{
	switch (status) {
	case EXIT_USAGE:
		return "invalid";
	case EXIT_NOT_FOUND:
		return "not_found";
	case EXIT_NOT_ALLOWED:
		return "not_allowed";
	case EXIT_STATE:
		return "state";
	case EXIT_AWAY:
		return "unreachable";
	default:
		return "failed";
	}
}

/* What a message quotes may come from anywhere, and a terminal would obey it. */
static void
print_plain(FILE *to, const char *message)
{
	size_t len = strlen(message), n;

	for (; len > 0; message += n, len -= n) {
		n = utf8_cluster(message, len);
		if (utf8_cluster_width(message, n) > 0)
			fwrite(message, 1, n, to);
		else
			fputc('?', to);
	}
}

static void
print_error(const struct cli *c, const char *code, const char *message)
{
	struct json *whole, *error;
	char *line;

	if (c->note != NULL) {
		snprintf(c->note, CLI_NOTE_SIZE, "%s", message);
		return;
	}
	if (!c->json) {
		fputs("codesync: ", stderr);
		print_plain(stderr, message);
		fputc('\n', stderr);
		return;
	}
	whole = json_object_new();
	error = json_object_new();
	json_set_str(error, "code", code);
	json_set_str(error, "message", message);
	json_set(whole, "error", error);
	line = json_print(whole);
	fprintf(stderr, "%s\n", line);
	free(line);
	json_free(whole);
}

int
cli_fail(const struct cli *c, int status, const char *fmt, ...)
{
	char message[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	print_error(c, code_name(status), message);
	return status;
}

const char *
cli_arg(const struct cli *c, size_t n)
{
	return n < c->opt.nargs ? c->opt.args[n] : NULL;
}

/* Make the run directory the working directory, because a socket's path has
 * room for 107 bytes only. Files that the user named are opened before. */
static int
cli_enter(struct cli *c)
{
	if (c->entered)
		return 0;
	if (chdir(c->run_dir) != 0)
		return CS_ECLOSED;
	c->entered = true;
	return 0;
}

void
answer_release(struct answer *a)
{
	json_free(a->whole);
	free(a->bytes);
	memset(a, 0, sizeof(*a));
}

/* Send and decode: 0 and *A, which may hold an error; or a CS_E code. */
static int
exchange(struct cli *c, const char *cmd, struct json *args,
    const struct buf *raw, struct answer *a)
{
	struct json *request = json_object_new();
	struct buf b;
	size_t len;
	int r;

	memset(a, 0, sizeof(*a));
	json_set_str(request, "cmd", cmd);
	json_set(request, "args", args != NULL ? args : json_object_new());
	if (c->pass[0] != '\0')
		json_set_str(request, "pass", c->pass);
	buf_init(&b, CONTROL_MAX);
	control_encode(&b, request, raw != NULL ? raw->data : NULL,
	    raw != NULL ? raw->len : 0);
	json_free(request);
	if ((r = b.err) == 0 && (r = cli_enter(c)) == 0)
		r = nng_request("ipc://control.sock", b.data, b.len,
		    ASK_TIMEOUT_MS, &a->bytes, &len);
	buf_release(&b);
	if (r == 0)
		r = control_decode(
		    a->bytes, len, &a->whole, &a->raw, &a->raw_len);
	if (r < 0)
		answer_release(a);
	else
		a->result = json_get(a->whole, "result");
	return r;
}

/* The exit status that R, or the error in A, means. */
static int
status_of(int r, const struct answer *a)
{
	const struct json *error;
	int64_t status;

	if (r == CS_EFORMAT || r == CS_ENOMEM || r == CS_ETOOBIG)
		return EXIT_FAILED;
	if (r == CS_EPERM)
		return EXIT_NOT_ALLOWED;
	if (r < 0)
		return EXIT_AWAY;
	if ((error = json_get(a->whole, "error")) == NULL)
		return a->result != NULL ? 0 : EXIT_FAILED;
	status = json_get_int(a->whole, "exit", EXIT_FAILED);
	return status > 0 && status < 256 ? (int)status : EXIT_FAILED;
}

static void
explain(const struct cli *c, int r, int status, const struct answer *a)
{
	const struct json *error = json_get(a->whole, "error");
	const char *code = json_get_str(error, "code");
	const char *message = json_get_str(error, "message");

	if (message != NULL)
		print_error(
		    c, code != NULL ? code : code_name(status), message);
	else if (status == EXIT_AWAY)
		cli_fail(c, status,
		    "no host answers at %s; is codesyncd running there?",
		    c->run_dir);
	else
		cli_fail(c, status, "the host's answer is of no use: %s",
		    cs_strerror(r < 0 ? r : CS_EFORMAT));
}

int
cli_ask(struct cli *c, const char *cmd, struct json *args,
    const struct buf *raw, struct answer *a)
{
	int r = exchange(c, cmd, args, raw, a);
	int status = status_of(r, a);

	if (status != 0) {
		explain(c, r, status, a);
		answer_release(a);
	}
	return status;
}

int
cli_ask_again(
    struct cli *c, const char *cmd, struct json *args, struct answer *a)
{
	int r = exchange(c, cmd, args, NULL, a);
	int status = status_of(r, a);

	if (status != 0) {
		if (status != EXIT_AWAY)
			explain(c, r, status, a);
		answer_release(a);
	}
	return status;
}

int
cli_list(struct cli *c, const char *cmd, struct json *args,
    void (*show)(const struct json *))
{
	struct json *all = json_array_new();
	struct answer a;
	int64_t next;
	int r;

	do {
		if ((r = cli_ask(c, cmd, json_dup(args), NULL, &a)) != 0)
			break;
		json_extend(all, a.result);
		next = json_get_int(a.whole, "next", 0);
		json_set_int(args, "after", next);
		answer_release(&a);
	} while (next != 0);
	if (r == 0 && c->json)
		cli_print_json(all);
	else if (r == 0)
		show(all);
	json_free(all);
	json_free(args);
	return r;
}

void
cli_print_json(const struct json *j)
{
	char *line = json_print(j);
	struct buf b;

	if (isatty(STDOUT_FILENO)) {
		buf_init(&b, SIZE_MAX / 2);
		plain_json(line, strlen(line), &b);
		fwrite(b.data, 1, b.len, stdout);
		putchar('\n');
		buf_release(&b);
	} else {
		printf("%s\n", line);
	}
	free(line);
}

int
cli_finish(const struct cli *c, int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (errno != EPIPE)
		return cli_fail(c, EXIT_FAILED,
		    "the output cannot be written: %s", strerror(errno));
	return EXIT_FAILED;
}
