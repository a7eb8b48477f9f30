/* menu.c - the menu: who sees which entries, and what they do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/view.h"
#include "proto/utf8.h"
#include "tests/lib/pad.h"

static const struct person people[] = {
	{ 1, ROLE_INTERVIEWER, PERSON_HERE, true, "I", "Ivy", 0 },
	{ 2, ROLE_CANDIDATE, PERSON_HERE, true, "C", "Cleo", 0 },
	{ 3, ROLE_CANDIDATE, PERSON_LOBBY, false, "D", "Dan", 0 },
	{ 4, ROLE_OBSERVER, PERSON_HERE, false, "O", "Oz", 0 },
	{ 5, ROLE_INTERVIEWER, PERSON_AWAY, true, "J", "Jo", 0 },
};

static void
open_room(struct editor *e, uint8_t role)
{
	pad_open(e, "code\xE2\x80\xB8");
	e->welcome.role = role;
	editor_people(e, people, 5);
}

/* Is TEXT in the box as it is drawn? */
static bool
shows(struct editor *e, const char *text)
{
	struct grid g = { .cols = 0 };
	struct layout l;
	bool found = false;
	char row[121 * 4], *at;

	assert_int_equal(grid_resize(&g, 120, 50), 0);
	view_layout(e, 120, 50, &l);
	view_draw(e, &l, &g);
	for (int y = 0; y < g.rows; y++) {
		at = row;
		for (int x = 0; x < g.cols; x++)
			if (grid_at(&g, x, y)->cp != 0)
				at += utf8_encode(
				    grid_at(&g, x, y)->cp, (uint8_t *)at);
		*at = '\0';
		found |= strstr(row, text) != NULL;
	}
	grid_release(&g);
	return found;
}

/* Open the menu, type NAME, press Enter. */
static void
choose(struct editor *e, const char *name)
{
	char keys[64];

	snprintf(keys, sizeof(keys), "C-p \"%s\nEnter", name);
	pad_keys(e, keys);
}

static void
assert_act(struct editor *e, uint8_t kind, uint8_t site, uint8_t minutes)
{
	assert_int_equal(e->request, REQUEST_ACT);
	assert_int_equal(e->act.kind, kind);
	assert_int_equal(e->act.site, site);
	assert_int_equal(e->act.minutes, minutes);
	assert_int_equal(e->panel, PANEL_NONE);
	e->request = REQUEST_NONE;
}

static void
the_staff_acts(void **state)
{
	struct editor e;

	(void)state;
	open_room(&e, ROLE_INTERVIEWER);
	choose(&e, "Admit Dan");
	assert_act(&e, ACT_ADMIT, 3, 0);
	choose(&e, "Make Cleo read");
	assert_act(&e, ACT_READ_ONLY, 2, 0);
	choose(&e, "Freeze");
	assert_act(&e, ACT_FREEZE, 0, 0);
	choose(&e, "Focus time 5");
	assert_act(&e, ACT_FOCUS, 0, 5);
	e.welcome.frozen = true;
	choose(&e, "Thaw");
	assert_act(&e, ACT_THAW, 0, 0);
	e.welcome.frozen = false;
	e.people[2].person.writable = false;
	choose(&e, "Let Cleo write");
	assert_act(&e, ACT_WRITABLE, 2, 0);
	e.focus.on = true;
	choose(&e, "end"); /* not Send Cleo back */
	assert_act(&e, ACT_FOCUS, 0, 0);
	pad_close(&e);
}

