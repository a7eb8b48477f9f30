/* view.c - what people see: the text, the output, the people (screen.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/panel.h"
#include "client/view.h"
#include "proto/sys/util.h"
#include "proto/utf8.h"
#include "tests/lib/pad.h"
#include "tests/lib/screen.h"

static void
room_at_each_size(void **state)
{
	static const struct {
		int cols, rows;
		const char *name;
	} sizes[] = { { 80, 24, "room-80x24" }, { 120, 40, "room-120x40" },
		{ 40, 12, "room-40x12" }, { 200, 60, "room-200x60" },
		{ 20, 5, "room-20x5" }, { 19, 4, "room-19x4" },
		{ 10, 3, "room-10x3" } };
	struct editor e;

	(void)state;
	screen_room(&e);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		screen_check(&e, sizes[i].cols, sizes[i].rows, sizes[i].name);
	e.reading = READING_WHOLE;
	screen_check(&e, 40, 12, "output-40x12");
	screen_check(&e, 80, 24, "output-80x24");
	pad_close(&e);
}

/* How long a terminal's answers take stands beside who sits at it. */
static void
how_far_everybody_is(void **state)
{
	static const struct measure all[] = { { 2, 22, 0 }, { 3, 41, 0 } };
	struct editor e;

	(void)state;
	screen_room(&e);
	e.link_ms = 38;
	editor_measures(&e, all, 2);
	screen_check(&e, 120, 40, "link-120x40");
	screen_check(&e, 200, 60, "link-200x60");
	/* in smaller windows it is not shown, and never for who hears it */
	screen_check(&e, 80, 24, "room-80x24");
	screen_check(&e, 40, 12, "room-40x12");
	e.calm = true;
	screen_check(&e, 200, 60, "calm-200x60");
	e.calm = false;
	/* names matter more */
	memset(e.people[2].person.name, 'y', 48);
	screen_check(&e, 120, 40, "link-names-120x40");
	pad_close(&e);
}

/* Its terminal keeps ^P for itself. */
static void
the_menu_has_a_key_that_comes_through(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	e.no_control_p = true;
	screen_check(&e, 80, 24, "xterm-js-80x24");
	screen_check(&e, 40, 12, "xterm-js-40x12");
	pad_close(&e);
}

static void
others_caret(struct editor *e)
{
	e->people[2].active_ms = 1; /* it fades */
}

static void
others_selection(struct editor *e)
{
	const struct caret other = { 2, 0, true, 180, 190 };

	peer_caret_remote(e->peer, &other, 1);
}

static void
own_selection(struct editor *e)
{
	pad_keys(e, "S-Right");
	peer_caret_set(e->peer, 0, 118, 117);
}

static void
brackets(struct editor *e)
{
	peer_caret_set(e->peer, 0, 11, 11);
}

static void
beside_brackets(struct editor *e)
{
	peer_caret_set(e->peer, 0, 9, 9);
}

static void
typing(struct editor *e)
{
	e->people[2].typed_ms = e->now_ms;
}

static void
idle(struct editor *e)
{
	e->people[2].active_ms = 1;
	e->people[2].person.state = PERSON_HERE;
}

static void
away(struct editor *e)
{
	e->people[2].person.state = PERSON_AWAY;
}

static void
failed(struct editor *e)
{
	e->run.result.verdict = VERDICT_FAILED;
}

static void
running(struct editor *e)
{
	e->run.state = RUN_RUNNING;
}

static void
offline(struct editor *e)
{
	e->was_online = true;
	e->online = false;
}

static void
over(struct editor *e)
{
	e->welcome.ended = true;
}

static void
frozen(struct editor *e)
{
	e->welcome.frozen = true;
}

static void
behind(struct editor *e)
{
	e->online = true;
	e->behind_ms = 2400;
}

static void
unread(struct editor *e)
{
	e->talk.unread[PANE_CHAT] = 1;
}

static void
the_chats_line(struct editor *e)
{
	e->pane = PANE_CHAT;
	e->talk.focus = true;
}

static void
as_it_is(struct editor *e)
{
	(void)e;
}

static void
draw_state(void (*change)(struct editor *e), struct grid *g)
{
	struct editor e;
	struct layout l;

	screen_room(&e);
	change(&e);
	assert_int_equal(grid_resize(g, 80, 24), 0);
	view_layout(&e, 80, 24, &l);
	view_draw(&e, &l, g);
	pad_close(&e);
}

/* Do they look alike where there are no colours? */
static bool
look_alike(const struct grid *a, const struct grid *b)
{
	for (int i = 0; i < a->cols * a->rows; i++)
		if (a->cells[i].cp != b->cells[i].cp ||
		    ((a->cells[i].flags ^ b->cells[i].flags) &
			(CELL_BOLD | CELL_REVERSE | CELL_UNDERLINE)))
			return false;
	return true;
}

static void
nothing_is_told_by_colour_alone(void **state)
{
	static void (*const states[])(struct editor * e) = { as_it_is,
		others_caret, others_selection, own_selection, brackets,
		beside_brackets, typing, idle, away, failed, running, offline,
		over, frozen, behind, unread, the_chats_line };
	struct grid a = { .ascii = true }, b = { .ascii = true };

	(void)state;
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		for (size_t k = 0; k < i; k++) {
			if (states[i] == idle && states[k] == others_caret)
				continue; /* the same */
			draw_state(states[i], &a);
			draw_state(states[k], &b);
			if (look_alike(&a, &b))
				fail_msg("states %zu and %zu", i, k);
		}
	grid_release(&a);
	grid_release(&b);
}

