/* menu.c - the box that ^P opens. Its entries are made when they are needed:
 * people come and go while it is open. */
#include <stdio.h>
#include <string.h>

#include "client/act.h"
#include "client/box.h"
#include "client/keymap.h"
#include "client/menu.h"
#include "client/panel.h"

#define ENTRIES_MAX 256
#define LEAST_ROWS 4 /* of entries */

struct entry {
	const struct action *action; /* or else */
	const struct command *command;
	uint8_t site;
	char name[NAME_MAX_BYTES + 48];
};

struct entries {
	struct entry list[ENTRIES_MAX];
	int first, n; /* how many begin with what was typed; all */
};

/* What else people look for, and how the names begin that are meant. */
static const struct {
	const char *words, *name;
} also[] = {
	{ "quit exit close disconnect logout", "Leave" },
	{ "color theme mono monochrome black white dark", "Colours" },
	{ "unicode characters lines frames", "Borders" },
	{ "cursor big blinking shape", "Caret" },
	{ "screen reader accessibility motion", "Calm" },
	{ "layout panel window", "Next pane" },
	{ "panes window split columns", "Layout" },
	{ "terminal console stdout stdin results", "Output" },
	{ "message talk say", "Chat" },
	{ "execute start test", "Run" },
	{ "kill interrupt cancel abort", "Stop" },
	{ "search", "Find" },
	{ "substitute", "Replace" },
	{ "goto jump number", "Go to a line" },
	{ "jump traceback", "Go to the error" },
	{ "revert", "Undo" },
	{ "clipboard yank", "Copy" },
	{ "clipboard", "Cut" },
	{ "clipboard", "Paste" },
	{ "question problem description exercise", "The task" },
	{ "tab buffer", "Next file" },
	{ "tab buffer", "Previous file" },
	{ "highlight", "Point" },
	{ "refresh repaint clear", "Draw the screen" },
	{ "position status", "Where am I" },
	{ "keymap keyboard shortcuts bindings mode vi", "Keys:" },
	{ "authors blame", "Who typed what" },
	{ "soft fold", "Wrap" },
	{ "whitespace tabs invisible", "Show blanks" },
	{ "clock time countdown", "Pause timer" },
	{ "clock time countdown", "Resume timer" },
	{ "clock time countdown", "Hide timer" },
	{ "clock time countdown", "Show timer" },
	{ "private alone unobserved break", "Focus time" },
	{ "hide carets cursors", "Quiet mode" },
	{ "watch", "Follow" },
	{ "let in accept", "Admit" },
	{ "lobby wait", "Send" },
	{ "kick ban throw out", "Remove" },
	{ "lock", "Freeze" },
	{ "unlock unfreeze", "Thaw" },
	{ "lock", "Make" },
	{ "unlock", "Let" },
	{ "finish close", "End interview" },
	{ "erase purge", "Delete recording" },
	{ "thanks copy recording retention object", "The end" },
};

/* Does one of WORDS, or more of them, begin with PART? */
static bool
holds_word(const char *words, const char *part)
{
	size_t len = strlen(part);

	for (; *words != '\0';
	     words += strcspn(words, " "), words += *words == ' ')
		if (strncasecmp(words, part, len) == 0)
			return true;
	return false;
}

static bool
is_also(const char *name, const char *part)
{
	for (size_t i = 0; i < sizeof(also) / sizeof(also[0]); i++)
		if (strncmp(name, also[i].name, strlen(also[i].name)) == 0 &&
		    holds_word(also[i].words, part))
			return true;
	return false;
}

/* Whose names hold what was typed, in whatever case, and first of them those that
 * begin with it: "end" is to end, not to send somebody back. */
static void
add(const struct editor *e, struct entries *all, const struct entry *entry)
{
	const struct line *filter = &e->menu.filter;
	char part[FILTER_MAX + 1];
	const char *found;
	int at = all->n;

	snprintf(part, sizeof(part), "%.*s", (int)filter->len, filter->text);
	found = strcasestr(entry->name, part);
	if (all->n == ENTRIES_MAX ||
	    (found == NULL && !is_also(entry->name, part)))
		return;
	if (found == entry->name)
		at = all->first++;
	memmove(&all->list[at + 1], &all->list[at],
	    (size_t)(all->n++ - at) * sizeof(*entry));
	all->list[at] = *entry;
}

