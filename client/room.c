/*
 * room.c - the commands on rooms. What the user gives is read and checked here
 * before anything is sent; what it means is decided by the host.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/report.h"
#include "client/room.h"
#include "client/show.h"
#include "proto/err.h"
#include "proto/record.h"
#include "proto/sys/control.h"
#include "proto/sys/util.h"
#include "proto/text.h"
#include "proto/utf8.h"

#define MINUTES_MAX (7 * 24 * 60)
#define RETENTION_MAX_DAYS 36500

static const char name_rule[] =
    "a file's name has 1 to 64 of the characters A-Z a-z 0-9 . _ -";

bool
file_name_valid(const char *name, size_t len)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-";

	if (len < 1 || len > NAME_MAX_BYTES)
		return false;
	for (size_t i = 0; i < len; i++)
		if (memchr(allowed, name[i], sizeof(allowed) - 1) == NULL)
			return false;
	return !(name[0] == '.' && (len == 1 || (len == 2 && name[1] == '.')));
}

/* Add the whole of FD, called WHAT in messages, to B. */
static int
read_text(
    const struct cli *c, int fd, const char *what, struct buf *b, size_t *len)
{
	char *p = NULL;
	int r = read_all(fd, TEXT_MAX, &p, len);

	if (r == CS_ETOOBIG)
		r = cli_fail(c, EXIT_USAGE,
		    "%s is larger than 1 MiB, the most that is taken", what);
	else if (r < 0)
		r = cli_fail(c, EXIT_USAGE, "%s cannot be read: %s", what,
		    strerror(errno));
	else if (!utf8_valid(p, *len))
		r = cli_fail(c, EXIT_USAGE, "%s is not valid UTF-8", what);
	else
		buf_put_raw(b, p, *len);
	free(p);
	return r == 0 && b->err != 0
		   ? cli_fail(c, EXIT_USAGE, "the files are too large together")
		   : r;
}

int
room_read_path(
    const struct cli *c, const char *path, struct buf *b, size_t *len)
{
	int fd, r;

	if (strcmp(path, "-") == 0)
		return read_text(c, 0, "the standard input", b, len);
	if (c->pass[0] != '\0')
		return cli_fail(c, EXIT_USAGE,
		    "the host opens no file for you: give - for the path, and "
		    "the file as standard input");
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return cli_fail(c, EXIT_USAGE, "%s cannot be read: %s", path,
		    strerror(errno));
	r = read_text(c, fd, path, b, len);
	close(fd);
	return r;
}

/* NAME=PATH: the file's entry to LIST, its bytes to RAW. */
static int
add_file(
    const struct cli *c, const char *value, struct json *list, struct buf *raw)
{
	const char *eq = strchr(value, '=');
	char name[NAME_MAX_BYTES + 1];
	struct json *o;
	size_t len;
	int r;

	if (eq == NULL || !file_name_valid(value, (size_t)(eq - value)))
		return cli_fail(
		    c, EXIT_USAGE, "--file takes NAME=PATH; %s", name_rule);
	snprintf(name, sizeof(name), "%.*s", (int)(eq - value), value);
	for (size_t i = 0; i < json_count(list); i++)
		if (strcmp(json_get_str(json_at(list, i), "name"), name) == 0)
			return cli_fail(
			    c, EXIT_USAGE, "--file: %s is given twice", name);
	if ((r = room_read_path(c, eq + 1, raw, &len)) != 0)
		return r;
	o = json_object_new();
	json_set_str(o, "name", name);
	json_set_int(o, "len", (int64_t)len);
	json_add(list, o);
	return 0;
}

int
add_files(const struct cli *c, struct json *list, struct buf *raw)
{
	const struct options *opt = &c->opt;
	const char *value, *eq;
	bool stdin_used = false;
	int r;

	for (size_t i = 0; i < opt->nset; i++) {
		if (strcmp(opt->set[i].spec->name, "file") != 0)
			continue;
		value = opt->set[i].value;
		eq = strchr(value, '=');
		if (eq != NULL && strcmp(eq, "=-") == 0) {
			if (stdin_used)
				return cli_fail(c, EXIT_USAGE,
				    "only one --file can be the standard "
				    "input");
			stdin_used = true;
		}
		if (json_count(list) == FILE_MAX)
			return cli_fail(c, EXIT_USAGE,
			    "a room has at most %d files", FILE_MAX);
		if ((r = add_file(c, value, list, raw)) != 0)
			return r;
	}
	return 0;
}