/* Who reads what is marked, and presses Enter, gets that. */
static void
the_mark_stays_with_its_entry(void **state)
{
	struct person some[5];
	struct editor e;

	(void)state;
	memcpy(some, people, sizeof(some));
	some[2].state = PERSON_HERE;
	some[2].writable = true;
	open_room(&e, ROLE_INTERVIEWER);
	editor_people(&e, some, 5);
	pad_keys(&e, "C-p \"make\nDown");
	assert_true(shows(&e, "> Make Dan read-only"));
	some[1].writable = false; /* that is not to be had any more */
	editor_people(&e, some, 5);
	assert_true(shows(&e, "> Make Dan read-only"));
	some[2].writable = false;
	some[1].writable = true;
	editor_people(&e, some, 5);
	assert_true(shows(&e, "> Make Cleo read-only"));
	some[2].writable = true;
	editor_people(&e, some, 5);
	assert_true(shows(&e, "> Make Cleo read-only"));
	pad_keys(&e, "Esc C-p");
	editor_people(&e, people, 5); /* Dan waits: that comes first */
	assert_true(shows(&e, "  Admit Dan"));
	pad_keys(&e, "Enter");
	assert_int_equal(e.request, REQUEST_RUN);
	e.request = REQUEST_NONE;
	pad_keys(&e, "C-p");
	editor_people(&e, some, 5); /* and nobody has drawn that yet */
	pad_keys(&e, "Enter");
	assert_int_equal(e.panel, PANEL_MENU);
	assert_int_equal(e.request, REQUEST_NONE);
	pad_keys(&e, "Enter");
	assert_int_equal(e.request, REQUEST_RUN);
	pad_close(&e);
}

static void
what_cannot_be_taken_back_is_asked_for_once(void **state)
{
	struct editor e;

	(void)state;
	open_room(&e, ROLE_INTERVIEWER);
	choose(&e, "Remove Cleo");
	assert_int_equal(e.request, REQUEST_NONE);
	assert_int_equal(e.panel, PANEL_ASK);
	assert_true(shows(&e, " Remove Cleo? "));
	pad_keys(&e, "Enter");
	assert_int_equal(e.panel, PANEL_NONE);
	assert_int_equal(e.request, REQUEST_NONE);
	choose(&e, "Remove Cleo");
	pad_keys(&e, "r");
	assert_act(&e, ACT_KICK, 2, 0);
	choose(&e, "send cleo back");
	assert_true(shows(&e, " Send Cleo back? "));
	pad_keys(&e, "Enter");
	assert_int_equal(e.request, REQUEST_NONE);
	choose(&e, "send cleo back");
	pad_keys(&e, "s");
	assert_act(&e, ACT_BACK, 2, 0);
	choose(&e, "End interview");
	assert_true(shows(&e, " End the interview? "));
	pad_keys(&e, "x Esc");
	assert_int_equal(e.request, REQUEST_NONE);
	choose(&e, "End interview");
	pad_keys(&e, "E");
	assert_act(&e, ACT_END, 0, 0);
	pad_close(&e);
}

/* Who opens the menu and presses Enter, to see what that does, runs the program
 * or lets in who waits. */
static void
the_first_entry_hurts_nobody(void **state)
{
	struct editor e;

	(void)state;
	open_room(&e, ROLE_INTERVIEWER);
	pad_keys(&e, "C-p Enter");
	assert_act(&e, ACT_ADMIT, 3, 0);
	editor_people(&e, people, 2); /* nobody waits */
	pad_keys(&e, "C-p Enter");
	assert_int_equal(e.request, REQUEST_RUN);
	e.request = REQUEST_NONE;
	e.welcome.role = ROLE_CANDIDATE;
	pad_keys(&e, "C-p Enter");
	assert_int_equal(e.request, REQUEST_RUN);
	e.request = REQUEST_NONE;
	e.welcome.role = ROLE_OBSERVER;
	pad_keys(&e, "C-p Enter");
	assert_int_equal(e.request, REQUEST_NONE);
	assert_true(e.talk.focus);
	pad_close(&e);
}

static void
nobody_sees_what_is_not_theirs(void **state)
{
	static const char *const staffs[] = { "Admit", "Send", "Freeze",
		"read-only", "Remove", "End interview", "Notes" };
	struct editor e;
	char keys[64];

	(void)state;
	open_room(&e, ROLE_CANDIDATE);
	for (size_t i = 0; i < sizeof(staffs) / sizeof(staffs[0]); i++) {
		snprintf(keys, sizeof(keys), "C-p \"%s", staffs[i]);
		pad_keys(&e, keys);
		assert_true(shows(&e, "Nothing is called that"));
		pad_keys(&e, "Enter");
		assert_int_equal(e.request, REQUEST_NONE);
		pad_keys(&e, "Esc");
	}
	choose(&e, "Focus time 5 min");
	assert_act(&e, ACT_FOCUS, 0, 5);
	e.welcome.role = ROLE_OBSERVER;
	pad_keys(&e, "C-p \"Focus");
	assert_true(shows(&e, "Nothing is called that"));
	pad_close(&e);
}

