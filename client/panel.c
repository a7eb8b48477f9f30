/* panel.c - the boxes in front of the text. */
#include <stdio.h>
#include <string.h>

#include "client/act.h"
#include "client/box.h"
#include "client/clock.h"
#include "client/copy.h"
#include "client/find.h"
#include "client/keymap.h"
#include "client/looks.h"
#include "client/menu.h"
#include "client/panel.h"
#include "client/status.h"
#include "client/summary.h"
#include "client/timer.h"
#include "proto/utf8.h"

#define FIELD_COLS 26
#define FIELD_COLS_NARROW 18
#define PAUSE_SLACK_MS 3000 /* from a lost link to the timer's pause */

/* --- join --- */

static void
about_room(const struct welcome *w, char *dst, size_t size)
{
	char language[40], minutes[32] = "", host[96] = "";

	snprintf(language, sizeof(language), "%s",
	    strcmp(w->language, "python") == 0 ? "Python 3" : w->language);
	if (w->minutes > 0)
		snprintf(minutes, sizeof(minutes), " - %u min",
		    (unsigned)w->minutes);
	if (w->host[0] != '\0' && w->host[0] != '@')
		snprintf(host, sizeof(host), " - hosted by %s", w->host);
	snprintf(dst, size, "%s%s%s", language, minutes, host);
}

/* The end of the name that fits into the field, and blanks behind it. */
static int
field(const char *name, int cols, char *dst, size_t size)
{
	int width;

	while ((width = grid_width(name)) >= cols)
		name += utf8_cluster(name, strlen(name));
	snprintf(dst, size, "Your name  [%s%.*s]", name, cols - width,
	    "______________________________");
	return 12 + width;
}

/* One may choose already here, or never. */
static void
keys_text(const struct editor *e, char *dst, size_t size)
{
	snprintf(dst, size, "Keys: %s - F3 changes", keymap_of(e)->name);
}

static void
draw_join(const struct editor *e, struct grid *g)
{
	struct box b = { .cursor_line = -1 };
	bool wide = g->cols > BOX_COLS;
	char title[64], line[192];

	snprintf(title, sizeof(title), "Join interview %s", e->welcome.room);
	b.title = title;
	if (e->welcome.title[0] != '\0')
		box_add(&b, e->welcome.title);
	about_room(&e->welcome, line, sizeof(line));
	box_add(&b, line);
	box_add(&b, "");
	b.cursor_line = b.n;
	b.cursor_col = field(
	    e->name, wide ? FIELD_COLS : FIELD_COLS_NARROW, line, sizeof(line));
	box_add(&b, line);
	box_field(&b, JOIN_NAME);
	box_add(&b, "");
	box_add(&b, wide ? "This session is RECORDED: editor keystrokes,"
			 : "RECORDED: your keystrokes, program");
	snprintf(line, sizeof(line), "%s. Kept %u days.",
	    wide ? "program runs, output and chat" : "runs, output, chat",
	    (unsigned)e->welcome.retention_days);
	box_add(&b, line);
	box_add(&b, wide ? "NOT recorded: audio, video, your other windows."
			 : "NOT recorded: audio, video.");
	box_add(&b, "");
	if (e->at_consent) {
		b.cursor_line = b.n;
		b.cursor_col = 1;
	}
	snprintf(line, sizeof(line), "[%c] I agree to the recording%s",
	    e->consent ? 'x' : ' ', wide ? "       Space ticks" : " (Space)");
	box_add(&b, line);
	box_field(&b, JOIN_CONSENT);
	keys_text(e, line, sizeof(line));
	box_add(&b, e->hint[0] != '\0' ? e->hint : line);
	box_key(&b, "F3 changes", "F3");
	box_add(&b, wide ? "Enter Join      Esc Leave without joining"
			 : "Enter Join      Esc Leave");
	box_key(&b, "Enter Join", "Enter");
	box_key(&b, wide ? "Esc Leave without joining" : "Esc Leave", "Esc");
	box_draw(g, &b);
}

/* A name has no controls and is not blank; blanks around it do not count. */
static bool
trim_name(struct editor *e)
{
	size_t len = strlen(e->name), start = strspn(e->name, " ");

	while (len > start && e->name[len - 1] == ' ')
		e->name[--len] = '\0';
	memmove(e->name, e->name + start, len - start + 1);
	return e->name[0] != '\0';
}