/* Option NAME as a number, if given. */
static int
add_number(
    const struct cli *c, struct json *args, const char *name, uint64_t max)
{
	const char *value = options_value(&c->opt, name);
	uint64_t n;

	if (value == NULL)
		return 0;
	if (parse_num(value, 1, max, &n) < 0)
		return cli_fail(c, EXIT_USAGE,
		    "--%s takes a number from 1 to %llu", name,
		    (unsigned long long)max);
	json_set_int(args, name, (int64_t)n);
	return 0;
}

void
add_value(
    const struct cli *c, struct json *args, const char *option, const char *key)
{
	const char *value = options_value(&c->opt, option);

	if (value != NULL)
		json_set_str(args, key, value);
}

/* The arguments of a command on the room that the first argument names. */
static struct json *
room_args(const struct cli *c)
{
	struct json *args = json_object_new();

	json_set_str(args, "room", cli_arg(c, 0));
	return args;
}

int
ask_and_print(struct cli *c, const char *cmd, struct json *args,
    const struct buf *raw, void (*show)(const struct json *))
{
	struct answer a;
	int r;

	if ((r = cli_ask(c, cmd, args, raw, &a)) != 0)
		return r;
	if (c->json)
		cli_print_json(a.result);
	else if (show != NULL)
		show(a.result);
	answer_release(&a);
	return 0;
}

int
room_create(struct cli *c)
{
	struct json *args = json_object_new(), *files = json_array_new();
	struct buf raw;
	int r;

	buf_init(&raw, CONTROL_MAX - CONTROL_JSON_MAX);
	add_value(c, args, "title", "title");
	add_value(c, args, "language", "language");
	add_value(c, args, "template", "template");
	add_value(c, args, "owner", "owner");
	add_value(c, args, "idempotency-key", "idempotency_key");
	json_set_bool(args, "lobby", !options_has(&c->opt, "no-lobby"));
	json_set_bool(args, "copy", !options_has(&c->opt, "no-copy"));
	if ((r = add_number(c, args, "minutes", MINUTES_MAX)) == 0 &&
	    (r = add_number(c, args, "retention", RETENTION_MAX_DAYS)) == 0)
		r = add_files(c, files, &raw);
	json_set(args, "files", files);
	if (r == 0)
		r = ask_and_print(c, "room create", args, &raw, show_created);
	else
		json_free(args);
	buf_release(&raw);
	return r;
}

int
room_list(struct cli *c)
{
	struct json *args = json_object_new();

	json_set_bool(args, "all", options_has(&c->opt, "all"));
	return cli_list(c, "room list", args, show_rooms);
}

int
room_show(struct cli *c)
{
	return ask_and_print(c, "room show", room_args(c), NULL, show_room);
}

int
room_invite_shown(
    struct cli *c, const char *id, struct json *args, struct answer *made)
{
	struct json *about = json_object_new();
	struct answer room, host, invite;
	int r;

	/* what can fail without a new code does so before there is one */
	json_set_str(about, "room", id);
	if ((r = cli_ask(c, "room show", about, NULL, &room)) != 0) {
		json_free(args);
		return r;
	}
	if ((r = cli_ask(c, "hostkey", NULL, NULL, &host)) != 0) {
		json_free(args);
		answer_release(&room);
		return r;
	}
	if ((r = cli_ask(c, "room invite", args, NULL, &invite)) == 0) {
		show_invite(room.result, host.result, invite.result);
		if (made != NULL)
			*made = invite;
		else
			answer_release(&invite);
	}
	answer_release(&host);
	answer_release(&room);
	return r;
}

int
room_invite(struct cli *c)
{
	const char *expires = options_value(&c->opt, "expires");
	bool revoke = options_has(&c->opt, "revoke");
	struct json *args;
	uint64_t seconds = 0;

	if (revoke && (expires != NULL || options_has(&c->opt, "role") ||
			  options_has(&c->opt, "name")))
		return cli_fail(
		    c, EXIT_USAGE, "--revoke goes with no other option");
	if (expires != NULL &&
	    (parse_duration(expires, &seconds) < 0 || seconds == 0))
		return cli_fail(
		    c, EXIT_USAGE, "--expires takes a duration like 24h or 7d");
	args = room_args(c);
	add_value(c, args, "role", "role");
	add_value(c, args, "name", "name");
	add_value(c, args, "revoke", "revoke");
	if (expires != NULL)
		json_set_int(args, "expires", (int64_t)seconds);
	if (revoke || c->json)
		return ask_and_print(c, "room invite", args, NULL, show_room);
	return room_invite_shown(c, cli_arg(c, 0), args, NULL);
}