/* Does the menu have an entry whose name holds NAME? */
static bool
offers(struct editor *e, const char *name)
{
	char keys[64];
	bool found;

	snprintf(keys, sizeof(keys), "C-p \"%s", name);
	pad_keys(e, keys);
	found = !shows(e, "Nothing is called that");
	pad_keys(e, "Esc");
	return found;
}

enum who { WRITER, READER, FROZEN, SHUT, ENDED, OBSERVER, IN_TASK };

static void
open_as(struct editor *e, enum who who)
{
	open_room(e, who == SHUT       ? ROLE_INTERVIEWER
		     : who == OBSERVER ? ROLE_OBSERVER
				       : ROLE_CANDIDATE);
	e->online = true;
	e->welcome.writable = who != READER && who != OBSERVER;
	e->welcome.frozen = who == FROZEN;
	e->welcome.ended = who == ENDED;
	e->focus.on = who == SHUT;
	if (who != IN_TASK)
		return;
	pad_file(e, 1, FILE_TASK);
	pad_keys(e, "F4");
}

/* Whom a command only tells why not, the menu does not offer it; its key goes on
 * to answer. */
static void
what_is_refused_is_not_offered(void **state)
{
	static const struct {
		const char *name;
		bool may[IN_TASK + 1];
	} cases[] = {
		{ "Run the program", { [WRITER] = true, [IN_TASK] = true } },
		{ "Stop the program",
		    { [WRITER] = true, true, true, [IN_TASK] = true } },
		{ "Point at", { [WRITER] = true,
				  true,
				  true,
				  false,
				  true,
				  [IN_TASK] = true } },
		{ "Undo", { [WRITER] = true } },
		{ "Redo", { [WRITER] = true } },
		{ "Replace", { [WRITER] = true } },
		{ "Cut", { [WRITER] = true } },
		{ "Paste", { [WRITER] = true } },
		{ "Indent", { [WRITER] = true } },
		{ "Outdent", { [WRITER] = true } },
		{ "Delete the word", { [WRITER] = true } },
		{ "Delete the line", { [WRITER] = true } },
		{ "Duplicate", { [WRITER] = true } },
		{ "Move the line up", { [WRITER] = true } },
		{ "Move the line down", { [WRITER] = true } },
		{ "Comment", { [WRITER] = true } },
		{ "Find", { true, true, true, true, true, true, true } },
		{ "Leave", { true, true, true, true, true, true, true } },
	};
	struct editor e;

	(void)state;
	for (int who = WRITER; who <= IN_TASK; who++) {
		open_as(&e, (enum who)who);
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
			if (offers(&e, cases[i].name) != cases[i].may[who])
				fail_msg("%s, %d", cases[i].name, who);
		pad_close(&e);
	}
	open_as(&e, OBSERVER);
	pad_keys(&e, "C-r");
	assert_string_equal(
	    editor_toast(&e)->text, "You can read here, not run");
	pad_keys(&e, "C-c");
	assert_string_equal(editor_toast(&e)->text, "Nothing is running");
	pad_run(&e, 2, "");
	pad_keys(&e, "C-c");
	assert_string_equal(
	    editor_toast(&e)->text, "You can read here, not stop");
	assert_int_equal(e.request, REQUEST_NONE);
	pad_close(&e);
}