static void
join_enter(struct editor *e)
{
	if (!e->at_consent) {
		if (!trim_name(e)) {
			snprintf(e->hint, sizeof(e->hint),
			    "Please type your name first");
			return;
		}
		e->at_consent = true;
	}
	if (e->name[0] == '\0') {
		e->at_consent = false;
		snprintf(
		    e->hint, sizeof(e->hint), "Please type your name first");
	} else if (!e->consent) {
		snprintf(
		    e->hint, sizeof(e->hint), "Please tick the recording box");
	} else if (!e->online) {
		snprintf(e->hint, sizeof(e->hint),
		    "Not connected just now - again in a moment");
	} else {
		snprintf(e->hint, sizeof(e->hint), "Joining ...");
		e->request = REQUEST_JOIN;
	}
}

static void
type_name(struct editor *e, uint32_t cp)
{
	size_t len = strlen(e->name);
	uint8_t utf[4];
	int n = utf8_encode(cp, utf);

	if (n <= 0 || len + (size_t)n > NAME_MAX_BYTES)
		return;
	memcpy(e->name + len, utf, (size_t)n);
	e->name[len + (size_t)n] = '\0';
	e->hint[0] = '\0';
}

/* The first line of what was pasted. */
static void
paste_name(struct editor *e, const uint8_t *p, size_t len)
{
	uint32_t cp;
	int n;

	for (; len > 0 && *p != '\n'; p += n, len -= (size_t)n) {
		if ((n = utf8_decode(p, len, &cp)) <= 0)
			return;
		if (utf8_cp_width(cp) >= 0)
			type_name(e, cp);
	}
}

static void
join_key(struct editor *e, const struct key *key)
{
	size_t len = strlen(e->name);

	if (key_is_one_of(key, "F3")) {
		keymap_next(e);
		e->hint[0] = '\0';
	} else if (key->code == K_ENTER) {
		join_enter(e);
	} else if (key->code == K_ESC ||
		   (key->code == K_CHAR && key->mods == K_CTRL &&
		       (key->cp == 'q' || key->cp == 'c'))) {
		e->request = REQUEST_QUIT;
	} else if (key->code == K_TAB || key->code == K_UP ||
		   key->code == K_DOWN) {
		e->at_consent = !e->at_consent;
		trim_name(e);
	} else if (e->at_consent) {
		if (key->code == K_CHAR && key->cp == ' ') {
			e->consent = !e->consent;
			e->hint[0] = '\0';
		}
	} else if (key->code == K_BACKSPACE && len > 0) {
		do
			len--;
		while (len > 0 && !utf8_starts((uint8_t)e->name[len]));
		e->name[len] = '\0';
	} else if (key_is_typed(key)) {
		type_name(e, key->cp);
	} else if (key->code == K_PASTE) {
		paste_name(e, key->text, key->len);
	}
}

void
panel_field(struct editor *e, enum join_field field)
{
	e->at_consent = field == JOIN_CONSENT;
	e->hint[0] = '\0';
	if (!e->at_consent)
		return;
	trim_name(e);
	e->consent = !e->consent;
}

/* --- leave --- */

/* May the person fetch a copy of the text? */
static bool
has_copy(const struct editor *e)
{
	return e->welcome.role == ROLE_CANDIDATE && e->welcome.copy &&
	       e->welcome.rejoin[0] != '\0';
}

static const char *
leave_text(const struct editor *e)
{
	if (e->lobby)
		return "You can come back with:";
	if (!e->welcome.ended)
		return "Your code is saved. You can come back with:";
	return has_copy(e) ? "The interview has ended. Your copy, for 24 hours:"
			   : "The interview has ended.";
}

/* "(room open 18 more min)", or nothing. */
static void
open_for(const struct editor *e, char *dst, size_t size)
{
	unsigned minutes = timer_minutes_left(e);

	dst[0] = '\0';
	if (minutes > 0 && !e->clock_hidden)
		snprintf(dst, size, "(room open %u more min)", minutes);
}

