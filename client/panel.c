/*
 * panel.c - boxes. A box is a list of lines; blank ones go first when the
 * screen is too low, and the sides when it is too narrow.
 */
#include <stdio.h>
#include <string.h>

#include "client/command.h"
#include "client/panel.h"
#include "proto/utf8.h"

#define BOX_COLS 52
#define BOX_LINES 24
#define FIELD_COLS 26
#define FIELD_COLS_NARROW 18

struct box {
	const char *title;
	char lines[BOX_LINES][224];
	int n;
	int cursor_line, cursor_col; /* -1: none */
};

static void
add(struct box *b, const char *text)
{
	if (b->n < BOX_LINES)
		snprintf(b->lines[b->n++], sizeof(b->lines[0]), "%s", text);
}

/* TEXT in lines of at most COLS columns, broken at blanks if it has any. */
static void
add_wrapped(struct box *b, const char *text, int cols)
{
	size_t n, blank, len;
	char line[224];
	int used;

	while (*text != '\0') {
		used = 0;
		for (n = blank = 0; text[n] != '\0'; n += len) {
			len = utf8_cluster(text + n, strlen(text + n));
			snprintf(
			    line, sizeof(line), "%.*s", (int)len, text + n);
			if ((used += grid_width(line)) > cols && n > 0)
				break;
			if (text[n] == ' ')
				blank = n;
		}
		if (text[n] != '\0' && blank > 0)
			n = blank;
		snprintf(line, sizeof(line), "%.*s", (int)n, text);
		add(b, line);
		text += n + (text[n] == ' ');
	}
}

/* Leave out blank lines until it fits in ROWS. */
static void
squeeze(struct box *b, int rows)
{
	for (int i = 0; i < b->n && b->n > rows;) {
		if (b->lines[i][0] != '\0') {
			i++;
			continue;
		}
		memmove(b->lines[i], b->lines[i + 1],
		    (size_t)(b->n - i - 1) * sizeof(b->lines[0]));
		b->n--;
		if (b->cursor_line > i)
			b->cursor_line--;
	}
}

static void
draw_frame(
    struct grid *g, const struct box *b, int x, int y, int cols, bool sides)
{
	char title[128];

	for (int i = 0; i < b->n + 2; i++)
		grid_fill(g, x, y + i, x + cols, ' ', PAINT_BOX, 0);
	grid_fill(g, x, y, x + cols, 0x2500, PAINT_BOX, 0);
	grid_fill(g, x, y + b->n + 1, x + cols, 0x2500, PAINT_BOX, 0);
	if (sides) {
		grid_fill(g, x, y, x + 1, 0x250C, PAINT_BOX, 0);
		grid_fill(g, x + cols - 1, y, x + cols, 0x2510, PAINT_BOX, 0);
		grid_fill(g, x, y + b->n + 1, x + 1, 0x2514, PAINT_BOX, 0);
		grid_fill(g, x + cols - 1, y + b->n + 1, x + cols, 0x2518,
		    PAINT_BOX, 0);
	}
	for (int i = 1; i <= b->n && sides; i++) {
		grid_fill(g, x, y + i, x + 1, 0x2502, PAINT_BOX, 0);
		grid_fill(
		    g, x + cols - 1, y + i, x + cols, 0x2502, PAINT_BOX, 0);
	}
	snprintf(title, sizeof(title), " %s ", b->title);
	grid_puts(g, x + 1, y, x + cols - 1, title, PAINT_BOX, CELL_BOLD);
}

static void
draw_box(struct grid *g, struct box *b)
{
	bool sides = g->cols > BOX_COLS;
	int cols = sides ? BOX_COLS : g->cols, x, y, inside;

	squeeze(b, g->rows - 2);
	if (b->n > g->rows - 2)
		b->n = g->rows - 2;
	x = (g->cols - cols) / 2;
	y = (g->rows - b->n - 2) / 2;
	inside = x + (sides ? 2 : 1);
	draw_frame(g, b, x, y, cols, sides);
	for (int i = 0; i < b->n; i++)
		grid_puts(g, inside, y + 1 + i, x + cols - 1, b->lines[i],
		    PAINT_BOX, 0);
	g->cursor = b->cursor_line >= 0;
	g->cursor_x = inside + b->cursor_col;
	g->cursor_y = y + 1 + b->cursor_line;
}

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