/* The word for it need not be ours. */
static void
other_words_find_it(void **state)
{
	static const char *const cases[][2] = { { "help", "Help: this menu" },
		{ "quit", "Leave" }, { "exit", "Leave" },
		{ "color", "Colours: 256 / 16 / none" },
		{ "MONO", "Colours: 256 / 16 / none" }, { "big", "Caret: own" },
		{ "cursor", "Caret: own" },
		{ "screen reader", "Calm: nothing moves" },
		{ "layout", "Next pane" }, { "search", "Find  " },
		{ "kick", "Remove Cleo from the room" }, { "vi", "Keys: vim" },
		{ "vi", "Point at this line" } };
	char keys[64];
	struct editor e;

	(void)state;
	open_room(&e, ROLE_INTERVIEWER);
	e.online = true;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(keys, sizeof(keys), "C-p \"%s", cases[i][0]);
		pad_keys(&e, keys);
		if (shows(&e, cases[i][1]) != (i < 12))
			fail_msg("%s, %s", cases[i][0], cases[i][1]);
		pad_keys(&e, "Esc");
	}
	pad_keys(&e, "C-p \"eader"); /* nor in the middle of a word */
	assert_true(shows(&e, "Nothing is called that"));
	pad_keys(&e, "Esc");
	choose(&e, "help");
	assert_int_equal(e.panel, PANEL_MENU);
	assert_true(shows(&e, "> Admit Dan"));
	e.behind = PANEL_SUMMARY;
	pad_keys(&e, "\"help\nEnter");
	assert_int_equal(e.behind, PANEL_SUMMARY); /* where it still leads to */
	pad_close(&e);
}

static void
copying_names_its_key(void **state)
{
	struct editor e;
	char row[64];

	(void)state;
	open_room(&e, ROLE_CANDIDATE);
	pad_keys(&e, "C-p \"copy");
	snprintf(
	    row, sizeof(row), "> %-43s^C", "Copy the selection, or the line");
	assert_true(shows(&e, row));
	pad_keys(&e, "Enter"); /* and does not stop what runs */
	assert_int_equal(e.request, REQUEST_NONE);
	assert_true(e.clip.line);
	pad_keys(&e, "C-c");
	assert_string_equal(editor_toast(&e)->text, "Nothing is running");
	pad_close(&e);
}

/* A page is what is seen: nothing is passed over. */
/* The first entry of the menu that is on G, and *LAST. */
static int
seen_entries(const struct grid *g, int *last)
{
	int first = -1;

	for (int i = 0; i < g->nspots; i++) {
		if (g->spots[i].kind != SPOT_ENTRY)
			continue;
		if (first < 0)
			first = g->spots[i].which;
		*last = g->spots[i].which;
	}
	return first;
}

/* Is one of the entries the marked one? */
static bool
marks_one(struct grid *g)
{
	for (int i = 0; i < g->nspots; i++)
		for (int x = g->spots[i].x; x < g->spots[i].end; x++)
			if (g->spots[i].kind == SPOT_ENTRY &&
			    grid_at(g, x, g->spots[i].y)->cp == '>')
				return true;
	return false;
}

static void
pages_are_what_is_seen(void **state)
{
	static const int sizes[][2] = { { 80, 24 }, { 40, 12 }, { 120, 40 },
		{ 20, 5 }, { 80, 8 } };
	struct grid g = { .cols = 0 };
	struct layout l;
	struct editor e;
	int first, last, before;

	(void)state;
	open_room(&e, ROLE_INTERVIEWER);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		assert_int_equal(grid_resize(&g, sizes[i][0], sizes[i][1]), 0);
		pad_keys(&e, "C-p");
		last = -1;
		do {
			view_layout(&e, g.cols, g.rows, &l);
			view_draw(&e, &l, &g);
			before = last;
			first = seen_entries(&g, &last);
			assert_in_range(first, 0, before + 1);
			assert_true(marks_one(&g));
			pad_keys(&e, "PgDn");
		} while (last > before);
		assert_true(last > 50); /* all of it was seen */
		pad_keys(&e, "Esc");
	}
	grid_release(&g);
	pad_close(&e);
}

static void
outside_there_is_little_to_do(void **state)
{
	struct welcome w;
	struct editor e;

	(void)state;
	open_room(&e, ROLE_CANDIDATE);
	w = e.welcome;
	w.joined = false;
	w.lobby = true;
	editor_welcome(&e, &w);
	pad_keys(&e, "C-p \"Follow");
	assert_true(shows(&e, "Nothing is called that"));
	pad_keys(&e, "Esc C-p \"Focus");
	assert_true(shows(&e, "Nothing is called that"));
	pad_keys(&e, "Esc");
	choose(&e, "Run");
	assert_int_equal(e.request, REQUEST_RUN);
	choose(&e, "Leave");
	assert_int_equal(e.panel, PANEL_LEAVE);
	pad_close(&e);
}

