/*
 * summary.c - the summary at the end. It is made of lines, each a label and a
 * text that is cut to what fits; where they do not all fit it scrolls.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/act.h"
#include "client/clip.h"
#include "client/clock.h"
#include "client/find.h"
#include "client/menu.h"
#include "client/panel.h"
#include "client/status.h"
#include "client/summary.h"
#include "client/talk.h"
#include "proto/utf8.h"

#define LABEL_COLS 11
#define NARROW_COLS 60
#define LINES_MAX (4 * SITE_MAX)
#define FRAME_ROWS 4 /* title, a blank one, what is said, keys */
#define EXPORT_SIZE 256

struct row {
	const char *label; /* or "" */
	char text[256];
};

struct lines {
	const struct editor *e;
	struct row *list; /* LINES_MAX of them */
	int n, cols;      /* of a text */
};

/* --- coming and going --- */

void
summary_forget(struct editor *e)
{
	free(e->tallies);
	e->tallies = NULL;
	e->ntallies = 0;
	e->summed = e->talk.whole = false;
	e->behind = PANEL_NONE;
	if (e->panel == PANEL_SUMMARY)
		e->panel = PANEL_NONE;
}

void
summary_take(struct editor *e, const struct msg *m)
{
	bool known = e->summed;

	free(e->tallies);
	e->ntallies = 0;
	e->tallies = calloc(m->ntallies + 1u, sizeof(*e->tallies));
	if (e->tallies != NULL) {
		e->ntallies = m->ntallies;
		for (uint32_t i = 0; i < m->ntallies; i++)
			e->tallies[i] = m->tallies[i];
	}
	e->summary = m->summary;
	e->summed = true;
	/* the link was lost for a moment: it has been read */
	if (known || e->panel != PANEL_NONE)
		return;
	find_close(e); /* its keys are not for that bar */
	summary_open(e);
	e->summary_fresh = true;
}

void
summary_open(struct editor *e)
{
	e->panel = PANEL_SUMMARY;
	e->summary_top = 0;
	e->summary_fresh = false;
}

/* --- lines --- */

/* How many bytes of TEXT fit in one line: all, or up to a blank. */
static size_t
fitting(const char *text, int cols)
{
	size_t blank = 0, n, len;
	char start[256];

	for (n = 0; text[n] != '\0'; n += len) {
		len = utf8_cluster(text + n, strlen(text + n));
		snprintf(start, sizeof(start), "%.*s", (int)(n + len), text);
		if (grid_width(start) > cols && n > 0)
			return blank > 0 ? blank : n;
		if (text[n] == ' ')
			blank = n;
	}
	return n;
}

/* One more, or several where it is too long. */
static void __attribute__((format(printf, 3, 4)))
add(struct lines *l, const char *label, const char *fmt, ...)
{
	char text[256], *at = text;
	struct row *row;
	va_list ap;
	size_t n;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	do {
		if (l->n == LINES_MAX)
			return;
		row = &l->list[l->n++];
		row->label = label;
		n = fitting(at, l->cols);
		snprintf(row->text, sizeof(row->text), "%.*s", (int)n, at);
		at += n + (at[n] == ' ');
		label = "";
	} while (*at != '\0');
}

/* "2,914" */
static const char *
number(uint32_t n, char dst[16])
{
	char digits[16];
	int len = snprintf(digits, sizeof(digits), "%u", n), at = 0;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			dst[at++] = ',';
		dst[at++] = digits[i];
	}
	dst[at] = '\0';
	return dst;
}

/* "C Cleo" in COLS columns, padded. */
static void
person(const struct editor *e, uint8_t site, int cols, char *dst, size_t size)
{
	char name[NAME_MAX_BYTES + 4];
	int len;

	status_shorten(editor_name_of(e, site), cols - 2, name, sizeof(name));
	len = snprintf(dst, size, "%c %s",
	    view_letter(
		e->people[site].known ? e->people[site].person.label : ""),
	    name);
	for (int used = grid_width(dst); used < cols && len + 1 < (int)size;
	     used++) {
		dst[len++] = ' ';
		dst[len] = '\0';
	}
}