/* For who has it read out: one pane, no lines, nothing that moves by itself. */
static void
calm_screens(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	e.calm = true;
	screen_check(&e, 80, 24, "calm-80x24");
	screen_check(&e, 40, 12, "calm-40x12");
	screen_check(&e, 200, 60, "calm-200x60");
	pad_keys(&e, "C-q");
	screen_check(&e, 80, 24, "calm-leave-80x24");
	pad_keys(&e, "Esc C-o");
	screen_check(&e, 80, 24, "calm-output-80x24");
	pad_keys(&e, "C-o");
	pad_run(&e, 2, "");
	pad_run_end(&e);
	pad_keys(&e, "C-t"); /* what has happened can be read there */
	screen_check(&e, 80, 24, "calm-chat-80x24");
	pad_close(&e);
}

static void
it_says_where_one_is(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	pad_keys(&e, "M-w");
	assert_string_equal(
	    editor_toast(&e)->text, "Cleo line 5 col 13, 10 lines, run 3 OK");
	e.run.result.verdict = VERDICT_STOPPED;
	e.run.stopped_by = 2;
	pad_keys(&e, "C-Home M-w");
	assert_string_equal(editor_toast(&e)->text,
	    "Cleo line 1 col 1, 10 lines, run 3 STOPPED by Ivy");
	pad_run(&e, 1, "");
	pad_keys(&e, "M-w");
	assert_string_equal(
	    editor_toast(&e)->text, "Cleo line 1 col 1, 10 lines, run 4 runs");
	pad_keys(&e, "M-r"); /* only where something waits */
	assert_int_equal(e.request, REQUEST_NONE);
	e.calm = true;
	pad_keys(&e, "M-r");
	assert_int_equal(e.request, REQUEST_SHOW);
	pad_close(&e);
}

/* All that can be on a screen, one after the other; false: that was the last. */
static bool
next_state(struct editor *e, int n)
{
	static const char *const keys[] = { "C-f \"se", "C-\\", "C-g",
		"Esc C-t", "F8", "\"words", "Esc C-o", "Esc", "F7", "C-End",
		"C-Home S-Down", "C-a C-a", "C-Space C-End" };

	e->panel = PANEL_NONE;
	if (n < PANELS) {
		e->panel = (enum panel)n;
		return true;
	}
	n -= PANELS;
	if (n < (int)(sizeof(keys) / sizeof(keys[0]))) {
		pad_keys(e, keys[n]);
		return true;
	}
	switch (n - (int)(sizeof(keys) / sizeof(keys[0]))) {
	case 0:
		e->welcome.role = ROLE_INTERVIEWER;
		return true;
	case 1:
		e->calm = true;
		return true;
	case 2:
		pad_run(e, 1, "a\tb\xE6\x97\xA5\n");
		pad_keyboard(e, 1, true);
		return true;
	case 3:
		e->stacked = e->ascii = true;
		return true;
	case 4:
		e->lobby = true;
		return true;
	}
	return false;
}

/* No size may write outside its grid or loop. */
static void
any_size_can_be_drawn(void **state)
{
	static const int cols[] = { 1, 2, 3, 5, 7, 9, 19, 20, 21, 39, 40, 59,
		60, 79, 80, 119, 120, 121, 179, 180, 200, 499, 500 };
	static const int rows[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17,
		24, 29, 30, 60, 299, 300 };
	struct grid g = { .cols = 0 };
	struct editor e;
	struct layout l;

	(void)state;
	screen_room(&e);
	e.ask.kind = ACT_END;
	pad_remote(&e, 0, 0, "\t\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\n");
	for (int n = 0; next_state(&e, n); n++)
		for (size_t i = 0; i < sizeof(cols) / sizeof(cols[0]); i++)
			for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]);
			     k++) {
				assert_int_equal(
				    grid_resize(&g, cols[i], rows[k]), 0);
				view_layout(&e, cols[i], rows[k], &l);
				view_draw(&e, &l, &g);
				assert_in_range(g.cursor_x, 0, cols[i]);
				assert_in_range(g.cursor_y, 0, rows[k]);
			}
	grid_release(&g);
	pad_close(&e);
}

static void
ascii_has_nothing_else(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	pad_remote(&e, 0, 0, "# \xE6\x97\xA5\xC3\xA9\n");
	e.ascii = true;
	screen_check(&e, 80, 24, "ascii-80x24");
	pad_close(&e);
}

static void
a_name_can_be_pasted(void **state)
{
	static const char name[] = "Zo\xC3\xAB Ng\nx";
	const struct key key = { .code = K_PASTE,
		.text = (const uint8_t *)name,
		.len = sizeof(name) - 1 };
	struct editor e;

	(void)state;
	pad_open(&e, "");
	e.joined = false;
	e.panel = PANEL_JOIN;
	e.name[0] = '\0';
	pad_keys(&e, "Enter");
	assert_string_equal(e.hint, "Please type your name first");
	panel_key(&e, &key);
	assert_string_equal(e.hint, "");
	assert_string_equal(e.name, "Zo\xC3\xAB Ng");
	pad_close(&e);
}

static void
boxes(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	e.joined = false;
	e.panel = PANEL_JOIN;
	memcpy(e.name, "Cleo", 5);
	screen_check(&e, 80, 24, "join-80x24");
	screen_check(&e, 40, 12, "join-40x12");
	pad_keys(&e, "Enter");
	screen_check(&e, 80, 24, "join-consent-80x24");
	e.joined = true;
	e.panel = PANEL_LEAVE;
	screen_check(&e, 80, 24, "leave-80x24");
	e.panel = PANEL_NONE;
	pad_keys(&e, "C-p");
	screen_check(&e, 80, 24, "menu-80x24");
	screen_check(&e, 40, 12, "menu-40x12");
	e.panel = PANEL_LEAVE;
	snprintf(e.welcome.rejoin, sizeof(e.welcome.rejoin),
	    "ssh -p 2222 r-7f3k2@interview.engineering.example.org");
	screen_check(&e, 80, 24, "leave-long-80x24");
	screen_check(&e, 40, 12, "leave-40x12");
	screen_check(&e, 20, 7, "leave-20x7");
	pad_keys(&e, "C-l"); /* draws again elsewhere; it must not leave */
	assert_int_equal(e.request, REQUEST_NONE);
	pad_keys(&e, "l");
	assert_int_equal(e.request, REQUEST_LEAVE);
	pad_close(&e);
}

