/*
 * account.c - the commands on accounts, keys, templates, and the trail. What
 * the user gives is read here before anything is sent; what it means is decided
 * by the host. Lists are tables of columns.
 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/account.h"
#include "client/password.h"
#include "client/room.h"
#include "client/show.h"
#include "proto/err.h"
#include "proto/record.h"
#include "proto/sys/control.h"
#include "proto/sys/loop.h"
#include "proto/sys/util.h"

#define KEY_FILE_MAX (64 * 1024)
#define SINCE_SIZE 40

/* --- for people --- */

struct column {
	const char *key, *title;
	size_t cols; /* 0: the last one, as long as it is */
};

static const struct column user_columns[] = { { "name", "NAME", 20 },
	{ "role", "ROLE", 12 }, { "unix_user", "UNIX USER", 16 },
	{ "keys", "KEYS", 5 }, { "created_at", "CREATED (UTC)", 0 },
	{ NULL, NULL, 0 } };
static const struct column key_columns[] = { { "user", "USER", 16 },
	{ "fingerprint", "FINGERPRINT", 51 }, { "type", "TYPE", 20 },
	{ "comment", "COMMENT", 0 }, { NULL, NULL, 0 } };
static const struct column template_columns[] = { { "name", "NAME", 20 },
	{ "language", "LANGUAGE", 12 }, { "files", "FILES", 6 },
	{ "tests", "TESTS", 16 }, { "title", "TITLE", 0 }, { NULL, NULL, 0 } };
static const struct column audit_columns[] = { { "at", "AT (UTC)", 25 },
	{ "who", "WHO", 16 }, { "source", "SOURCE", 16 },
	{ "action", "ACTION", 14 }, { "result", "RESULT", 12 },
	{ "target", "TARGET", 0 }, { NULL, NULL, 0 } };

/* A value as people read it: a text, a number, how many. */
static void
show_value(const struct json *v, size_t cols)
{
	char number[24];

	if (json_str(v) != NULL) {
		show_text(json_str(v), cols);
		return;
	}
	if (json_is_null(v))
		snprintf(number, sizeof(number), "-");
	else
		snprintf(number, sizeof(number), "%lld",
		    json_count(v) > 0 ? (long long)json_count(v)
				      : (long long)json_int(v, 0));
	show_text(number, cols);
}

static void
show_row(const struct json *o, const struct column *column)
{
	for (; column->key != NULL; column++) {
		show_value(json_get(o, column->key), column->cols);
		putchar(column->cols > 0 ? ' ' : '\n');
	}
}

static void
show_titles(const struct column *column)
{
	for (; column->title != NULL; column++) {
		show_text(column->title, column->cols);
		putchar(column->cols > 0 ? ' ' : '\n');
	}
}

static void
show_list(const struct json *list, const struct column *columns)
{
	if (json_count(list) > 0)
		show_titles(columns);
	for (size_t i = 0; i < json_count(list); i++)
		show_row(json_at(list, i), columns);
}

static void
show_lines(const struct json *o, const struct column *column)
{
	for (; column->key != NULL; column++) {
		show_text(column->key, 12);
		show_value(json_get(o, column->key), 0);
		putchar('\n');
	}
}

static void
show_user(const struct json *o)
{
	show_lines(o, user_columns);
}

static void
show_users(const struct json *list)
{
	show_list(list, user_columns);
}

static void
show_key_line(const struct json *o)
{
	show_row(o, key_columns);
}

static void
show_keys(const struct json *list)
{
	show_list(list, key_columns);
}

static void
show_template(const struct json *o)
{
	const struct json *files = json_get(o, "files"), *f;

	show_lines(o, template_columns);
	for (size_t i = 0; i < json_count(files); i++) {
		f = json_at(files, i);
		show_text("", 12);
		show_text(json_get_str(f, "name"), 24);
		printf(" %lld lines, %lld bytes\n",
		    (long long)json_get_int(f, "lines", 0),
		    (long long)json_get_int(f, "bytes", 0));
	}
}

static void
show_templates(const struct json *list)
{
	show_list(list, template_columns);
}

static void
show_token(const struct json *o)
{
	fputs("Registration token: ", stdout);
	show_text(json_get_str(o, "token"), 0);
	fputs("\nIt makes one account (", stdout);
	show_text(json_get_str(o, "role"), 0);
	fputs(") until ", stdout);
	show_text(json_get_str(o, "expires_at"), 16);
	fputs(" UTC: ssh to signup@ this host.\n", stdout);
}