static void
draw_join(const struct editor *e, struct grid *g)
{
	struct box b = { .cursor_line = -1 };
	bool wide = g->cols > BOX_COLS;
	char title[64], line[192];

	snprintf(title, sizeof(title), "Join interview %s", e->welcome.room);
	b.title = title;
	if (e->welcome.title[0] != '\0')
		add(&b, e->welcome.title);
	about_room(&e->welcome, line, sizeof(line));
	add(&b, line);
	add(&b, "");
	b.cursor_line = b.n;
	b.cursor_col = field(
	    e->name, wide ? FIELD_COLS : FIELD_COLS_NARROW, line, sizeof(line));
	add(&b, line);
	add(&b, "");
	add(&b, wide ? "This session is RECORDED: editor keystrokes,"
		     : "RECORDED: your keystrokes, program");
	snprintf(line, sizeof(line), "%s. Kept %u days.",
	    wide ? "program runs and output" : "runs and output",
	    (unsigned)e->welcome.retention_days);
	add(&b, line);
	add(&b, wide ? "NOT recorded: audio, video, your other windows."
		     : "NOT recorded: audio, video.");
	add(&b, "");
	if (e->at_consent) {
		b.cursor_line = b.n;
		b.cursor_col = 1;
	}
	snprintf(line, sizeof(line), "[%c] I agree to the recording%s",
	    e->consent ? 'x' : ' ', wide ? "       Space ticks" : " (Space)");
	add(&b, line);
	add(&b, e->hint);
	add(&b, wide ? "Enter Join      Esc Leave without joining"
		     : "Enter Join      Esc Leave");
	draw_box(g, &b);
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

	if (key->code == K_ENTER) {
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
	bool wide = g->cols > BOX_COLS;
	int cols = wide ? BOX_COLS - 4 : g->cols - 2;
	char line[224];

	if (g->rows >= 10)
		add_wrapped(
		    &b, "Your code is saved. You can come back with:", cols);
	snprintf(line, sizeof(line), "%s%s",
	    grid_width(e->welcome.rejoin) + 2 <= cols ? "  " : "",
	    e->welcome.rejoin);
	add_wrapped(&b, line, cols);
	add(&b, "");
	add(&b,
	    cols < 30 ? "Esc Stay  L Leave" : "Enter or Esc Stay      L Leave");
	draw_box(g, &b);
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

/* --- help --- */

/* "^R F5" for "C-r F5", or only the first of them. */
static void
key_names(const char *keys, bool all, char *dst, size_t size)
{
	char one[16], name[32];
	struct key key;
	size_t n, at = 0;

	dst[0] = '\0';
	for (; *keys != '\0'; keys += n + (keys[n] == ' ')) {
		n = strcspn(keys, " ");
		snprintf(one, sizeof(one), "%.*s", (int)n, keys);
		if (!key_parse(one, &key))
			continue;
		key_name(&key, name, sizeof(name));
		at += (size_t)snprintf(
		    dst + at, size - at, "%s%s", at > 0 ? " " : "", name);
		if (at >= size || !all)
			return;
	}
}

static int
help_count(void)
{
	const struct command *table;
	size_t n;
	int count = 0;

	table = command_table(&n);
	for (size_t i = 0; i < n; i++)
		count += table[i].help != NULL;
	return count;
}

static void
draw_help(const struct editor *e, struct grid *g)
{
	struct box b = { .title = "Keys", .cursor_line = -1 };
	const struct command *table;
	char names[48];
	int room = g->rows - 4 < BOX_LINES - 2 ? g->rows - 4 : BOX_LINES - 2;
	bool wide = g->cols > BOX_COLS;
	int at = 0;
	size_t n;

	table = command_table(&n);
	for (size_t i = 0; i < n; i++) {
		if (table[i].help == NULL || at++ < e->help_top || b.n >= room)
			continue;
		key_names(table[i].keys, wide, names, sizeof(names));
		snprintf(b.lines[b.n], sizeof(b.lines[0]), "%-*s %s",
		    wide ? 18 : 9, names, table[i].help);
		b.n++;
	}
	add(&b, "");
	if (help_count() <= room)
		add(&b, "Esc Back to the code");
	else
		add(&b, g->cols < 40 ? "Up Down  Esc Back"
				     : "Up and Down for more      Esc Back");
	draw_box(g, &b);
}

static void
help_key(struct editor *e, const struct key *key)
{
	int last = help_count() - 4;

	if (key->code == K_DOWN && e->help_top < last)
		e->help_top++;
	else if (key->code == K_PGDN)
		e->help_top = e->help_top + 8 < last ? e->help_top + 8 : last;
	else if (key->code == K_UP && e->help_top > 0)
		e->help_top--;
	else if (key->code == K_PGUP)
		e->help_top = e->help_top > 8 ? e->help_top - 8 : 0;
	else if (key->code != K_DOWN && key->code != K_UP)
		e->panel = PANEL_NONE;
}

/* --- which --- */

static void
draw_wait(const struct editor *e, struct grid *g)
{
	struct box b = { .title = "CodeSync", .cursor_line = -1 };

	if (e->online && e->welcome.lobby)
		add(&b, "Waiting to be let in ...");
	else
		add(&b, e->was_online ? "reconnecting ..."
				      : "Connecting to the room ...");
	add(&b, "");
	add(&b, "Esc Leave");
	draw_box(g, &b);
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
	case PANEL_HELP:
		draw_help(e, g);
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
	case PANEL_HELP:
		help_key(e, key);
		break;
	}
}
