/*
 * show.c - results for people. Titles and names come from others, so nothing
 * of theirs reaches the terminal but through show_text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/show.h"
#include "proto/utf8.h"

#define BLOCK_COLS 72

/* As show_text, but not padded; returns the columns used. */
static size_t
show_cut(const char *s, size_t cols)
{
	size_t len = s != NULL ? strlen(s) : 0, n, used = 0;
	int width;

	for (; len > 0; s += n, len -= n) {
		n = utf8_cluster(s, len);
		width = utf8_cluster_width(s, n);
		if (width == 0) /* tab, newline, marks on nothing */
			width = -1;
		if (cols > 0 && used + (size_t)abs(width) > cols)
			break;
		used += (size_t)abs(width);
		if (width < 0)
			putchar('?');
		else
			fwrite(s, 1, n, stdout);
	}
	return used;
}

void
show_text(const char *s, size_t cols)
{
	for (size_t used = show_cut(s, cols); used < cols; used++)
		putchar(' ');
}

static void
show_key(const struct json *o, const char *key, size_t cols)
{
	show_text(json_get_str(o, key), cols);
}

/* "2026-01-31T12:00:00.000Z" as "2026-01-31 12:00". */
static void
show_time(const char *s)
{
	if (s == NULL || strlen(s) < 16) {
		printf("%-16s", "-");
		return;
	}
	show_text(s, 10);
	putchar(' ');
	show_text(s + 11, 5);
}

void
show_rooms(const struct json *rooms)
{
	const struct json *room;

	if (json_count(rooms) == 0) {
		printf("no rooms\n");
		return;
	}
	printf("%-8s %-8s %-16s %6s  %s\n", "ROOM", "STATE", "CREATED (UTC)",
	    "PEOPLE", "TITLE");
	for (size_t i = 0; i < json_count(rooms); i++) {
		room = json_at(rooms, i);
		show_key(room, "id", 8);
		putchar(' ');
		show_key(room, "state", 8);
		putchar(' ');
		show_time(json_get_str(room, "created_at"));
		printf(" %6zu  ", json_count(json_get(room, "people")));
		show_key(room, "title", 0);
		putchar('\n');
	}
}

static void
show_people(const struct json *people)
{
	const struct json *p;
	const char *since;

	for (size_t i = 0; i < json_count(people); i++) {
		p = json_at(people, i);
		printf("%-10s", i == 0 ? "people" : "");
		show_key(p, "seat", 4);
		show_key(p, "role", 12);
		show_key(p, "state", 6);
		fputs(json_get_bool(p, "rw") ? "writes  " : "reads   ", stdout);
		show_key(p, "name", 0);
		if ((since = json_get_str(p, "waits_since")) != NULL) {
			fputs("  waits since ", stdout);
			show_time(since);
			fputs(" UTC", stdout);
		}
		putchar('\n');
	}
}

static void
show_files(const struct json *files)
{
	const struct json *f;

	for (size_t i = 0; i < json_count(files); i++) {
		f = json_at(files, i);
		printf("%-10s", i == 0 ? "files" : "");
		show_key(f, "name", 24);
		printf(" %lld lines, %lld bytes\n",
		    (long long)json_get_int(f, "lines", 0),
		    (long long)json_get_int(f, "bytes", 0));
	}
}

static void
count_line(void *arg, const char *key, const struct json *v)
{
	(void)arg;
	if (json_int(v, -1) >= 0)
		printf("%-10s%lld\n", key, (long long)json_int(v, 0));
}

void
show_counts(const struct json *o)
{
	json_each(o, count_line, NULL);
}

/* What is left of a room whose contents were erased. */
static void
show_purged(const struct json *room)
{
	const struct json *purged = json_get(room, "purged");

	printf("%-10s", "erased");
	show_time(json_get_str(room, "purged_at"));
	fputs(" UTC", stdout);
	if (purged != NULL) {
		fputs(" by ", stdout);
		show_key(purged, "by", 0);
		fputs(" (", stdout);
		show_key(purged, "source", 0);
		fputs(json_get_bool(purged, "done") ? ")" : "), under way",
		    stdout);
	}
	putchar('\n');
	if (json_get_bool(purged, "done"))
		show_counts(purged);
}