static void
add_typed(struct lines *l, bool narrow)
{
	const struct editor *e = l->e;
	const char *label = "Typed";
	uint64_t all = 0;
	char who[NAME_MAX_BYTES + 24], n[16];
	const struct tally *t;

	for (uint32_t i = 0; i < e->ntallies; i++)
		all += e->tallies[i].typed;
	for (uint32_t i = 0; i < e->ntallies; i++) {
		t = &e->tallies[i];
		person(e, t->site, narrow ? 9 : 24, who, sizeof(who));
		add(l, label,
		    narrow ? "%s %6s chars %3d%%" : "%s %6s chars %3d %%", who,
		    number(t->typed, n),
		    all > 0 ? (int)((t->typed * 100ULL + all / 2) / all) : 0);
		label = "";
	}
	if (label[0] != '\0')
		add(l, label, "nobody");
}

/* "9 OK, 4 FAILED, 1 TIME LIMIT" */
static void
verdicts(const struct summary *s, char *dst, size_t size)
{
	static const char *const words[VERDICTS] = { "OK", "FAILED",
		"TIME LIMIT", "MEMORY LIMIT", "OUTPUT LIMIT", "STOPPED",
		"BLOCKED", "LOST", "ERROR" };
	size_t at = 0;

	dst[0] = '\0';
	for (int i = 0; i < VERDICTS && at < size; i++)
		if (s->verdicts[i] > 0)
			at += (size_t)snprintf(dst + at, size - at, "%s%u %s",
			    at > 0 ? ", " : "", s->verdicts[i], words[i]);
}

static void
add_runs(struct lines *l, bool narrow)
{
	const struct summary *s = &l->e->summary;
	char how[160], run[24], good[24];

	if (s->runs == 0) {
		add(l, "Runs", "none");
		return;
	}
	verdicts(s, how, sizeof(how));
	add(l, "Runs", "%u: %s", s->runs, how);
	clock_length((int64_t)s->first_run_ms / 1000, run, sizeof(run));
	clock_length((int64_t)s->first_ok_ms / 1000, good, sizeof(good));
	if (s->first_ok_ms == 0)
		add(l, "", "first run %s, none OK", run);
	else if (narrow)
		add(l, "", "first %s, OK %s", run, good);
	else
		add(l, "", "first run %s   first OK %s", run, good);
}

static void
add_pastes(struct lines *l)
{
	const struct editor *e = l->e;
	const struct summary *s = &e->summary;
	const char *label = "Pastes";
	char at[24], n[16];
	const struct tally *t;

	if (s->pastes == 0)
		add(l, label, "none");
	for (uint32_t i = 0; i < e->ntallies; i++) {
		t = &e->tallies[i];
		if (t->pastes == 0)
			continue;
		clock_length((int64_t)s->paste_ms / 1000, at, sizeof(at));
		if (t->site == s->paste_site)
			add(l, label, "%u by %s (largest %s chars at %s)",
			    t->pastes, editor_name_of(e, t->site),
			    number(s->paste_max, n), at);
		else
			add(l, label, "%u by %s", t->pastes,
			    editor_name_of(e, t->site));
		label = "";
	}
}

static void
add_away(struct lines *l)
{
	const struct editor *e = l->e;
	const char *label = "Away";
	char away[24], paused[24];
	const struct tally *t;

	clock_length(
	    (int64_t)e->summary.paused_ms / 1000, paused, sizeof(paused));
	for (uint32_t i = 0; i < e->ntallies; i++) {
		t = &e->tallies[i];
		if (t->away_ms < 1000)
			continue;
		clock_length((int64_t)t->away_ms / 1000, away, sizeof(away));
		add(l, label, "%s %s", editor_name_of(e, t->site), away);
		label = "";
	}
	if (label[0] != '\0')
		add(l, label, "nobody");
	if (e->summary.paused_ms >= 1000)
		add(l, "Paused", "%s, the timer", paused);
}