/* --- arguments --- */

static struct json *
name_args(const struct cli *c, const char *key)
{
	struct json *args = json_object_new();

	if (cli_arg(c, 0) != NULL)
		json_set_str(args, key, cli_arg(c, 0));
	return args;
}

/* The bytes at PATH, "-" is standard input, to RAW. */
static int
read_key(const struct cli *c, const char *path, struct buf *raw)
{
	bool is_stdin = strcmp(path, "-") == 0;
	const char *what = is_stdin ? "the standard input" : path;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	char *p = NULL;
	size_t len = 0;
	int r = fd < 0 ? CS_EIO : read_all(fd, KEY_FILE_MAX, &p, &len);

	if (r == CS_ETOOBIG)
		r = cli_fail(
		    c, EXIT_USAGE, "%s is too large for a public key", what);
	else if (r < 0)
		r = cli_fail(c, EXIT_USAGE, "%s cannot be read: %s", what,
		    strerror(errno));
	else if (strstr(p, "PRIVATE KEY-----") != NULL)
		r = cli_fail(c, EXIT_USAGE,
		    "%s is a private key; it was not sent. The public one is "
		    "in the file ending in .pub",
		    what);
	else
		buf_put_raw(raw, p, len);
	if (fd >= 0 && !is_stdin)
		close(fd);
	if (p != NULL)
		explicit_bzero(p, len);
	free(p);
	return r;
}

/* By ssh nothing more may be opened, and who stands in other places than the
 * file is not found. */
static const struct passwd *
find_user(const struct cli *c, const char *name)
{
	const struct passwd *pw;

	if (c->pass[0] == '\0')
		return getpwnam(name);
	if (c->users == NULL)
		return NULL;
	rewind(c->users);
	while ((pw = fgetpwent(c->users)) != NULL)
		if (strcmp(pw->pw_name, name) == 0)
			break;
	return pw;
}

/* The unix user that is named, by what the host's machine calls it. */
static int
add_unix_user(const struct cli *c, struct json *args)
{
	const char *name = options_value(&c->opt, "unix-user");
	const struct passwd *pw;

	if (name == NULL)
		return 0;
	if ((pw = find_user(c, name)) == NULL)
		return cli_fail(c, EXIT_NOT_FOUND,
		    c->pass[0] != '\0'
			? "there is no user %s in the host's /etc/passwd"
			: "there is no user %s on this machine",
		    name);
	json_set_str(args, "unix_user", name);
	json_set_int(args, "unix_uid", pw->pw_uid);
	return 0;
}

static int
add_expires(const struct cli *c, struct json *args)
{
	const char *expires = options_value(&c->opt, "expires");
	uint64_t seconds;

	if (expires == NULL)
		return 0;
	if (parse_duration(expires, &seconds) < 0 || seconds == 0)
		return cli_fail(
		    c, EXIT_USAGE, "--expires takes a duration like 24h or 7d");
	json_set_int(args, "expires", (int64_t)seconds);
	return 0;
}

/* --- accounts --- */

int
user_add(struct cli *c)
{
	const char *path = options_value(&c->opt, "key");
	struct json *args = name_args(c, "name");
	struct buf raw;
	int r;

	buf_init(&raw, KEY_FILE_MAX);
	add_value(c, args, "role", "role");
	json_set_bool(args, "key", path != NULL);
	r = add_unix_user(c, args);
	if (r == 0 && path != NULL)
		r = read_key(c, path, &raw);
	if (r == 0)
		r = ask_and_print(c, "user add", args, &raw, show_user);
	else
		json_free(args);
	buf_release(&raw);
	return r;
}

int
user_list(struct cli *c)
{
	return ask_and_print(c, "user list", NULL, NULL, show_users);
}

int
user_show(struct cli *c)
{
	return ask_and_print(
	    c, "user show", name_args(c, "name"), NULL, show_user);
}

int
user_rm(struct cli *c)
{
	return ask_and_print(c, "user rm", name_args(c, "name"), NULL, NULL);
}

