/*
 * keycases.c - each folder of tests/keys is a case: the text `in` with the
 * caret's mark, the `keys` that are pressed, and the text `out`. If its name begins
 * with vim- or emacs-, these are the keys that are on. What else is there may be
 * said in `room`, a line each (rooms[] below), and in `then` what is to be seen
 * besides the text (signs[]). Every key of the table of commands has a case.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/aside.h"
#include "client/command.h"
#include "client/keymap.h"
#include "proto/sys/util.h"
#include "tests/lib/pad.h"

#define CASES "tests/keys"

/* Its text; "" if it need not be there and is not. */
static char *
read_file(const char *name, const char *file, bool needed)
{
	char *path = xasprintf(CASES "/%s/%s", name, file), *text = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len;

	if (fd < 0 && !needed) {
		free(path);
		return xstrdup("");
	}
	if (fd < 0 || read_all(fd, 65536, &text, &len) < 0) {
		fprintf(stderr, "%s cannot be read\n", path);
		exit(1);
	}
	close(fd);
	free(path);
	/* the files end with a newline that is not part of the text */
	if (len > 0 && text[len - 1] == '\n')
		text[len - 1] = '\0';
	return text;
}

/* --- what is there --- */

static void
staff(struct editor *e)
{
	e->welcome.role = ROLE_INTERVIEWER;
}

/* Ivy is on the first line, and Cato waits to be let in. */
static void
people(struct editor *e)
{
	const struct person all[] = {
		{ 1, e->welcome.role, PERSON_HERE, true, "C", "Cleo", 0 },
		{ 2, ROLE_INTERVIEWER, PERSON_HERE, true, "I", "Ivy", 0 },
		{ 3, ROLE_CANDIDATE, PERSON_LOBBY, true, "D", "Cato", 0 },
	};
	const struct caret ivy = { 2, 0, true, 0, 0 };

	e->follow.settled = true; /* or a staff would follow the candidate */
	editor_people(e, all, sizeof(all) / sizeof(all[0]));
	peer_caret_remote(e->peer, &ivy, 1);
	e->ntoasts = 0;
}

static void
files(struct editor *e)
{
	pad_file(e, 1, "second.py");
	pad_file(e, 2, "third.py");
}

static void
task(struct editor *e)
{
	pad_file(e, 1, "task.md");
}

static void
running(struct editor *e)
{
	pad_run(e, 2, "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n");
}

static void
reading(struct editor *e)
{
	running(e);
	pad_keyboard(e, 0, true);
}

static void
calm(struct editor *e)
{
	e->calm = true;
}

static const struct {
	const char *name;
	void (*make)(struct editor *e);
} rooms[] = {
	{ "staff", staff },
	{ "people", people },
	{ "files", files },
	{ "task", task },
	{ "running", running },
	{ "reading", reading },
	{ "calm", calm },
};

/* --- what is to be seen --- */

static const char *
request(const struct editor *e)
{
	static const char *const names[] = {
		[REQUEST_NONE] = "none",
		[REQUEST_JOIN] = "join",
		[REQUEST_RUN] = "run",
		[REQUEST_STOP] = "stop",
		[REQUEST_TAKE] = "take",
		[REQUEST_INPUT] = "input",
		[REQUEST_SAY] = "say",
		[REQUEST_ACT] = "act",
		[REQUEST_LEAVE] = "leave",
		[REQUEST_QUIT] = "quit",
		[REQUEST_REDRAW] = "redraw",
		[REQUEST_SHOW] = "show",
		[REQUEST_REPLAY] = "replay",
	};

	return names[e->request];
}

/* With REQUEST_ACT. */
static const char *
act(const struct editor *e)
{
	return e->request != REQUEST_ACT  ? "none"
	       : e->act.kind == ACT_MARK  ? "mark"
	       : e->act.kind == ACT_ADMIT ? "admit"
					  : "other";
}

static const char *
panel(const struct editor *e)
{
	return e->panel == PANEL_NONE    ? "none"
	       : e->panel == PANEL_MENU  ? "menu"
	       : e->panel == PANEL_LEAVE ? "leave"
					 : "other";
}

static const char *
pane(const struct editor *e)
{
	static const char *const names[PANES] = { "output", "chat", "notes" };

	return aside_is_whole(e) ? "whole output" : names[e->pane];
}

/* Where the keys go. */
static const char *
keys_go(const struct editor *e)
{
	return e->find.bar != BAR_NONE         ? "bar"
	       : e->line.focus                 ? "input"
	       : e->reading != READING_NOTHING ? "output"
	       : !e->talk.focus                ? "text"
	       : e->talk.tab == PANE_CHAT      ? "chat"
					       : "notes";
}

static const char *
says(const struct editor *e)
{
	const struct toast *t = editor_toast(e);

	return t != NULL ? t->text : "";
}

static const char *
file(const struct editor *e)
{
	return peer_file_name(e->peer, e->file);
}

static const char *
follows(const struct editor *e)
{
	return e->follow.site == 0 ? "nobody"
				   : editor_name_of(e, e->follow.site);
}

/* Rows of the output that are below the screen. */
static const char *
scrolled(const struct editor *e)
{
	static char rows[16];

	snprintf(rows, sizeof(rows), "%d", e->run.scroll);
	return rows;
}