/* Tabs as arrows, other blanks as dots; in ASCII a dot could be one of the code. */
static void
blanks_can_be_seen(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	pad_remote(&e, 41, 0, "\tx = 1 \t# tail  \n");
	pad_keys(&e, "C-p\n\"show blanks\nEnter");
	screen_check(&e, 80, 24, "blanks-80x24");
	e.ascii = true;
	screen_check(&e, 40, 12, "blanks-ascii-40x12");
	pad_keys(&e, "C-p\n\"blanks: off\nEnter");
	assert_false(e.blanks);
	pad_close(&e);
}

static void
long_lines_wrap_if_wanted(void **state)
{
	struct editor e;
	struct layout l;

	(void)state;
	screen_room(&e);
	pad_remote(&e, 26, 0,
	    " # a tail that is longer than what is left of the row, which has "
	    "74 columns");
	pad_keys(&e, "C-Home End");
	view_layout(&e, 80, 24, &l);
	assert_true(e.left > 0);
	pad_keys(&e, "C-p\n\"wrap long\nEnter");
	screen_check(&e, 80, 24, "wrapped-80x24");
	assert_false(e.tiny);
	view_layout(&e, 40, 12, &l); /* where all lines wrap */
	assert_true(e.wrap);
	view_layout(&e, 80, 24, &l);
	pad_keys(&e, "C-p\n\"long lines: off\nEnter");
	view_layout(&e, 80, 24, &l);
	assert_false(e.wrap);
	pad_close(&e);
}

/* Whoever has written most of a line; what was there before is nobody's. */
static void
lines_have_authors(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	pad_remote(&e, 41, 0, "    # Ivy's line, with a tail\n");
	pad_remote(&e, 26, 0, " # tail");
	pad_keys(&e, "C-Home Down Down End\n\" mine\nEnter\n\"all of it");
	pad_keys(&e, "C-p\n\"who typed\nEnter");
	screen_check(&e, 80, 24, "authors-80x24");
	screen_check(&e, 40, 12, "authors-40x12");
	pad_keys(&e, "C-p\n\"typed what: off\nEnter");
	assert_false(e.authors);
	pad_close(&e);
}

/* Nothing but the text, or the output, for the terminal's own mouse. */
static void
the_screen_can_be_copied(void **state)
{
	struct editor e;
	struct layout l;

	(void)state;
	screen_room(&e);
	pad_remote(&e, 0, 0,
	    "# \xE6\x97\xA5 long, long, long, long, long, long, end\n\tx = "
	    "1\n");
	pad_keys(&e, "C-p\n\"copy screen\nEnter");
	assert_int_equal(e.panel, PANEL_COPY);
	screen_check(&e, 80, 24, "copy-80x24");
	screen_check(&e, 40, 12, "copy-40x12");
	screen_check(&e, 20, 5, "copy-20x5");
	pad_keys(&e, "PgDn"); /* by what the smallest screen has */
	screen_check(&e, 80, 24, "copy-down-80x24");
	for (int i = 0; i < 20; i++)
		pad_keys(&e, "Down");
	view_layout(&e, 80, 24, &l);
	assert_int_equal(e.copy.line, text_line_count(editor_text(&e)) - 1);
	pad_keys(&e, "PgUp PgUp x");
	assert_int_equal(e.panel, PANEL_NONE);
	assert_int_equal(
	    text_byte(editor_text(&e), 0), '#'); /* x is not typed */
	pad_keys(&e, "C-p\n\"copy output\nEnter");
	screen_check(&e, 40, 12, "copy-output-40x12");
	pad_keys(&e, "Up Up");
	view_layout(&e, 40, 12, &l);
	assert_int_equal(e.copy.scroll, 0);
	pad_keys(&e, "Esc C-o"); /* what has the screen is copied */
	assert_int_not_equal(e.reading, READING_NOTHING);
	pad_keys(&e, "C-p\n\"copy screen\nEnter");
	assert_true(e.copy.output);
	pad_close(&e);
}

/* What stands beside a line does not cover the gutter or another's name. */
static void
people_beyond_the_edges(void **state)
{
	const struct caret jo = { 3, 0, true, 0, 0 },
			   ivy = { 2, 0, true, 0, 0 };
	struct editor e;

	(void)state;
	screen_room(&e);
	e.people[3].person.state = PERSON_HERE;
	pad_remote(&e, 200, 0, "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n");
	peer_caret_remote(e.peer, &jo, 2);
	peer_caret_set(e.peer, 0, 216, 216);
	screen_check(&e, 80, 16, "beyond-80x16");
	screen_check(&e, 40, 12, "beyond-40x12");
	screen_check(&e, 120, 20, "beyond-120x20");
	e.run.state = RUN_NONE;
	screen_check(&e, 80, 16, "beyond-no-run-80x16");
	e.run.state = RUN_ENDED;
	e.run.result.verdict = VERDICT_FAILED; /* its time goes for them */
	e.run.result.exit_code = 1;
	peer_caret_remote(e.peer, &ivy, 2);
	screen_check(&e, 120, 20, "beyond-failed-120x20");
	pad_close(&e);
}

static void
names_stand_side_by_side(void **state)
{
	struct caret others[] = { { 2, 0, true, 190, 190 },
		{ 3, 0, true, 189, 189 } };
	struct editor e;

	(void)state;
	screen_room(&e);
	e.people[3].person.state = PERSON_HERE;
	e.people[3].moved_ms = e.now_ms;
	peer_caret_remote(e.peer, &others[0], 1);
	peer_caret_remote(e.peer, &others[1], 1);
	screen_check(&e, 80, 24, "flags-80x24");
	others[0].head = text_line_start(editor_text(&e), 7);
	peer_caret_remote(e.peer, &others[0], 1);
	peer_caret_set(e.peer, 0, 0, 0);
	pad_keys(&e, "\"0123456789012345678901234567890123456789\n"
		     "\"0123456789012345678901234567890123456789");
	screen_check(&e, 62, 16, "flags-left-62x16");
	pad_close(&e);
	screen_room(&e);
	pad_remote(&e, 0, text_len(editor_text(&e)), "");
	screen_check(&e, 120, 20, "ghost-120x20");
	screen_check(&e, 40, 12, "ghost-40x12");
	pad_close(&e);
}

