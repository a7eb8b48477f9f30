/* report.c - `room report` for people: one page. */
#include <stdio.h>
#include <string.h>

#include "client/clock.h"
#include "client/report.h"
#include "client/show.h"

#define LISTED_MAX 30 /* lines of one list; --json has all */
#define NAME_COLS 18
#define LABEL_COLS 8

static void
put_clock(const struct json *o, const char *key)
{
	char text[32];

	clock_length(json_get_int(o, key, 0), text, sizeof(text));
	printf("%8s  ", text);
}

static void
put_text(const struct json *o, const char *key, size_t cols)
{
	show_text(json_get_str(o, key), cols);
}

static void
head(const struct json *rep)
{
	const char *start = json_get_str(rep, "started_at");
	const char *title = json_get_str(rep, "title");
	int64_t paused = json_get_int(rep, "paused_s", 0);
	char text[32];

	fputs("Interview ", stdout);
	put_text(rep, "room", 0);
	if (title != NULL && title[0] != '\0') {
		fputs("  ", stdout);
		show_text(title, 0);
	}
	if (start == NULL || strlen(start) < 16) {
		fputs("\nnot begun yet\n", stdout);
		return;
	}
	fputs("\nstarted ", stdout);
	show_text(start, 10);
	putchar(' ');
	show_text(start + 11, 5);
	clock_length(json_get_int(rep, "duration_s", 0), text, sizeof(text));
	printf(" UTC, %s %s",
	    json_get_str(rep, "ended_at") != NULL ? "took" : "goes on since",
	    text);
	if (paused > 0) {
		clock_length(paused, text, sizeof(text));
		printf(" (timer paused %s)", text);
	}
	putchar('\n');
}

static void
people(const struct json *list)
{
	const struct json *p;
	int64_t all = 0, typed;
	char away[32];

	for (size_t i = 0; i < json_count(list); i++)
		all += json_get_int(json_at(list, i), "typed", 0);
	printf("\n%-*s%-*s %-12s%8s%6s%8s%6s%10s\n", LABEL_COLS, "PEOPLE",
	    NAME_COLS, "", "", "TYPED", "", "PASTED", "RUNS", "AWAY");
	for (size_t i = 0; i < json_count(list); i++) {
		p = json_at(list, i);
		typed = json_get_int(p, "typed", 0);
		put_text(p, "seat", LABEL_COLS);
		put_text(p, "name", NAME_COLS);
		putchar(' ');
		put_text(p, "role", 12);
		printf("%8lld%4d %%%8lld%6lld", (long long)typed,
		    all > 0 ? (int)((typed * 100 + all / 2) / all) : 0,
		    (long long)json_get_int(p, "pasted", 0),
		    (long long)json_get_int(p, "runs", 0));
		clock_length(json_get_int(p, "away_s", 0), away, sizeof(away));
		printf("%10s\n", away);
	}
}

static void
run_line(const struct json *run)
{
	int64_t ms = json_get_int(run, "wall_ms", -1);
	const char *verdict = json_get_str(run, "verdict");

	printf("run %-4lld ", (long long)json_get_int(run, "run", 0));
	put_text(run, "seat", LABEL_COLS);
	show_text(verdict != NULL ? verdict : "goes on", 16);
	if (ms >= 0)
		printf("%lld.%02d s", (long long)(ms / 1000),
		    (int)(ms % 1000 / 10));
}

static void
paste_line(const struct json *paste)
{
	put_text(paste, "seat", LABEL_COLS);
	printf("%6lld characters into ",
	    (long long)json_get_int(paste, "chars", 0));
	put_text(paste, "file", 0);
}

static void
note_line(const struct json *note)
{
	put_text(note, "seat", LABEL_COLS);
	put_text(note, "text", 0);
}

/* COUNT things under TITLE, with what each list entry is told by LINE. */
static void
list(const struct json *rep, const char *title, const char *count,
    const char *key, void (*line)(const struct json *entry))
{
	const struct json *all = json_get(rep, key), *entry;
	int64_t n = json_get_int(rep, count, 0);
	size_t listed = json_count(all);

	if (listed > LISTED_MAX)
		listed = LISTED_MAX;
	printf("\n%-*s%lld\n", LABEL_COLS, title, (long long)n);
	for (size_t i = 0; i < listed; i++) {
		entry = json_at(all, i);
		put_clock(entry, "after_s");
		line(entry);
		putchar('\n');
	}
	if (n > (int64_t)listed)
		printf("          and %lld more; --json lists them\n",
		    (long long)n - (long long)listed);
}

static void
files(const struct json *all)
{
	const struct json *f;

	printf("\n%-*s%zu\n", LABEL_COLS, "FILES", json_count(all));
	for (size_t i = 0; i < json_count(all); i++) {
		f = json_at(all, i);
		fputs("          ", stdout);
		put_text(f, "name", 24);
		printf(" %lld lines, %lld bytes\n",
		    (long long)json_get_int(f, "lines", 0),
		    (long long)json_get_int(f, "bytes", 0));
	}
}

void
show_report(const struct json *rep)
{
	head(rep);
	people(json_get(rep, "people"));
	list(rep, "RUNS", "run_count", "runs", run_line);
	list(rep, "PASTES", "paste_count", "pastes", paste_line);
	list(rep, "NOTES", "note_count", "notes", note_line);
	files(json_get(rep, "files"));
}