static const struct {
	const char *name;
	const char *(*is)(const struct editor *e);
} signs[] = {
	{ "request", request },
	{ "act", act },
	{ "panel", panel },
	{ "pane", pane },
	{ "keys", keys_go },
	{ "says", says },
	{ "file", file },
	{ "follows", follows },
	{ "scrolled", scrolled },
};

/* --- a case --- */

static uint8_t
keymap_for(const char *name)
{
	if (strncmp(name, "vim-", 4) == 0)
		return KEYMAP_VIM;
	return strncmp(name, "emacs-", 6) == 0 ? KEYMAP_EMACS : KEYMAP_STANDARD;
}

static void
bad_line(const char *name, const char *file, const char *line)
{
	fprintf(stderr, CASES "/%s/%s: what is \"%s\"?\n", name, file, line);
	exit(1);
}

/* Make what the lines of ROOM name, one after the other. */
static void
furnish(struct editor *e, const char *name, char *room)
{
	size_t n = sizeof(rooms) / sizeof(rooms[0]), i;

	for (char *line; (line = strsep(&room, "\n")) != NULL;) {
		for (i = 0; i < n && strcmp(line, rooms[i].name) != 0; i++)
			;
		if (i < n)
			rooms[i].make(e);
		else if (line[0] != '\0')
			bad_line(name, "room", line);
	}
}

/* Is E as the LINE "SIGN VALUE" has it? */
static bool
is_so(const struct editor *e, const char *name, const char *line)
{
	size_t n = sizeof(signs) / sizeof(signs[0]), len = 0, i;
	const char *got;

	for (i = 0; i < n; i++) {
		len = strlen(signs[i].name);
		if (strncmp(line, signs[i].name, len) == 0 && line[len] == ' ')
			break;
	}
	if (i == n)
		bad_line(name, "then", line);
	got = signs[i].is(e);
	if (strcmp(got, line + len + 1) == 0)
		return true;
	fprintf(stderr, "expected %s\nbut got %s\n", line, got);
	return false;
}

static bool
is_all_so(const struct editor *e, const char *name, char *then)
{
	bool ok = true;

	for (char *line; (line = strsep(&then, "\n")) != NULL;)
		if (line[0] != '\0')
			ok &= is_so(e, name, line);
	return ok;
}

static int
run_case(int number, const char *name, const char *keys)
{
	char *in = read_file(name, "in", true);
	char *out = read_file(name, "out", true);
	char *room = read_file(name, "room", false);
	char *then = read_file(name, "then", false);
	struct editor e;
	bool ok;

	pad_open(&e, in);
	furnish(&e, name, room);
	keymap_switch(&e, keymap_for(name));
	e.ntoasts = 0;
	pad_keys(&e, keys);
	ok = pad_is(&e, out);
	ok &= is_all_so(&e, name, then);
	printf("%sok %d - %s\n", ok ? "" : "not ", number, name);
	pad_close(&e);
	free(in);
	free(out);
	free(room);
	free(then);
	return ok;
}

/* --- all of them --- */

/* Add the names in KEYS, of a case, to the LIST of those that were pressed. */
static void
note_keys(struct buf *list, const char *keys)
{
	size_t n;

	for (; *keys != '\0'; keys += n + (keys[n] != '\0')) {
		n = strcspn(keys, *keys == '"' ? "\n" : " \n");
		if (*keys != '"' && n > 0) {
			buf_put_raw(list, keys, n);
			buf_put_raw(list, " ", 1);
		}
	}
}

/* Is every one of KEYS, of a command, in the list PRESSED? */
static bool
all_pressed(const char *keys, const char *pressed)
{
	struct key key;
	char name[32];
	size_t n;

	for (; *keys != '\0'; keys += n + (keys[n] == ' ')) {
		n = strcspn(keys, " ");
		snprintf(name, sizeof(name), "%.*s", (int)n, keys);
		if (!key_parse(name, &key) || !key_is_one_of(&key, pressed)) {
			fprintf(stderr, "no case presses %s\n", name);
			return false;
		}
	}
	return true;
}

static bool
every_key_has_a_case(int number, const char *pressed)
{
	size_t n;
	const struct command *table = command_table(&n);
	bool ok = true;

	for (size_t i = 0; i < n; i++)
		ok &= all_pressed(table[i].keys, pressed);
	printf("%sok %d - every key has a case\n", ok ? "" : "not ", number);
	return ok;
}

static int
visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

int
main(void)
{
	struct dirent **list;
	int n = scandir(CASES, &list, visible, alphasort), failed = 0;
	struct buf pressed;
	const char *name;
	char *keys;

	if (n <= 0) {
		fprintf(stderr, "no cases in " CASES "\n");
		return 1;
	}
	buf_init(&pressed, 1 << 20);
	printf("1..%d\n", n + 1);
	for (int i = 0; i < n; i++) {
		name = list[i]->d_name;
		keys = read_file(name, "keys", true);
		if (keymap_for(name) == KEYMAP_STANDARD)
			note_keys(&pressed, keys);
		failed += !run_case(i + 1, name, keys);
		free(keys);
		free(list[i]);
	}
	free(list);
	buf_put_raw(&pressed, "", 1);
	failed += !every_key_has_a_case(n + 1, (const char *)pressed.data);
	buf_release(&pressed);
	return failed > 0;
}