static bool
is_underlined(struct editor *e, int x, int y)
{
	struct grid g = { .cols = 0 };
	struct layout l;
	bool is;

	assert_int_equal(grid_resize(&g, 80, 24), 0);
	view_layout(e, 80, 24, &l);
	view_draw(e, &l, &g);
	is = (grid_at(&g, x, y)->flags & CELL_UNDERLINE) != 0;
	grid_release(&g);
	return is;
}

/* From the middle of a line over a tab to the middle of the next; whichever end
 * the caret is at. */
static void
what_others_select_is_underlined(void **state)
{
	struct caret c = { 2, 0, true, 2, 9 };
	struct editor e;

	(void)state;
	screen_room(&e);
	pad_remote(&e, 0, 0, "one\t_\nnext\n");
	e.people[2].active_ms = e.now_ms - FADE_MS; /* no caret */
	for (int turn = 0; turn < 2; turn++) {
		peer_caret_remote(e.peer, &c, peer_seen(e.peer));
		assert_false(is_underlined(&e, 6 + 1, 1));
		assert_true(is_underlined(&e, 6 + 2, 1));
		assert_true(is_underlined(&e, 6 + 3, 1)); /* the tab */
		assert_true(is_underlined(&e, 6 + 4, 1));
		assert_false(is_underlined(&e, 6 + 5, 1));
		assert_true(is_underlined(&e, 6 + 2, 2));
		assert_false(is_underlined(&e, 6 + 3, 2));
		c = (struct caret){ 2, 0, true, 9, 2 };
	}
	e.people[2].person.state = PERSON_AWAY;
	assert_false(is_underlined(&e, 6 + 3, 1));
	e.people[2].person.state = PERSON_HERE;
	e.quiet = true;
	assert_false(is_underlined(&e, 6 + 3, 1));
	pad_close(&e);
}

/* A name is shown when its caret comes to another line, also by typing, and not
 * when others move that line. */
static void
names_are_shown_after_a_move(void **state)
{
	struct caret c = { 3, 0, true, 40, 40 };
	struct editor e;

	(void)state;
	screen_room(&e);
	e.people[3].person.state = PERSON_HERE;
	peer_caret_remote(e.peer, &c, 1);
	editor_moved(&e, 3);
	assert_int_equal(e.people[3].moved_ms, e.now_ms);
	e.now_ms += 1000;
	pad_remote(&e, 190, 0, "x");
	assert_int_equal(e.people[2].moved_ms, e.now_ms);
	e.now_ms += 1000;
	pad_remote(&e, 191, 0, "y");
	assert_int_equal(e.people[2].moved_ms, e.now_ms - 1000);
	pad_remote(&e, 192, 0, "\n");
	assert_int_equal(e.people[2].moved_ms, e.now_ms);
	e.now_ms += 1000;
	pad_remote(&e, 0, 0, "\n");
	editor_moved(&e, 3);
	assert_int_equal(e.people[3].moved_ms, e.now_ms - 3000);
	assert_int_equal(e.people[3].active_ms, e.now_ms - 3000);
	pad_close(&e);
}

/* Who does nothing fades: first the caret, then the chip says so. */
static void
idle_people_fade(void **state)
{
	struct grid g = { .cols = 0 };
	struct layout l;
	struct editor e;
	int x;

	(void)state;
	screen_room(&e);
	x = 6 + 190 - (int)text_line_start(editor_text(&e), 8);
	assert_int_equal(grid_resize(&g, 80, 24), 0);
	view_layout(&e, 80, 24, &l);
	view_draw(&e, &l, &g);
	assert_int_equal(
	    grid_at(&g, x, 9)->flags, CELL_REVERSE | CELL_UNDERLINE);
	e.now_ms += FADE_MS;
	view_draw(&e, &l, &g);
	assert_int_equal(grid_at(&g, x, 9)->flags & CELL_REVERSE, 0);
	assert_int_equal(grid_at(&g, 0, 9)->cp, 'I');
	e.now_ms += IDLE_MS - FADE_MS;
	e.people[1].active_ms = e.now_ms;
	screen_check(&e, 80, 24, "idle-80x24");
	grid_release(&g);
	pad_close(&e);
}

static void
chips_of_many(void **state)
{
	struct person people[] = {
		{ 1, ROLE_CANDIDATE, PERSON_HERE, true, "C", "Cleo", 0 },
		{ 2, ROLE_INTERVIEWER, PERSON_AWAY, true, "I", "Ivy", 0 },
		{ 3, ROLE_INTERVIEWER, PERSON_HERE, true, "J", "Jo", 0 },
		{ 4, ROLE_INTERVIEWER, PERSON_HERE, true, "K", "Kim", 0 },
		{ 5, ROLE_INTERVIEWER, PERSON_HERE, true, "L", "Lee", 0 },
		{ 6, ROLE_OBSERVER, PERSON_HERE, true, "O", "Oz", 0 },
		{ 7, ROLE_OBSERVER, PERSON_HERE, true, "P", "Pat", 0 },
	};
	struct editor e;

	(void)state;
	screen_room(&e);
	editor_people(&e, people, 5);
	screen_check(&e, 40, 12, "chips-40x12");
	editor_people(&e, people, 7);
	screen_check(&e, 40, 12, "chips-more-40x12");
	pad_close(&e);
}

/* Of N people whose names are "Somebody", the columns of all chips' names, at 200
 * columns. */