/* How to come back, or to have one's copy, and for how long. */
static void
add_command(const struct editor *e, struct box *b, int cols, bool roomy)
{
	const struct welcome *w = &e->welcome;
	char line[224], open[48], rejoin[LOOKS_REJOIN_SIZE];
	const char *command = w->ended ? w->rejoin : rejoin;
	int len;

	if (w->ended && !has_copy(e))
		return;
	looks_rejoin(e, rejoin, sizeof(rejoin));
	open[0] = '\0';
	if (roomy)
		open_for(e, open, sizeof(open));
	len = snprintf(line, sizeof(line), "%s%s%s",
	    grid_width(command) + 2 <= cols ? "  " : "", command,
	    w->ended ? " room get" : "");
	if (open[0] != '\0' && len + grid_width(open) + 3 <= cols) {
		snprintf(line + len, sizeof(line) - (size_t)len, "   %s", open);
		open[0] = '\0';
	}
	box_add_wrapped(b, line, cols);
	if (open[0] == '\0')
		return;
	snprintf(line, sizeof(line), "%s%s", cols < 38 ? "" : "  ", open);
	box_add_wrapped(b, line, cols);
}

static void
draw_leave(const struct editor *e, struct grid *g)
{
	struct box b = { .title = "Leave the interview?", .cursor_line = -1 };
	int cols = box_inside(g);

	if (g->rows >= 10)
		box_add_wrapped(&b, leave_text(e), cols);
	add_command(e, &b, cols, g->rows >= 10);
	box_add(&b, "");
	box_add(&b,
	    cols < 30 ? "Esc Stay  L Leave" : "Enter or Esc Stay      L Leave");
	box_key(&b, cols < 30 ? "Esc Stay" : "Enter or Esc Stay", "Esc");
	box_key(&b, "L Leave", "L");
	box_draw(g, &b);
}

static void
leave_key(struct editor *e, const struct key *key)
{
	if (key->code == K_ENTER || key->code == K_ESC)
		panel_close(e);
	else if (key_is_typed(key) && (key->cp == 'l' || key->cp == 'L'))
		e->request = REQUEST_LEAVE;
}

/* --- welcome back, and the end --- */

/* "Nothing was lost. You were away 00:41;", "the timer was paused." */
static void
add_away(struct box *b, const struct welcome *w)
{
	bool paused = w->paused_ms >= 1000;
	char length[24], line[96];

	if (w->away_ms < 1000) {
		box_add(b, "Nothing was lost.");
		return;
	}
	clock_length((int64_t)w->away_ms / 1000, length, sizeof(length));
	snprintf(line, sizeof(line), "Nothing was lost. You were away %s%c",
	    length, paused ? ';' : '.');
	box_add(b, line);
	if (!paused)
		return;
	clock_length((int64_t)w->paused_ms / 1000, length, sizeof(length));
	if (w->paused_ms + PAUSE_SLACK_MS >= w->away_ms)
		snprintf(line, sizeof(line), "the timer was paused.");
	else
		snprintf(
		    line, sizeof(line), "the timer was paused for %s.", length);
	box_add(b, line);
}

static void
draw_back(const struct editor *e, struct grid *g)
{
	struct box b = { .title = "Welcome back", .cursor_line = -1 };
	const struct text *t = editor_text(e);
	int cols = box_inside(g);
	char line[192];
	bool known;

	add_away(&b, &e->welcome);
	if (e->welcome.missed > 0) {
		snprintf(line, sizeof(line), "%u edit%s while you were away.",
		    e->welcome.missed, e->welcome.missed == 1 ? "" : "s");
		box_add(&b, line);
	}
	box_add(&b, "");
	/* at the very start: there, or the host does not know any more */
	known = t != NULL && (e->file != 0 || peer_caret(e->peer).head != 0);
	if (t != NULL)
		snprintf(line, sizeof(line), "Enter Continue %s(line %zu)",
		    cols < 38 || !known ? "" : "where you were ",
		    text_line_of(t, peer_caret(e->peer).head) + 1);
	else
		snprintf(line, sizeof(line), "Enter Continue");
	box_add(&b, line);
	box_key(&b, "Enter Continue", "Enter");
	box_draw(g, &b);
}

/* "2027-05-25" of Unix milliseconds (days to civil dates, as Howard Hinnant has
 * described them): gmtime_r would want to read time zones first. */
static void
date_text(uint64_t ms, char *dst, size_t size)
{
	uint64_t z = ms / 86400000 + 719468, era = z / 146097, doe = z % 146097;
	uint64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	uint64_t mp = (5 * doy + 2) / 153, month = mp < 10 ? mp + 3 : mp - 9;

	snprintf(dst, size, "%04u-%02u-%02u",
	    (unsigned)(yoe + era * 400 + (month <= 2)), (unsigned)month,
	    (unsigned)(doy - (153 * mp + 2) / 5 + 1));
}