/* The bars in at most COLS columns: neighbours share one, the higher counts. */
static void
add_activity(struct lines *l, int cols)
{
	static const char *const bars[SUMMARY_BAR_MAX + 1] = { " ",
		"\xE2\x96\x81", "\xE2\x96\x82", "\xE2\x96\x83", "\xE2\x96\x84",
		"\xE2\x96\x85", "\xE2\x96\x86", "\xE2\x96\x87",
		"\xE2\x96\x88" };
	const uint8_t *all = l->e->summary.bars;
	int each = 1;
	uint8_t max;
	char text[SUMMARY_BARS * 3 + 1] = "";
	size_t at = 0;

	while (SUMMARY_BARS / each > cols)
		each++;
	for (int i = 0; i < SUMMARY_BARS; i += each) {
		max = 0;
		for (int k = i; k < i + each && k < SUMMARY_BARS; k++)
			max = all[k] > max ? all[k] : max;
		at += (size_t)snprintf(
		    text + at, sizeof(text) - at, "%s", bars[max]);
	}
	add(l, "Activity", "%s", text);
}

bool
summary_may_export(const struct editor *e)
{
	const char *rejoin = e->welcome.rejoin;

	return rejoin[0] == '\0' || strchr(rejoin, '+') != NULL;
}

/* The command that gives code, chat and notes. A terminal is no way for a file,
 * so it is run elsewhere; by a code alone it is not to be had: false. */
static bool
export_command(const struct editor *e, char *dst, size_t size)
{
	const struct welcome *w = &e->welcome;

	if (!summary_may_export(e))
		return false;
	snprintf(dst, size, "%s room export %s > %s.tar",
	    w->rejoin[0] != '\0' ? w->rejoin : "codesync", w->room, w->room);
	return true;
}

static void
add_export(struct lines *l)
{
	char command[EXPORT_SIZE];

	if (export_command(l->e, command, sizeof(command)))
		add(l, "Export", "%s", command);
	else
		add(l, "Export", "needs an account: room export");
}

/* All lines, of which the first N are used; L->list is the caller's to free.
 * False: there is no memory. */
static bool
fill(struct lines *l, const struct editor *e, int cols)
{
	const struct summary *s = &e->summary;
	bool narrow = cols < NARROW_COLS;

	l->e = e;
	l->n = 0;
	l->cols = cols > LABEL_COLS + 1 ? cols - LABEL_COLS - 1 : 1;
	if ((l->list = calloc(LINES_MAX, sizeof(*l->list))) == NULL)
		return false;
	add_typed(l, narrow);
	add_runs(l, narrow);
	add_pastes(l);
	add_away(l);
	add_activity(l, l->cols);
	if (s->notes == 0)
		add(l, "Notes", "none");
	else
		add(l, "Notes",
		    narrow ? "%u%s, interviewers' own"
			   : "%u%s, private to interviewers",
		    s->notes,
		    narrow          ? ""
		    : s->notes == 1 ? " note"
				    : " notes");
	if (s->chats == 0)
		add(l, "Chat", "none");
	else
		add(l, "Chat", "%u line%s", s->chats, s->chats == 1 ? "" : "s");
	add_export(l);
	return true;
}

/* --- what it looks like --- */