static int
named_columns(int n)
{
	struct person *people = xcalloc((size_t)n, sizeof(*people));
	struct grid g = { .cols = 0 };
	struct layout l;
	struct editor e;
	int cols = 0;

	screen_room(&e);
	for (int i = 0; i < n; i++) {
		people[i] = (struct person){ (uint8_t)(i + 1), ROLE_OBSERVER,
			PERSON_HERE, true, "O", "Somebody", 0 };
		e.people[i + 1].link_ms = 20;
	}
	editor_people(&e, people, (uint32_t)n);
	assert_int_equal(grid_resize(&g, 200, 60), 0);
	view_layout(&e, 200, 60, &l);
	view_draw(&e, &l, &g);
	for (int i = 0; i < g.nspots; i++)
		if (g.spots[i].kind == SPOT_PERSON && g.spots[i].y == 0)
			cols += g.spots[i].end - g.spots[i].x - 2;
	grid_release(&g);
	free(people);
	pad_close(&e);
	return cols;
}

/* First it is not told how far they are, then the last ones have no names. */
static void
of_a_crowd_the_first_have_names(void **state)
{
	int name = (int)strlen("Somebody");

	(void)state;
	assert_true(named_columns(7) > 7 * name);
	assert_int_equal(named_columns(10), 10 * name);
	assert_int_equal(named_columns(20), 7 * name);
	assert_int_equal(named_columns(SITE_MAX), 0);
}

static void
line_numbers_are_whole(void **state)
{
	struct editor e;
	char text[12001];

	(void)state;
	memset(text, '\n', sizeof(text) - 1);
	text[120] = text[sizeof(text) - 1] = '\0';
	pad_open(&e, text);
	pad_keys(&e, "C-End \n\"x");
	screen_check(&e, 40, 12, "numbers-40x12");
	pad_close(&e);
	text[120] = '\n';
	pad_open(&e, text);
	pad_keys(&e, "C-End \n\"x");
	screen_check(&e, 80, 16, "numbers-80x16");
	pad_close(&e);
}

static void
running_away_and_reconnecting(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	e.run.state = RUN_RUNNING;
	e.run.started_ms = e.now_ms - 3000;
	peer_caret_set(e.peer, 0, 0, 0);
	e.online = false;
	screen_check(&e, 80, 16, "reconnecting-80x16");
	screen_check(&e, 40, 12, "reconnecting-40x12");
	pad_close(&e);
}

/* Where the caret is on a screen of 80x24, which has 15 rows of text. */
static int
caret_row(struct editor *e)
{
	struct grid g = { .cols = 0 };
	struct layout l;
	int row;

	assert_int_equal(grid_resize(&g, 80, 24), 0);
	view_layout(e, 80, 24, &l);
	view_draw(e, &l, &g);
	row = g.cursor ? g.cursor_y : -1;
	grid_release(&g);
	return row;
}

static void
odd_text_keeps_its_columns(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e,
	    "\tx\n\xE6\x97\xA5\xE6\x9C\xAC|\ne\xCC\x81|\n"
	    "a\x01"
	    "b\xE2\x80\xAE"
	    "c|\n"
	    "0123456789012345678901234567890123456789012345678901234567890123"
	    "456789012345678901234567890123456789\n");
	screen_check(&e, 80, 16, "odd-80x16");
	pad_remote(&e, 0, text_len(editor_text(&e)),
	    "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7\n" /* family */
	    "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA\n"             /* flag */
	    "\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD\n"             /* skin */
	    "\xE2\x98\xBA\xEF\xB8\x8F|\n"                    /* VS16 */
	    "\xE0\xB8\x81\xE0\xB9\x87"
	    "e\xCC\x81|\n");
	screen_check(&e, 80, 16, "pictures-80x16");
	pad_remote(&e, 0, text_len(editor_text(&e)),
	    "\tx\n\xE6\x97\xA5\xE6\x9C\xAC|\ne\xCC\x81|\n..|\n"
	    "0123456789012345678901234567890123456789012345678901234567890123"
	    "456789012345678901234567890123456789\n");
	pad_keys(&e, "C-End Up End");
	screen_check(&e, 80, 16, "long-80x16");
	pad_keys(&e, "Up"); /* a line that fits is seen whole */
	assert_int_equal(caret_row(&e), 4);
	assert_int_equal(e.left, 0);
	pad_close(&e);
}

static void
the_caret_stays_on_the_screen(void **state)
{
	char text[201];
	struct editor e;
	struct layout l;

	(void)state;
	for (int i = 0; i < 200; i++)
		text[i] = i % 2 == 0 ? 'x' : '\n';
	text[200] = '\0';
	pad_open(&e, text);
	peer_caret_set(e.peer, 0, 20, 20);
	assert_int_equal(caret_row(&e), 11);
	pad_remote(&e, 0, 0, "\n\n\n");
	assert_int_equal(caret_row(&e), 14);
	pad_remote(&e, 4, 0, "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n");
	assert_int_equal(caret_row(&e), 15);
	pad_remote(&e, 0, 0, "\n\n\n"); /* above what is seen */
	assert_int_equal(caret_row(&e), 15);
	pad_keys(&e, "C-Home Down Down");
	assert_int_equal(caret_row(&e), 3);
	pad_keys(&e, "PgDn PgDn");
	assert_int_equal(caret_row(&e), 3);
	assert_int_equal(e.top, 28);
	pad_keys(&e, "PgUp");
	assert_int_equal(caret_row(&e), 3);
	assert_int_equal(e.top, 14);
	pad_keys(&e, "C-End");
	assert_int_equal(caret_row(&e), 15);
	view_layout(&e, 100, 60, &l); /* it grows: no rows stay empty */
	assert_int_equal(
	    e.top + (size_t)l.text_rows, text_line_count(editor_text(&e)));
	pad_close(&e);
}

/* On narrow screens long lines go on in the next row. Wherever the caret is, it
 * is seen, and on its character. */