static void
draw_ended(const struct editor *e, struct grid *g)
{
	const struct welcome *w = &e->welcome;
	int cols = box_inside(g);
	struct box b = { .cursor_line = -1 };
	char line[224], date[32], name[NAME_MAX_BYTES + 4], title[128];

	status_shorten(
	    editor_name_of(e, e->ended_by), cols - 31, name, sizeof(name));
	if (e->ended_by != 0)
		snprintf(title, sizeof(title),
		    "Interview ended by %s - read-only", name);
	else
		snprintf(title, sizeof(title), "Interview ended - read-only");
	b.title = title;
	box_add_wrapped(&b,
	    w->thanks[0] != '\0' ? w->thanks
				 : "Thank you. The interview has ended.",
	    cols);
	box_add(&b, "");
	date_text(
	    w->ended_ms + w->retention_days * 86400000ULL, date, sizeof(date));
	snprintf(line, sizeof(line),
	    "Recording is kept %u days, until %s; how to object: your "
	    "invitation.",
	    w->retention_days, date);
	box_add_wrapped(&b, line, cols);
	if (has_copy(e)) {
		box_add(&b, "");
		box_add(&b, "Your copy, for 24 hours:");
		snprintf(line, sizeof(line), "%s%s room get",
		    grid_width(w->rejoin) + 11 <= cols ? "  " : "", w->rejoin);
		box_add_wrapped(&b, line, cols);
	}
	box_add(&b, "");
	box_add(&b, cols < 38 ? "Enter Your code  ^Q Leave"
			      : "Enter Look at your code      ^Q Leave");
	box_key(&b, cols < 38 ? "Enter Your code" : "Enter Look at your code",
	    "Enter");
	box_key(&b, "^Q Leave", "^Q");
	box_draw(g, &b);
}

void
panel_ended(struct editor *e)
{
	bool asks = e->panel == PANEL_LEAVE || e->panel == PANEL_ASK ||
		    e->panel == PANEL_COPY;

	find_close(e); /* the keys are not for its bar */
	e->behind = asks ? PANEL_ENDED : PANEL_NONE;
	if (!asks)
		e->panel = PANEL_ENDED;
}

bool
panel_was_typed(struct editor *e, const struct key *key)
{
	bool types = e->typing_ms != 0 && e->now_ms - e->typing_ms < TYPED_MS;

	if (key_is_typed(key))
		e->typing_ms = e->now_ms;
	return types && (key_is_typed(key) || key->code == K_ENTER);
}

static void
ended_key(struct editor *e, const struct key *key)
{
	struct key as = keymap_standard(e, key);

	if (panel_was_typed(e, key))
		return;
	if (key_is_one_of(&as, "Enter Esc"))
		panel_close(e);
	else if (key_is_one_of(&as, "C-p F1 F10"))
		menu_open(e);
	else if (key_is_one_of(&as, "C-q"))
		e->panel = PANEL_LEAVE;
	else if (key_is_one_of(&as, "C-l"))
		e->request = REQUEST_REDRAW;
	if (e->panel == PANEL_MENU || e->panel == PANEL_LEAVE)
		e->behind = PANEL_ENDED;
}

bool
panel_gives_way(struct editor *e, const struct key *key)
{
	if (e->panel != PANEL_BACK)
		return e->panel == PANEL_NONE;
	e->panel = PANEL_NONE;
	return !key_is_one_of(key, "Enter Esc");
}

/* --- is that what is meant --- */

static const struct question {
	const char *title, *text, *yes;
	uint32_t key;
} questions[ACTS] = {
	[ACT_BACK] = { "Send %s back?",
	    "They wait outside again, without the code, until they are let "
	    "in. What they wrote stays.",
	    "S Send back", 's' },
	[ACT_KICK] = { "Remove %s?",
	    "They cannot come back with their code. What they wrote stays.",
	    "R Remove", 'r' },
	[ACT_END] = { "End the interview?",
	    "The candidate cannot write any more; the room is kept.",
	    "E End it", 'e' },
	[ACT_PURGE] = { "Delete the recording?",
	    "Code, output, chat, notes and names are erased, for everybody and "
	    "for good. That there was a room, and who erased it, is kept.",
	    "D Delete it", 'd' },
};

