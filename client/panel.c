/* panel.c - the boxes in front of the text. */
#include <stdio.h>
#include <string.h>

#include "client/act.h"
#include "client/box.h"
#include "client/keymap.h"
#include "client/menu.h"
#include "client/panel.h"
#include "proto/utf8.h"

#define FIELD_COLS 26
#define FIELD_COLS_NARROW 18

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
	keys_text(e, line, sizeof(line));
	box_add(&b, e->hint[0] != '\0' ? e->hint : line);
	box_add(&b, wide ? "Enter Join      Esc Leave without joining"
			 : "Enter Join      Esc Leave");
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
	} else if (key->code == K_CHAR && (key->mods & ~K_SHIFT) == 0) {
		type_name(e, key->cp);
	} else if (key->code == K_PASTE) {
		paste_name(e, key->text, key->len);
	}
}

/* --- leave --- */

static void
draw_leave(const struct editor *e, struct grid *g)
{
	struct box b = { .title = "Leave the interview?", .cursor_line = -1 };
	int cols = box_inside(g);
	char line[224];

	if (g->rows >= 10)
		box_add_wrapped(&b,
		    e->lobby ? "You can come back with:"
			     : "Your code is saved. You can come back with:",
		    cols);
	snprintf(line, sizeof(line), "%s%s",
	    grid_width(e->welcome.rejoin) + 2 <= cols ? "  " : "",
	    e->welcome.rejoin);
	box_add_wrapped(&b, line, cols);
	box_add(&b, "");
	box_add(&b,
	    cols < 30 ? "Esc Stay  L Leave" : "Enter or Esc Stay      L Leave");
	box_draw(g, &b);
}

static void
leave_key(struct editor *e, const struct key *key)
{
	if (key->code == K_ENTER || key->code == K_ESC)
		e->panel = PANEL_NONE;
	else if (key->code == K_CHAR && (key->mods & ~K_SHIFT) == 0 &&
		 (key->cp == 'l' || key->cp == 'L'))
		e->request = REQUEST_LEAVE;
}

/* --- is that what is meant --- */

static void
draw_ask(const struct editor *e, struct grid *g)
{
	bool kick = e->ask.kind == ACT_KICK;
	int inside = box_inside(g);
	struct box b = { .cursor_line = -1 };
	char title[96], line[192];

	if (kick)
		snprintf(title, sizeof(title), "Remove %s?",
		    editor_name_of(e, e->ask.site));
	else
		snprintf(title, sizeof(title), "End the interview?");
	b.title = title;
	snprintf(line, sizeof(line), "%s",
	    kick ? "They cannot come back with their code. What they wrote "
		   "stays."
		 : "The candidate cannot write any more; the room is kept.");
	box_add_wrapped(&b, line, inside);
	box_add(&b, "");
	snprintf(line, sizeof(line), "%s%s",
	    inside < 34 ? "Esc No   " : "Enter or Esc No        ",
	    kick ? "R Remove" : "E End it");
	box_add(&b, line);
	box_draw(g, &b);
}

static void
ask_key(struct editor *e, const struct key *key)
{
	uint32_t yes = e->ask.kind == ACT_KICK ? 'r' : 'e';

	if (key->code == K_ENTER || key->code == K_ESC) {
		e->panel = PANEL_NONE;
	} else if (key->code == K_CHAR && (key->mods & ~K_SHIFT) == 0 &&
		   (key->cp | 0x20) == yes) {
		e->panel = PANEL_NONE;
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
	box_draw(g, &b);
}

void
panel_draw(const struct editor *e, struct grid *g)
{
	switch (e->panel) {
	case PANEL_NONE:
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
	case PANELS:
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
panel_key(struct editor *e, const struct key *key)
{
	e->hint[0] = e->panel == PANEL_JOIN ? e->hint[0] : '\0';
	switch (e->panel) {
	case PANEL_NONE:
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
	case PANELS:
		break;
	}
}