int
room_get(struct cli *c)
{
	const char *room = cli_arg(c, 0), *file = cli_arg(c, 1);
	struct json *args, *o;
	struct answer a;
	int r;

	/* whoever came with the code of a seat has but one room */
	if (room == NULL && c->pass[0] == '\0')
		return cli_fail(c, EXIT_USAGE,
		    "too few arguments; usage: codesync room get [options] "
		    "ROOM [FILE]");
	args = json_object_new();
	if (room != NULL)
		json_set_str(args, "room", room);

	if (file != NULL)
		json_set_str(args, "file", file);
	add_value(c, args, "at", "at");
	if ((r = cli_ask(c, "room get", args, NULL, &a)) != 0)
		return r;
	if (c->json) {
		o = json_object_new();
		json_set_text(o, "text", a.raw, a.raw_len);
		cli_print_json(o);
		json_free(o);
	} else {
		fwrite(a.raw, 1, a.raw_len, stdout);
	}
	answer_release(&a);
	return 0;
}

int
room_put(struct cli *c)
{
	const char *file = cli_arg(c, 1);
	struct json *args;
	struct buf raw;
	size_t len;
	int r;

	if (!file_name_valid(file, strlen(file)))
		return cli_fail(c, EXIT_USAGE, "%s", name_rule);
	buf_init(&raw, TEXT_MAX);
	if ((r = room_read_path(c, "-", &raw, &len)) == 0) {
		args = room_args(c);
		json_set_str(args, "file", file);
		r = ask_and_print(c, "room put", args, &raw, show_room);
	}
	buf_release(&raw);
	return r;
}

int
room_stop(struct cli *c)
{
	return ask_and_print(c, "room stop", room_args(c), NULL, show_room);
}

int
room_end(struct cli *c)
{
	return ask_and_print(c, "room end", room_args(c), NULL, show_room);
}

/* Ask for CMD on a room, whose second argument, if there is one, is KEY. */
static int
act(struct cli *c, const char *cmd, const char *key)
{
	struct json *args = room_args(c);

	if (key != NULL)
		json_set_str(args, key, cli_arg(c, 1));
	return ask_and_print(c, cmd, args, NULL, show_room);
}

int
room_reopen(struct cli *c)
{
	return act(c, "room reopen", NULL);
}

int
room_purge(struct cli *c)
{
	bool dry = options_has(&c->opt, "dry-run");
	struct json *args = room_args(c);

	json_set_bool(args, "dry_run", dry);
	return ask_and_print(
	    c, "room purge", args, NULL, dry ? show_counts : show_room);
}

int
room_admit(struct cli *c)
{
	return act(c, "room admit", "seat");
}

int
room_back(struct cli *c)
{
	return act(c, "room back", "seat");
}

int
room_kick(struct cli *c)
{
	return act(c, "room kick", "seat");
}

int
room_role(struct cli *c)
{
	const char *role = cli_arg(c, 2);
	struct json *args;

	if (strcmp(role, "ro") != 0 && strcmp(role, "rw") != 0)
		return cli_fail(
		    c, EXIT_USAGE, "the role is ro or rw, not %s", role);
	args = room_args(c);
	json_set_str(args, "seat", cli_arg(c, 1));
	json_set_str(args, "role", role);
	return ask_and_print(c, "room role", args, NULL, show_room);
}

int
room_freeze(struct cli *c)
{
	return act(c, "room freeze", NULL);
}

int
room_thaw(struct cli *c)
{
	return act(c, "room thaw", NULL);
}

int
room_say(struct cli *c)
{
	return act(c, "room say", "text");
}

int
room_note(struct cli *c)
{
	return act(c, "room note", "text");
}

int
room_pause(struct cli *c)
{
	return act(c, "room pause", NULL);
}

int
room_resume(struct cli *c)
{
	return act(c, "room resume", NULL);
}

int
room_extend(struct cli *c)
{
	struct json *args;
	uint64_t minutes;

	if (parse_num(cli_arg(c, 1), 1, EXTEND_MAX_MINUTES, &minutes) < 0)
		return cli_fail(c, EXIT_USAGE,
		    "the minutes are a number from 1 to %d",
		    EXTEND_MAX_MINUTES);
	args = room_args(c);
	json_set_int(args, "minutes", (int64_t)minutes);
	return ask_and_print(c, "room extend", args, NULL, show_room);
}

int
room_report(struct cli *c)
{
	return ask_and_print(c, "room report", room_args(c), NULL, show_report);
}

int
host_key(struct cli *c)
{
	return ask_and_print(c, "hostkey", NULL, NULL, show_hostkey);
}

int
host_stat(struct cli *c)
{
	struct answer a;
	int r;

	if ((r = cli_ask(c, "stat", NULL, NULL, &a)) != 0)
		return r;
	if (c->json)
		cli_print_json(a.result);
	else
		show_stat(a.result, options_has(&c->opt, "prometheus"));
	answer_release(&a);
	return 0;
}