static void
every_key_opens_it(void **state)
{
	static const char *const keys[] = { "C-p", "F1", "F10", "Esc Esc" };
	struct editor e;

	(void)state;
	open_room(&e, ROLE_CANDIDATE);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		pad_keys(&e, keys[i]);
		assert_int_equal(e.panel, PANEL_MENU);
		pad_keys(&e, "Esc");
		assert_int_equal(e.panel, PANEL_NONE);
	}
	pad_keys(&e, "Esc");
	e.now_ms += ESC_TWICE_MS;
	pad_keys(&e, "Esc"); /* too late, but the first of two again */
	assert_int_equal(e.panel, PANEL_NONE);
	pad_keys(&e, "Left Esc");
	assert_int_equal(e.panel, PANEL_NONE);
	pad_keys(&e, "C-t Esc Esc"); /* the first one left the chat */
	assert_int_equal(e.panel, PANEL_NONE);
	pad_close(&e);
}

static void
what_it_lists_it_does(void **state)
{
	struct editor e;

	(void)state;
	open_room(&e, ROLE_CANDIDATE);
	choose(&e, "Delete the word");
	assert_true(pad_is(&e, "\xE2\x80\xB8"));
	choose(&e, "Undo");
	assert_true(pad_is(&e, "code\xE2\x80\xB8"));
	choose(&e, "Run");
	assert_int_equal(e.request, REQUEST_RUN);
	e.request = REQUEST_NONE;
	pad_keys(&e, "C-p Down Down Up Up Enter"); /* the first entry */
	assert_int_equal(e.request, REQUEST_RUN);
	choose(&e, "Quiet mode");
	assert_true(e.quiet);
	choose(&e, "Quiet mode off");
	assert_false(e.quiet);
	pad_close(&e);
}

/* With two files there is a next one, and each keeps its caret. */
static void
files_are_shown_one_by_one(void **state)
{
	struct editor e;

	(void)state;
	open_room(&e, ROLE_CANDIDATE);
	pad_keys(&e, "C-p \"Next file");
	assert_true(shows(&e, "Nothing is called that"));
	pad_keys(&e, "Esc");
	pad_file(&e, 1, "util.py");
	assert_true(shows(&e, "main.py 1/2"));
	choose(&e, "Next file");
	assert_true(shows(&e, "util.py 2/2"));
	pad_keys(&e, "\"import os");
	pad_remote(&e, 0, 0, "# "); /* in main.py, before our caret there */
	pad_keys(&e, "C-PgDn \"r");
	assert_true(pad_is(&e, "# coder\xE2\x80\xB8"));
	pad_keys(&e, "C-PgUp \"!");
	assert_true(pad_is(&e, "import os!\xE2\x80\xB8"));
	pad_keys(&e, "C-z C-z"); /* where it was typed */
	assert_true(pad_is(&e, "# code\xE2\x80\xB8"));
	assert_int_equal(e.file, 0);
	pad_close(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_staff_acts),
		cmocka_unit_test(the_mark_stays_with_its_entry),
		cmocka_unit_test(what_cannot_be_taken_back_is_asked_for_once),
		cmocka_unit_test(the_first_entry_hurts_nobody),
		cmocka_unit_test(nobody_sees_what_is_not_theirs),
		cmocka_unit_test(what_is_refused_is_not_offered),
		cmocka_unit_test(other_words_find_it),
		cmocka_unit_test(copying_names_its_key),
		cmocka_unit_test(pages_are_what_is_seen),
		cmocka_unit_test(outside_there_is_little_to_do),
		cmocka_unit_test(every_key_opens_it),
		cmocka_unit_test(what_it_lists_it_does),
		cmocka_unit_test(files_are_shown_one_by_one),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