static void
long_lines_wrap(void **state)
{
	static const char *const lines[] = { "", "short",
		"\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E wide ", "\ttab ",
		"0123456789" };
	struct grid g = { .cols = 0 };
	char text[8192] = "";
	struct editor e;
	struct layout l;
	uint32_t cp;
	size_t len, pos;

	(void)state;
	for (unsigned i = 0; i < 40; i++) {
		for (unsigned n = 0; n < i * 7 % 23; n++)
			strcat(text, lines[(i + n / 5) % 5]);
		strcat(text, "\n");
	}
	pad_open(&e, text);
	len = strlen(text);
	for (unsigned i = 0; i < 3000; i++) {
		pos = i < 1000 ? i * len / 1000 : i * 7919 % len;
		while (!utf8_starts((uint8_t)text[pos]))
			pos--;
		peer_caret_set(e.peer, 0, pos, pos);
		assert_int_equal(grid_resize(&g, 20 + (int)(i / 10 % 40),
				     5 + (int)(i / 400)),
		    0);
		view_layout(&e, g.cols, g.rows, &l);
		view_draw(&e, &l, &g);
		assert_true(g.cursor && g.cursor_y >= l.text_y &&
			    g.cursor_y < l.text_y + l.text_rows);
		utf8_decode(text + pos, len - pos, &cp);
		if (cp != '\n' && cp != '\t')
			assert_int_equal(
			    grid_at(&g, g.cursor_x, g.cursor_y)->cp, cp);
		assert_true(e.skip == 0 || e.top > 0 || e.skip < 60);
	}
	peer_caret_set(e.peer, 0, 0, 0);
	screen_check(&e, 40, 12, "wrap-40x12");
	for (int i = 0; i < 20; i++)
		pad_keys(&e, "PgDn");
	screen_check(&e, 40, 12, "wrap-end-40x12");
	pad_keys(&e, "PgUp");
	screen_check(&e, 40, 12, "wrap-up-40x12");
	screen_check(&e, 80, 24, "wrap-80x24");
	grid_release(&g);
	pad_close(&e);
}

static void
programs_cannot_drive_the_terminal(void **state)
{
	static const char hostile[] =
	    "a\x1B]52;c;eHg=\x07"
	    "b\x1B[2J\x1B[Hc\rd\x07"
	    "e\x1BP1;2q\x1B\\f\n"
	    "\x9B"
	    "31mg\xC2\x9B"
	    "h\n"
	    "\xE2\x80\xAE"  /* RLO */
	    "i\xE2\x81\xA0" /* WJ */
	    "j\xF3\xA0\x81\x81" /* tag */ "k\n"
	    "\xCC\x81l\xCC\x81\xCC\x82\xCC\x83\xCC\x84\x7F\n"
	    "\x1B[?1049h\x1B[3\x1B";
	struct editor e;

	(void)state;
	screen_room(&e);
	buf_clear(&e.run.text);
	editor_output(&e, hostile, sizeof(hostile) - 1);
	screen_check(&e, 80, 24, "hostile-80x24");
	pad_close(&e);
}

/* Anything, but more of what terminals listen to. LEN bytes, valid as UTF-8 or,
 * as a program may write them, not. */
static void
make_noise(uint32_t *seed, uint8_t *dst, size_t len, bool valid)
{
	static const uint32_t some[] = { 0x1B, 0x1B, '[', ']', 'P', ';', 'm',
		'(', '?', 7, 8, '\t', '\r', '\n', 0x7F, 0x90, 0x9B, 0x9D, 0x301,
		0x202E, 0x200D, 0xFE0F, 0x1F600, 0x4E2D, 0xE0041, 0x1F1E6 };
	size_t at = 0;
	uint32_t cp;
	int n;

	while (at + 4 <= len) {
		*seed = *seed * 1664525 + 1013904223;
		cp = *seed >> 11;
		cp = cp % 3 == 0 ? some[cp / 3 % (sizeof(some) / sizeof(*some))]
		     : cp % 3 == 1 ? cp / 3 % 0x300
				   : cp / 3 % 0x110000;
		if (!valid && cp % 7 == 0)
			dst[at++] = (uint8_t)(*seed >> 24);
		else if (cp != 0 && (n = utf8_encode(cp, dst + at)) > 0)
			at += (size_t)n;
	}
	memset(dst + at, '.', len - at);
}

/* What the terminal is given comes from the cells alone (tty.c). */
static void
expect_harmless(struct grid *g)
{
	const struct cell *c;

	for (int y = 0; y < g->rows; y++)
		for (int x = 0; x < g->cols; x++) {
			c = grid_at(g, x, y);
			if (c->cp == 0) {
				assert_int_equal(
				    grid_at(g, x - 1, y)->width, 2);
				continue;
			}
			assert_int_equal(utf8_cp_width(c->cp), c->width);
			assert_true(c->width == 1 || c->width == 2);
			assert_true(x + c->width <= g->cols);
			for (int i = 0; i < CELL_MARKS; i++)
				assert_true(c->marks[i] == 0 ||
					    utf8_cp_width(c->marks[i]) == 0);
		}
}

static void
nothing_that_is_written_leaves_the_cells(void **state)
{
	static const int sizes[][2] = { { 80, 24 }, { 40, 12 }, { 120, 40 } };
	uint8_t text[2001], output[3000];
	uint32_t seed = 1;
	struct editor e;
	struct grid g = { .cols = 0 };
	struct layout l;

	(void)state;
	for (int i = 0; i < 300; i++) {
		make_noise(&seed, text, sizeof(text) - 1, true);
		text[sizeof(text) - 1] = '\0';
		make_noise(&seed, output, sizeof(output), false);
		screen_room(&e);
		pad_remote(&e, 0, 0, (const char *)text);
		make_noise(&seed, (uint8_t *)e.people[2].person.name, 60, true);
		make_noise(&seed, (uint8_t *)e.welcome.room, 8, true);
		editor_say(&e, TOAST_ERROR, "%.60s", (const char *)text);
		/* in two parts, as records come */
		editor_output(&e, output, (size_t)i * 10);
		editor_output(
		    &e, output + i * 10, sizeof(output) - (size_t)i * 10);
		e.left = (size_t)i % 50;
		assert_int_equal(
		    grid_resize(&g, sizes[i % 3][0], sizes[i % 3][1]), 0);
		view_layout(&e, g.cols, g.rows, &l);
		view_draw(&e, &l, &g);
		expect_harmless(&g);
		pad_keys(&e, "C-q");
		view_draw(&e, &l, &g);
		expect_harmless(&g);
		pad_close(&e);
	}
	grid_release(&g);
}