static void
draw_title(const struct editor *e, struct grid *g)
{
	char text[64], length[24], right[48];
	int at;

	grid_fill(g, 0, 0, g->cols, ' ', PAINT_TITLE, 0);
	snprintf(text, sizeof(text),
	    g->cols < NARROW_COLS ? "%s ended" : "Interview %s ended",
	    e->welcome.room);
	clock_length(
	    (int64_t)e->summary.duration_ms / 1000, length, sizeof(length));
	snprintf(right, sizeof(right), "duration %s", length);
	at = g->cols - 1 - (int)strlen(right);
	grid_puts(g, 1, 0, g->cols - 1, text, PAINT_TITLE, CELL_BOLD);
	if (at > grid_width(text) + 2)
		grid_puts(g, at, 0, g->cols - 1, right, PAINT_TITLE, 0);
}

/* The first line, when the last one is seen. */
static int
last_top(const struct lines *l, int rows)
{
	return l->n > rows - FRAME_ROWS ? l->n - rows + FRAME_ROWS : 0;
}

void
summary_draw(const struct editor *e, struct grid *g)
{
	struct lines l;
	int last, top = e->summary_top, y = 2;

	grid_clear(g);
	draw_title(e, g);
	if (!fill(&l, e, g->cols))
		return;
	last = last_top(&l, g->rows);
	top = top > last ? last : top;
	for (int i = top; i < l.n && y < g->rows - 2; i++, y++) {
		grid_puts(g, 1, y, LABEL_COLS, l.list[i].label, PAINT_LABEL,
		    CELL_BOLD);
		grid_puts(
		    g, LABEL_COLS, y, g->cols, l.list[i].text, PAINT_TEXT, 0);
	}
	status_summary_event(e, g);
	status_summary_keys(e, g, last > 0);
	free(l.list);
}

/* --- keys --- */

static void
scroll(struct editor *e, int by)
{
	struct lines l;
	int last, top = e->summary_top + by;

	if (!fill(&l, e, e->cols))
		return;
	last = last_top(&l, e->rows);
	e->summary_top = top < 0 ? 0 : top > last ? last : top;
	free(l.list);
}

static void
open_notes(struct editor *e)
{
	e->panel = PANEL_NONE;
	if (!e->talk.focus || e->talk.tab != PANE_NOTES)
		talk_toggle(e, PANE_NOTES);
	e->talk.whole = true;
}

/* As by ^C: the terminal is told, too. */
void
summary_export(struct editor *e)
{
	char command[EXPORT_SIZE];

	e->panel = PANEL_SUMMARY; /* which has it in full */
	if (!export_command(e, command, sizeof(command))) {
		editor_say(e, TOAST_ANSWER,
		    "Only an account can export: its owner runs room export "
		    "%s",
		    e->welcome.room);
		return;
	}
	clip_text(e, command);
	editor_say(e, TOAST_ANSWER,
	    e->clip.kept_in ? "Run the command above, outside: it writes %s.tar"
			    : "Copied - paste it into a shell of your own: it "
			      "writes %s.tar",
	    e->welcome.room);
}

void
summary_key(struct editor *e, const struct key *key)
{
	if (e->summary_fresh && panel_was_typed(e, key))
		return;
	e->summary_fresh = false;
	if (key_is_one_of(key, "Enter Esc"))
		e->panel = PANEL_NONE;
	else if (key_is_one_of(key, "Up PgUp"))
		scroll(e, -1);
	else if (key_is_one_of(key, "Down PgDn"))
		scroll(e, 1);
	else if (key_is_one_of(key, "r R"))
		e->request = REQUEST_REPLAY;
	else if (key_is_one_of(key, "e E"))
		summary_export(e);
	else if (key_is_one_of(key, "n N"))
		open_notes(e);
	else if (key_is_one_of(key, "d D"))
		act_purge(e);
	else if (key_is_one_of(key, "C-p F1 F10"))
		menu_open(e);
	else if (key_is_one_of(key, "C-q q Q"))
		e->panel = PANEL_LEAVE;
	if (e->panel == PANEL_ASK || e->panel == PANEL_MENU ||
	    e->panel == PANEL_LEAVE)
		e->behind = PANEL_SUMMARY;
}