void
show_room(const struct json *room)
{
	static const struct {
		const char *key, *label;
	} times[] = { { "created_at", "created" }, { "started_at", "started" },
		{ "ended_at", "ended" } };
	int64_t minutes = json_get_int(room, "minutes", 0);
	const char *at;

	show_key(room, "id", 10);
	show_key(room, "title", 0);
	printf("\n%-10s", "state");
	show_key(room, "state", 0);
	fputs(json_get_bool(room, "frozen") ? ", frozen\n" : "\n", stdout);
	printf("%-10s", "language");
	show_key(room, "language", 0);
	if (minutes > 0)
		printf("\n%-10s%lld minutes", "length", (long long)minutes);
	if (json_get_int(room, "rev", 0) > 0)
		printf("\n%-10s%lld", "revision",
		    (long long)json_get_int(room, "rev", 0));
	putchar('\n');
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		if ((at = json_get_str(room, times[i].key)) == NULL)
			continue;
		printf("%-10s", times[i].label);
		show_time(at);
		fputs(" UTC\n", stdout);
	}
	if (json_get_str(room, "purged_at") != NULL) {
		show_purged(room);
		return;
	}
	if ((at = json_get_str(room, "focus_until")) != NULL) {
		printf("%-10suntil ", "focus");
		show_time(at);
		fputs(" UTC: the candidate works unobserved\n", stdout);
	}
	printf("%-10s%lld days after the end\n", "kept",
	    (long long)json_get_int(room, "retention_days", 0));
	show_files(json_get(room, "files"));
	show_people(json_get(room, "people"));
}

/* The command to type, the code, and until when it is good. */
static void
show_code(const struct json *invite)
{
	const char *until = json_get_str(invite, "expires_at");

	fputs("  ", stdout);
	show_key(invite, "command", 0);
	fputs("\n  Invite code: ", stdout);
	show_key(invite, "code", 0);
	fputs("  (", stdout);
	show_key(invite, "role", 0);
	if (until != NULL) {
		fputs(", until ", stdout);
		show_time(until);
		fputs(" UTC", stdout);
	}
	fputs(")\n", stdout);
}

void
show_invite(
    const struct json *room, const struct json *host, const struct json *invite)
{
	const char *title = json_get_str(room, "title");
	long long days = json_get_int(room, "retention_days", 0);

	fputs("Room ", stdout);
	show_key(room, "id", 0);
	if (title != NULL && title[0] != '\0') {
		fputs("  ", stdout);
		show_cut(title, BLOCK_COLS - 14);
	}
	fputs("\n\nType this in a terminal on Linux, macOS or Windows; "
	      "nothing to install:\n",
	    stdout);
	show_code(invite);
	fputs("The first time, ssh shows the host's key. Compare, then answer "
	      "yes:\n  ",
	    stdout);
	show_key(host, "fingerprint", 0);
	printf("\nWhat is typed, run and printed in the room is recorded, with "
	       "names\nand times, and kept for %lld day%s after its end.\n",
	    days, days == 1 ? "" : "s");
	fputs("To leave press ^Q; if nothing answers: Enter, then ~ and .\n",
	    stdout);
}

void
show_created(const struct json *room)
{
	show_invite(room, room, json_at(json_get(room, "invites"), 0));
}

void
show_hostkey(const struct json *o)
{
	show_key(o, "fingerprint", 0);
	putchar('\n');
	show_key(o, "known_hosts", 0);
	putchar('\n');
}

static void
stat_line(void *arg, const char *key, const struct json *v)
{
	const bool *prometheus = arg;
	size_t len = strlen(key);
	const char *type = "gauge";
	char *value = json_print(v);

	if (len > 6 && strcmp(key + len - 6, "_total") == 0)
		type = "counter";
	if (*prometheus)
		printf("# TYPE codesync_%s %s\ncodesync_%s %s\n", key, type,
		    key, value);
	else
		printf("%-28s %s\n", key, value);
	free(value);
}

void
show_stat(const struct json *o, bool prometheus)
{
	json_each(o, stat_line, &prometheus);
}