int
user_passwd(struct cli *c)
{
	char secret[PASSWORD_SIZE];
	struct buf raw;
	int r;

	buf_init(&raw, sizeof(secret));
	if ((r = password_read(c, secret)) == 0) {
		buf_put_raw(&raw, secret, strlen(secret));
		r = ask_and_print(
		    c, "user passwd", name_args(c, "name"), &raw, NULL);
	}
	explicit_bzero(secret, sizeof(secret));
	if (raw.data != NULL)
		explicit_bzero(raw.data, raw.len);
	buf_release(&raw);
	return r;
}

int
user_token(struct cli *c)
{
	struct json *args = json_object_new();
	int r;

	add_value(c, args, "role", "role");
	if ((r = add_expires(c, args)) == 0)
		return ask_and_print(c, "user token", args, NULL, show_token);
	json_free(args);
	return r;
}

/* --- keys --- */

int
key_add(struct cli *c)
{
	const char *path = cli_arg(c, 0);
	struct json *args;
	struct buf raw;
	int r;

	buf_init(&raw, KEY_FILE_MAX);
	if ((r = read_key(c, path != NULL ? path : "-", &raw)) == 0) {
		args = json_object_new();
		add_value(c, args, "user", "user");
		r = ask_and_print(c, "key add", args, &raw, show_key_line);
	}
	buf_release(&raw);
	return r;
}

int
key_list(struct cli *c)
{
	struct json *args = json_object_new();

	add_value(c, args, "user", "user");
	return ask_and_print(c, "key list", args, NULL, show_keys);
}

int
key_rm(struct cli *c)
{
	struct json *args = name_args(c, "fingerprint");

	add_value(c, args, "user", "user");
	return ask_and_print(c, "key rm", args, NULL, NULL);
}

/* --- templates --- */

/* The tests: an entry like a file's, and their bytes after those of the files.
 */
static int
add_tests(const struct cli *c, struct json *args, struct buf *raw)
{
	const char *path = options_value(&c->opt, "tests"), *name;
	struct json *o;
	size_t len;
	int r;

	if (path == NULL)
		return 0;
	name = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
	if (strcmp(path, "-") == 0 || !file_name_valid(name, strlen(name)))
		name = "tests";
	if ((r = room_read_path(c, path, raw, &len)) != 0)
		return r;
	o = json_object_new();
	json_set_str(o, "name", name);
	json_set_int(o, "len", (int64_t)len);
	json_set(args, "tests", o);
	return 0;
}

int
template_add(struct cli *c)
{
	struct json *args = name_args(c, "name"), *files = json_array_new();
	struct buf raw;
	int r;

	buf_init(&raw, CONTROL_MAX - CONTROL_JSON_MAX);
	add_value(c, args, "title", "title");
	add_value(c, args, "language", "language");
	if ((r = add_files(c, files, &raw)) == 0)
		r = add_tests(c, args, &raw);
	json_set(args, "files", files);
	if (r == 0)
		r = ask_and_print(c, "template add", args, &raw, show_template);
	else
		json_free(args);
	buf_release(&raw);
	return r;
}

int
template_list(struct cli *c)
{
	return cli_list(c, "template list", json_object_new(), show_templates);
}

int
template_show(struct cli *c)
{
	return ask_and_print(
	    c, "template show", name_args(c, "name"), NULL, show_template);
}

int
template_rm(struct cli *c)
{
	return ask_and_print(
	    c, "template rm", name_args(c, "name"), NULL, NULL);
}

/* --- the trail --- */

/* --since as the host reads it: a time, or so long ago. */
static int
since(const struct cli *c, char *dst, size_t size, bool *given)
{
	const char *value = options_value(&c->opt, "since");
	uint64_t seconds, now = loop_wall_ms();

	*given = value != NULL;
	if (value == NULL)
		return 0;
	if (parse_duration(value, &seconds) == 0 && seconds < now / 1000)
		time_rfc3339(now - seconds * 1000, dst);
	else if (strlen(value) < size)
		snprintf(dst, size, "%s", value);
	else
		return cli_fail(c, EXIT_USAGE,
		    "--since takes a time like 2026-01-31T12:00:00Z, or a "
		    "duration like 24h");
	return 0;
}

static void
show_trail(const struct json *list)
{
	show_list(list, audit_columns);
}

int
audit_show(struct cli *c)
{
	struct json *args = json_object_new();
	char from[SINCE_SIZE];
	bool given;
	int r = since(c, from, sizeof(from), &given);

	if (r == 0) {
		if (given)
			json_set_str(args, "since", from);
		return cli_list(c, "audit", args, show_trail);
	}
	json_free(args);
	return r;
}