static void
add_action(const struct editor *e, struct entries *all, const struct action *a,
    uint8_t site)
{
	struct entry entry = { .action = a, .site = site };

	if (!a->may(e, site))
		return;
	snprintf(
	    entry.name, sizeof(entry.name), a->name, editor_name_of(e, site));
	add(e, all, &entry);
}

static void
add_actions(const struct editor *e, struct entries *all, bool first, bool late)
{
	const struct action *table, *a;
	size_t n;

	table = act_table(&n);
	for (a = table; a < table + n; a++) {
		if (a->first != first || a->late != late)
			continue;
		for (int site = 1; a->person && site <= SITE_MAX; site++)
			add_action(e, all, a, (uint8_t)site);
		if (!a->person)
			add_action(e, all, a, 0);
	}
}

static void
add_commands(const struct editor *e, struct entries *all, bool first)
{
	struct entry entry = { .action = NULL };
	const struct command *table, *c;
	size_t n;

	table = command_table(&n);
	for (c = table; c < table + n; c++) {
		if (!(c->flags & COMMAND_FIRST) == first ||
		    !command_is_offered(e, c))
			continue;
		entry.command = c;
		snprintf(entry.name, sizeof(entry.name), "%s", c->help);
		add(e, all, &entry);
	}
}

/* What Enter does at once hurts nobody. */
static void
list(const struct editor *e, struct entries *all)
{
	all->first = all->n = 0;
	add_actions(e, all, true, false);
	add_commands(e, all, true);
	add_actions(e, all, false, false);
	add_commands(e, all, false);
	add_actions(e, all, false, true);
}

/* --- which one is marked --- */

static const void *
what(const struct entry *entry)
{
	return entry->action != NULL ? (const void *)entry->action
				     : (const void *)entry->command;
}

/* Its number, or -1: it has gone. */
static int
marked(const struct menu *m, const struct entries *all)
{
	for (int i = 0; i < all->n; i++)
		if (what(&all->list[i]) == m->marked &&
		    all->list[i].site == m->site)
			return i;
	return -1;
}

static void
mark(struct menu *m, const struct entries *all, int at)
{
	m->marked = at < all->n ? what(&all->list[at]) : NULL;
	m->site = at < all->n ? all->list[at].site : 0;
}

static void
mark_first(struct editor *e)
{
	struct entries all;

	list(e, &all);
	mark(&e->menu, &all, 0);
}

void
menu_settle(struct editor *e)
{
	struct entries all;

	list(e, &all);
	if (marked(&e->menu, &all) < 0)
		mark(&e->menu, &all, 0);
}

void
menu_open(struct editor *e)
{
	e->panel = PANEL_MENU;
	line_clear(&e->menu.filter);
	mark_first(e);
	e->line.hands_off = false;
}

/* --- what it looks like --- */

/* "> Comment lines          ^/  M-/", as wide as COLS. */
static void
entry_text(const struct editor *e, const struct entry *entry, bool marked,
    int cols, char *dst, size_t size)
{
	const char *keys =
	    entry->action != NULL ? entry->action->keys : entry->command->keys;
	char names[KEYMAP_NAMES_SIZE];
	int gap;

	keymap_names(e, keys, cols >= 40, names);
	gap = cols - 2 - grid_width(entry->name) - (int)strlen(names) - 1;
	if (gap < 1) {
		names[0] = '\0';
		gap = 0;
	}
	snprintf(dst, size, "%s %s%*s%s", marked ? ">" : " ", entry->name, gap,
	    "", names);
}

static int
most(int a, int b)
{
	return a > b ? a : b;
}

/* How many entries can be seen where the screen has ROWS rows, of which the first and
 * the last two are not the box's, if there is room for it. */
static int
rows_for(int rows)
{
	if (rows < 8)
		return most(rows - 3, 1);
	rows = most(rows - 7, LEAST_ROWS);
	return rows < BOX_LINES - 2 ? rows : BOX_LINES - 2;
}

/* "filter: co                     1/4", as wide as COLS; returns the column of
 * the caret. */