static void
draw_ask(const struct editor *e, struct grid *g)
{
	const struct question *q = &questions[e->ask.kind];
	int inside = box_inside(g);
	struct box b = { .cursor_line = -1 };
	char title[96], line[192];

	snprintf(
	    title, sizeof(title), q->title, editor_name_of(e, e->ask.site));
	b.title = title;
	box_add_wrapped(&b, q->text, inside);
	box_add(&b, "");
	snprintf(line, sizeof(line), "%s%s",
	    inside < 34 ? "Esc No   " : "Enter or Esc No        ", q->yes);
	box_add(&b, line);
	box_key(&b, inside < 34 ? "Esc No" : "Enter or Esc No", "Esc");
	box_key(&b, q->yes, q->yes); /* its first letter is the key */
	box_draw(g, &b);
}

static void
ask_key(struct editor *e, const struct key *key)
{
	const struct question *q = &questions[e->ask.kind];

	if (key->code == K_ENTER || key->code == K_ESC) {
		panel_close(e);
	} else if (key_is_typed(key) && (key->cp | 0x20) == q->key) {
		panel_close(e);
		act_confirmed(e);
	}
}

/* --- which --- */

static void
draw_wait(const struct editor *e, struct grid *g)
{
	struct box b = { .title = "CodeSync", .cursor_line = -1 };

	box_add(&b,
	    e->was_online ? "reconnecting ..." : "Connecting to the room ...");
	box_add(&b, "");
	box_add(&b, "Esc Leave");
	box_key(&b, "Esc Leave", "Esc");
	box_draw(g, &b);
}

void
panel_draw(const struct editor *e, struct grid *g)
{
	if (e->behind == PANEL_SUMMARY)
		summary_draw(e, g);
	switch (e->panel) {
	case PANEL_NONE:
	case PANEL_COPY: /* has all of the screen */
	case PANELS:
		break;
	case PANEL_WAIT:
		draw_wait(e, g);
		break;
	case PANEL_JOIN:
		draw_join(e, g);
		break;
	case PANEL_LEAVE:
		draw_leave(e, g);
		break;
	case PANEL_ASK:
		draw_ask(e, g);
		break;
	case PANEL_MENU:
		menu_draw(e, g);
		break;
	case PANEL_BACK:
		draw_back(e, g);
		break;
	case PANEL_ENDED:
		draw_ended(e, g);
		break;
	case PANEL_SUMMARY:
		summary_draw(e, g);
		break;
	}
}

/* Whatever of it fits. */
void
panel_too_small(struct grid *g)
{
	static const char text[] = "Terminal too small: 20x5 is needed";
	const char *at = text;
	int n;

	for (int y = 0; y < g->rows && *at != '\0'; y++) {
		n = (int)strlen(at);
		if (n > g->cols)
			n = g->cols;
		grid_put(g, 0, y, g->cols, at, (size_t)n, PAINT_TEXT, 0);
		at += n;
	}
}

void
panel_close(struct editor *e)
{
	e->panel = e->behind;
	e->behind = PANEL_NONE;
}

void
panel_key(struct editor *e, const struct key *key)
{
	e->hint[0] = e->panel == PANEL_JOIN ? e->hint[0] : '\0';
	if (e->panel != PANEL_ENDED && e->panel != PANEL_SUMMARY)
		e->typing_ms = 0; /* who answers a box has stopped */
	switch (e->panel) {
	case PANEL_NONE:
	case PANEL_BACK: /* see panel_gives_way */
		break;
	case PANEL_ENDED:
		ended_key(e, key);
		break;
	case PANEL_WAIT:
		if (key->code == K_ESC ||
		    (key->code == K_CHAR && key->mods == K_CTRL))
			e->request = REQUEST_QUIT;
		break;
	case PANEL_JOIN:
		join_key(e, key);
		break;
	case PANEL_LEAVE:
		leave_key(e, key);
		break;
	case PANEL_ASK:
		ask_key(e, key);
		break;
	case PANEL_MENU:
		menu_key(e, key);
		break;
	case PANEL_COPY:
		copy_key(e, key);
		break;
	case PANEL_SUMMARY:
		summary_key(e, key);
		break;
	case PANELS:
		break;
	}
}