/* Six people, of whom four have a colour by their letter, each on a line of their
 * own; a program with all that a lexer knows. */
static void
open_looks(struct editor *e)
{
	static const char *const labels[] = { "C", "I", "J", "K", "L", "M" };
	struct person people[6];
	struct caret c = { .shown = true };

	screen_room(e);
	pad_remote(e, 0, 0, "# Two of them.\nwords = \"two\" # text\n");
	for (uint8_t i = 0; i < 6; i++) {
		people[i] = (struct person){ i + 1,
			i == 0 ? ROLE_CANDIDATE : ROLE_INTERVIEWER, PERSON_HERE,
			true, "", "", 0 };
		snprintf(
		    people[i].label, sizeof(people[i].label), "%s", labels[i]);
		snprintf(people[i].name, sizeof(people[i].name), "%s%s",
		    labels[i], "o");
	}
	editor_people(e, people, 6);
	for (uint8_t i = 1; i < 6; i++) {
		c.site = i + 1;
		c.head = c.anchor = text_line_start(editor_text(e), 5 + i) + i;
		peer_caret_remote(e->peer, &c, peer_seen(e->peer));
		e->people[i + 1].active_ms = e->now_ms;
		e->people[i + 1].moved_ms = i % 2 != 0 ? e->now_ms : 0;
	}
	e->ntoasts = 0;
}

static void
looks_are_as_they_should_be(void **state)
{
	const struct caret other = { 2, 0, true, 45, 68 };
	struct editor e;

	(void)state;
	open_looks(&e);
	screen_check_looks(&e, 80, 24, "looks-80x24");
	peer_caret_remote(e.peer, &other, peer_seen(e.peer));
	pad_keys(&e, "C-Home Right Right S-Down");
	e.ntoasts = 0;
	screen_check_looks(&e, 80, 24, "looks-selected-80x24");
	pad_keys(&e, "Left C-End Up End");
	e.ntoasts = 0;
	screen_check_looks(&e, 80, 24, "looks-brackets-80x24");
	pad_close(&e);
}

static void
output_may_have_colours_and_return(void **state)
{
	static const char text[] = "\r  0%\r 50%\r100%\n"
				   "ab\b\bAB \x1B(B(plain)\r\n"
				   "\xE6\x97\xA5\xE6\x9C\xAC\rx\n"
				   "\x1B[1;31mred\x1B[0;4mline\x1B[24m "
				   "\x1B[38;5;200mtext\x1B[92mgreen\n"
				   "still\x1B[m plain";
	struct editor e;

	(void)state;
	screen_room(&e);
	buf_clear(&e.run.text);
	editor_output(&e, text, sizeof(text) - 1);
	screen_check_looks(&e, 80, 24, "colours-80x24");
	pad_close(&e);
}

static void
last_words_say_what_is_missing(void **state)
{
	static const char unresolved[] =
	    "\nurllib.error.URLError: <urlopen error [Errno -3] Temporary "
	    "failure in name resolution>\n";
	struct editor e;

	(void)state;
	screen_room(&e);
	e.run.result.verdict = VERDICT_OUTPUT;
	screen_check(&e, 80, 16, "words-output-80x16");
	e.run.result.verdict = VERDICT_MEMORY;
	screen_check(&e, 80, 16, "words-memory-80x16");
	e.run.result.verdict = VERDICT_STOPPED;
	e.run.stopped_by = 2;
	screen_check(&e, 80, 16, "words-stopped-80x16");
	screen_check(&e, 120, 16, "words-stopped-120x16");
	e.run.result.verdict = VERDICT_FAILED;
	editor_output(&e, unresolved, strlen(unresolved));
	screen_check(&e, 80, 16, "words-network-80x16");
	editor_output(&e, "That is all.\n", 13);
	screen_check(&e, 80, 16, "words-failed-80x16");
	e.run.result.verdict = VERDICT_STOPPED;
	for (int i = 0; i < 5000; i++)
		editor_output(&e, "\n", 1);
	pad_keys(&e, "C-o C-o Home");
	screen_check(&e, 80, 16, "words-cut-80x16");
	pad_keys(&e, "End");
	screen_check(&e, 80, 16, "words-cut-end-80x16");
	pad_close(&e);
}

static void
output_can_be_read(void **state)
{
	struct editor e;
	char line[32];

	(void)state;
	screen_room(&e);
	for (int i = 1; i <= 100; i++)
		editor_output(&e, line,
		    (size_t)snprintf(line, sizeof(line), "line %d\n", i));
	/* nothing else is covered, unless that is asked for */
	pad_keys(&e, "C-o");
	screen_check(&e, 80, 24, "reading-pane-80x24");
	screen_check(&e, 120, 40, "reading-pane-120x40");
	pad_keys(&e, "PgUp");
	assert_int_equal(e.run.scroll, e.out_page - 1);
	pad_keys(&e, "C-o"); /* what was read is still there */
	assert_int_equal(e.run.scroll, e.out_page - 1);
	pad_keys(&e, "End");
	screen_check(&e, 80, 24, "reading-80x24");
	screen_check(&e, 120, 40, "reading-120x40");
	screen_check(&e, 80, 24, "reading-80x24");
	pad_keys(&e, "PgUp Up");
	screen_check(&e, 80, 24, "reading-older-80x24");
	/* the start is a limit: back down is as far as up */
	pad_keys(&e, "Home Home PgUp");
	screen_check(&e, 80, 24, "reading-start-80x24");
	assert_int_equal(e.run.scroll, 101 - e.out_page);
	pad_keys(&e, "PgDn");
	assert_int_equal(e.run.scroll, 101 - e.out_page - e.out_page + 1);
	pad_keys(&e, "End");
	screen_check(&e, 80, 24, "reading-80x24");
	pad_keys(&e, "Up Esc");
	assert_int_equal(e.reading, READING_NOTHING);
	assert_int_equal(e.run.scroll, 0);
	/* typing is seen */
	pad_keys(&e, "C-o C-r C-c C-o C-o\n\"x");
	assert_int_equal(e.reading, READING_NOTHING);
	pad_close(&e);
}