static int
filter_text(const struct menu *m, const struct entries *all, int at, int cols,
    char *dst, size_t size)
{
	char count[32];
	int width, gap;

	snprintf(dst, size, "filter: %.*s", (int)m->filter.len, m->filter.text);
	width = grid_width(dst);
	snprintf(
	    count, sizeof(count), "%d/%d", all->n > 0 ? at + 1 : 0, all->n);
	gap = cols - width - (int)strlen(count) - 1;
	if (gap > 0)
		snprintf(dst + strlen(dst), size - strlen(dst), "%*s%s", gap,
		    "", count);
	return width;
}

void
menu_draw(const struct editor *e, struct grid *g)
{
	struct box b = { .title = "Menu - type to filter" };
	const struct menu *m = &e->menu;
	int rows = rows_for(g->rows), cols = box_inside(g), at, top;
	struct entries all;
	char line[160];

	list(e, &all);
	at = most(marked(m, &all), 0);
	if (rows > most(all.n, LEAST_ROWS)) /* more of the code is seen */
		rows = most(all.n, LEAST_ROWS);
	top = at >= rows ? at - rows + 1 : 0;
	b.cursor_col = filter_text(m, &all, at, cols, line, sizeof(line));
	box_add(&b, line);
	if (g->rows >= 8)
		box_add(&b, "");
	b.entries_line = b.n;
	b.first_entry = top;
	for (int i = top; i < all.n && i < top + rows; i++) {
		entry_text(e, &all.list[i], i == at, cols, line, sizeof(line));
		box_add(&b, line);
		b.entries++;
	}
	if (all.n == 0)
		box_add(&b, "  Nothing is called that. Backspace, or Esc.");
	box_pad(&b, rows + 2);
	box_draw(g, &b);
}

/* --- its keys --- */

/* From the summary's menu one comes to the text, but a question and what is
 * written lead back. */
static void
settle(struct editor *e)
{
	if (e->panel == PANEL_ASK || e->panel == PANEL_LEAVE ||
	    e->panel == PANEL_MENU)
		return;
	e->talk.whole |= e->talk.focus && e->behind == PANEL_SUMMARY;
	e->behind = PANEL_NONE;
}

static void
run(struct editor *e, const struct entry *entry)
{
	e->panel = PANEL_NONE;
	if (entry->action != NULL)
		act_run(e, entry->action, entry->site);
	else
		command_run(e, entry->command);
	settle(e);
}

/* If it has just gone nobody has seen yet which is marked now. */
static void
run_marked(struct editor *e)
{
	struct entries all;
	int at;

	list(e, &all);
	if ((at = marked(&e->menu, &all)) >= 0)
		run(e, &all.list[at]);
	else
		mark(&e->menu, &all, 0);
}

static void
move(struct editor *e, int by)
{
	struct entries all;
	int at;

	list(e, &all);
	at = most(most(marked(&e->menu, &all), 0) + by, 0);
	mark(&e->menu, &all, at < all.n ? at : most(all.n - 1, 0));
}

static void
filter(struct editor *e, const struct key *key)
{
	struct menu *m = &e->menu;

	if (key_is_typed(key))
		line_type(&m->filter, FILTER_MAX, key->cp);
	else if (!line_key(&m->filter, key))
		return;
	mark_first(e);
}

void
menu_run(struct editor *e, int entry)
{
	struct entries all;

	list(e, &all);
	if (entry < all.n)
		run(e, &all.list[entry]);
}

static void
standard_key(struct editor *e, const struct key *key)
{
	bool ctrl = key->code == K_CHAR && key->mods == K_CTRL;

	if (key->code == K_ENTER)
		run_marked(e);
	else if (key->code == K_ESC || key_is_one_of(key, "C-p F1 F10 C-c"))
		panel_close(e);
	else if (key->code == K_DOWN || key->code == K_TAB)
		move(e, 1);
	else if (key->code == K_UP)
		move(e, -1);
	else if (key->code == K_PGDN)
		move(e, rows_for(e->rows));
	else if (key->code == K_PGUP)
		move(e, -rows_for(e->rows));
	else if (ctrl && key->cp == 'l')
		e->request = REQUEST_REDRAW;
	else
		filter(e, key);
}

void
menu_key(struct editor *e, const struct key *key)
{
	struct key as = keymap_standard(e, key);

	standard_key(e, &as);
}