/* Cleo runs a program that asks for a number; it has waited for 7 s. */
static void
open_asking(struct editor *e)
{
	screen_room(e);
	pad_keys(e, "C-r");
	pad_run(e, 1, "n? ");
	pad_keyboard(e, 1, true);
	e->ntoasts = 0;
	e->now_ms += 7000;
}

static void
a_program_that_waits(void **state)
{
	struct editor e;

	(void)state;
	open_asking(&e);
	pad_keys(&e, "\"2");
	editor_say(&e, TOAST_JOIN, "+ Bob joined"); /* that can be seen */
	screen_check(&e, 80, 24, "stdin-80x24");
	e.ntoasts = 0;
	screen_check(&e, 120, 40, "stdin-120x40");
	screen_check(&e, 40, 12, "stdin-40x12");
	screen_check(&e, 20, 5, "stdin-20x5");
	e.ascii = true;
	screen_check(&e, 80, 24, "stdin-ascii-80x24");
	e.ascii = false;
	e.calm = true;
	screen_check(&e, 80, 24, "stdin-calm-80x24");
	e.calm = false;
	pad_keys(&e, "Enter");
	pad_typed(&e, 1, "2\n");
	pad_keyboard(&e, 1, false);
	screen_check(&e, 80, 24, "stdin-sent-80x24");
	pad_typed(&e, 1, "3 4\n");
	pad_keyboard(&e, 1, true);
	pad_keys(&e, "\"5 6");
	screen_check(&e, 80, 24, "stdin-more-80x24");
	pad_keys(&e, "C-o");
	screen_check(&e, 80, 24, "stdin-output-80x24");
	pad_keys(&e, "Esc");
	screen_check(&e, 80, 24, "stdin-left-80x24");
	screen_check(&e, 40, 12, "stdin-left-40x12");
	pad_close(&e);
}

static void
a_program_that_waits_for_somebody_else(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	pad_run(&e, 2, "n? ");
	pad_keyboard(&e, 2, true);
	screen_check(&e, 80, 24, "stdin-other-80x24");
	e.ntoasts = 0;
	screen_check(&e, 40, 12, "stdin-other-40x12");
	screen_check(&e, 120, 40, "stdin-other-120x40");
	e.welcome.writable = false;
	screen_check(&e, 80, 24, "stdin-observer-80x24");
	pad_close(&e);
}

static void
a_long_line_of_input_is_seen_where_it_is_typed(void **state)
{
	struct editor e;

	(void)state;
	open_asking(&e);
	for (int i = 0; i < 12; i++)
		pad_keys(&e, "\"0123456789");
	screen_check(&e, 80, 24, "stdin-long-80x24");
	pad_keys(&e, "Home Right Right");
	screen_check(&e, 80, 24, "stdin-long-start-80x24");
	for (int i = 0; i < 30; i++) {
		e.now_ms++;
		editor_output(&e, "line\n", 5);
	}
	screen_check(&e, 40, 12, "stdin-full-40x12");
	pad_keys(&e, "PgUp");
	screen_check(&e, 80, 24, "stdin-scrolled-80x24");
	pad_close(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(room_at_each_size),
		cmocka_unit_test(how_far_everybody_is),
		cmocka_unit_test(the_menu_has_a_key_that_comes_through),
		cmocka_unit_test(nothing_is_told_by_colour_alone),
		cmocka_unit_test(calm_screens),
		cmocka_unit_test(it_says_where_one_is),
		cmocka_unit_test(any_size_can_be_drawn),
		cmocka_unit_test(ascii_has_nothing_else),
		cmocka_unit_test(boxes),
		cmocka_unit_test(the_screen_can_be_copied),
		cmocka_unit_test(lines_have_authors),
		cmocka_unit_test(blanks_can_be_seen),
		cmocka_unit_test(long_lines_wrap_if_wanted),
		cmocka_unit_test(people_beyond_the_edges),
		cmocka_unit_test(names_stand_side_by_side),
		cmocka_unit_test(what_others_select_is_underlined),
		cmocka_unit_test(names_are_shown_after_a_move),
		cmocka_unit_test(idle_people_fade),
		cmocka_unit_test(chips_of_many),
		cmocka_unit_test(of_a_crowd_the_first_have_names),
		cmocka_unit_test(line_numbers_are_whole),
		cmocka_unit_test(a_name_can_be_pasted),
		cmocka_unit_test(running_away_and_reconnecting),
		cmocka_unit_test(odd_text_keeps_its_columns),
		cmocka_unit_test(the_caret_stays_on_the_screen),
		cmocka_unit_test(long_lines_wrap),
		cmocka_unit_test(programs_cannot_drive_the_terminal),
		cmocka_unit_test(nothing_that_is_written_leaves_the_cells),
		cmocka_unit_test(looks_are_as_they_should_be),
		cmocka_unit_test(output_may_have_colours_and_return),
		cmocka_unit_test(last_words_say_what_is_missing),
		cmocka_unit_test(output_can_be_read),
		cmocka_unit_test(a_program_that_waits),
		cmocka_unit_test(a_program_that_waits_for_somebody_else),
		cmocka_unit_test(
		    a_long_line_of_input_is_seen_where_it_is_typed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
