/* mouse.c - what clicks and the wheel do, on the screen as it is drawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/mouse.h"
#include "client/place.h"
#include "client/summary.h"
#include "tests/lib/pad.h"
#include "tests/lib/screen.h"

/* One frame, and what can be clicked on there. */
static struct grid g;
static struct layout l;
static struct key pressed;

static void
show(struct editor *e, int cols, int rows)
{
	assert_int_equal(grid_resize(&g, cols, rows), 0);
	view_layout(e, cols, rows, &l);
	view_draw(e, &l, &g);
}

static bool
mouse(struct editor *e, enum mouse what, int x, int y)
{
	const struct key key = { .code = K_MOUSE,
		.mouse = (uint8_t)what,
		.x = (uint16_t)x,
		.y = (uint16_t)y };
	int cols = g.cols, rows = g.rows;
	bool used = mouse_key(e, &l, &g, &key, &pressed);

	show(e, cols, rows);
	return used;
}

/* Where TEXT is on the screen. */
static void
find(const char *text, int *x, int *y)
{
	size_t n = strlen(text), i;

	for (*y = 0; *y < g.rows; ++*y)
		for (*x = 0; *x + (int)n <= g.cols; ++*x) {
			for (i = 0; i < n; i++)
				if (grid_at(&g, *x + (int)i, *y)->cp !=
				    (uint8_t)text[i])
					break;
			if (i == n)
				return;
		}
	fail_msg("%s is not on the screen", text);
}

static bool
click(struct editor *e, const char *text)
{
	int x, y;

	find(text, &x, &y);
	return mouse(e, MOUSE_PRESS, x, y);
}

static size_t
head(const struct editor *e)
{
	return peer_caret(e->peer).head;
}

/* A click on the cell where a byte is drawn gives that byte, wrapped or not. */
static void
a_click_is_where_it_is_seen(void **state)
{
	static const char odd[] =
	    "\tab\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E e\xCC"
	    "\x81 0123456789012345678901234567890123456789"
	    "\xE6\x97\xA5\xE6\x97\xA5\n\n\tx\n";
	static const int sizes[][2] = { { 40, 12 }, { 80, 24 }, { 21, 9 } };
	const struct text *t;
	struct editor e;
	struct place p;
	size_t line;
	int x, y;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		pad_open(&e, odd);
		t = editor_text(&e);
		for (size_t pos = 0; pos <= text_len(t);
		     pos = pos < text_len(t) ? text_next(t, pos) : pos + 1) {
			peer_caret_set(e.peer, 0, pos, pos);
			show(&e, sizes[i][0], sizes[i][1]);
			x = g.cursor_x;
			y = g.cursor_y;
			line = text_line_of(t, pos);
			p = place_of(&e, line, pos);
			if (x != l.gutter + (int)(p.column - e.left))
				continue; /* beyond the edge */
			peer_caret_set(e.peer, 0, 0, 0);
			e.loose = true;
			e.now_ms += CLICKS_MS + 1;
			assert_true(mouse(&e, MOUSE_PRESS, x, y));
			assert_int_equal(head(&e), pos);
		}
		pad_close(&e);
	}
}

static void
beside_and_below_the_text(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "one\n  two");
	show(&e, 80, 24);
	assert_true(mouse(&e, MOUSE_PRESS, 60, 1));
	assert_int_equal(head(&e), 3);
	assert_true(mouse(&e, MOUSE_PRESS, 2, 2)); /* a line's number */
	assert_int_equal(head(&e), 4);
	assert_true(mouse(&e, MOUSE_PRESS, 7, 9));
	assert_int_equal(head(&e), 9);
	assert_false(mouse(&e, MOUSE_PRESS, 40, 22));
	assert_false(mouse(&e, MOUSE_RELEASE, 6, 1));
	assert_false(mouse(&e, MOUSE_DRAG, 6, 1));
	assert_int_equal(head(&e), 9);
	pad_keys(&e, "C-t\n\"draft");
	show(&e, 80, 24);
	assert_true(mouse(&e, MOUSE_PRESS, 6, 1));
	pad_keys(&e, "\"x");
	assert_true(pad_is(&e, "x\xE2\x80\xB8one\n  two"));
	assert_int_equal(e.talk.drafts[PANE_CHAT].len, 5);
	pad_keys(&e, "C-o"); /* the output, too, gives up the keys */
	show(&e, 80, 24);
	assert_int_equal(e.reading, READING_PANE);
	e.now_ms += CLICKS_MS + 1;
	assert_true(mouse(&e, MOUSE_PRESS, 6, 1));
	assert_int_equal(e.reading, READING_NOTHING);
	pad_keys(&e, "C-f\n\"t"); /* and so does the find bar */
	show(&e, 80, 24);
	e.now_ms += CLICKS_MS + 1;
	assert_true(mouse(&e, MOUSE_PRESS, 6, 1));
	pad_keys(&e, "\"y");
	assert_true(pad_is(&e, "y\xE2\x80\xB8xone\n  two"));
	pad_close(&e);
}

static void
selects(const struct editor *e, size_t anchor, size_t at)
{
	struct caret c = peer_caret(e->peer);

	assert_int_equal(c.anchor, anchor);
	assert_int_equal(c.head, at);
}

static void
a_drag_selects(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "one two\nthree\n");
	show(&e, 80, 24);
	assert_false(mouse(&e, MOUSE_DRAG, 9, 1)); /* nothing is held */
	assert_true(mouse(&e, MOUSE_PRESS, 10, 1));
	assert_true(mouse(&e, MOUSE_DRAG, 8, 2));
	selects(&e, 4, 10);
	assert_true(mouse(&e, MOUSE_DRAG, 7, 1)); /* and back */
	selects(&e, 4, 1);
	assert_false(mouse(&e, MOUSE_RELEASE, 7, 1));
	assert_false(mouse(&e, MOUSE_DRAG, 9, 2));
	selects(&e, 4, 1);
	pad_keys(&e, "\"X");
	assert_true(pad_is(&e, "oX\xE2\x80\xB8two\nthree\n"));
	/* what others write before it moves where it began */
	assert_true(mouse(&e, MOUSE_PRESS, 8, 2));
	pad_remote(&e, 0, 0, "# ");
	assert_true(mouse(&e, MOUSE_DRAG, 11, 2));
	selects(&e, 10, 13);
	/* a box in front takes the button away */
	pad_keys(&e, "C-p Esc");
	e.panel = PANEL_MENU;
	assert_false(mouse(&e, MOUSE_DRAG, 6, 1));
	e.panel = PANEL_NONE;
	assert_false(mouse(&e, MOUSE_DRAG, 6, 1));
	selects(&e, 10, 13);
	pad_close(&e);
}

static void
two_clicks_are_a_word_and_three_a_line(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, "one two_2 +=  x\nthree");
	show(&e, 80, 24);
	mouse(&e, MOUSE_PRESS, 11, 1);
	mouse(&e, MOUSE_PRESS, 11, 1);
	selects(&e, 4, 9);
	mouse(&e, MOUSE_DRAG, 7, 1); /* whole words, the first one included */
	selects(&e, 9, 0);
	mouse(&e, MOUSE_DRAG, 20, 1);
	selects(&e, 4, 15);
	mouse(&e, MOUSE_RELEASE, 20, 1);
	mouse(&e, MOUSE_PRESS, 11, 1);
	selects(&e, 0, 16);
	mouse(&e, MOUSE_DRAG, 8, 2);
	selects(&e, 0, 21);
	mouse(&e, MOUSE_RELEASE, 8, 2);
	mouse(&e, MOUSE_PRESS, 11, 1); /* the fourth begins anew */
	selects(&e, 5, 5);
	e.now_ms += CLICKS_MS + 1; /* too late to belong to it */
	mouse(&e, MOUSE_PRESS, 11, 1);
	selects(&e, 5, 5);
	mouse(&e, MOUSE_PRESS, 18, 1); /* elsewhere */
	selects(&e, 12, 12);
	mouse(&e, MOUSE_PRESS, 18, 1); /* blanks */
	selects(&e, 12, 14);
	mouse(&e, MOUSE_PRESS, 16, 1);
	mouse(&e, MOUSE_PRESS, 16, 1);
	selects(&e, 10, 11);
	mouse(&e, MOUSE_PRESS, 60, 2); /* behind the last line */
	mouse(&e, MOUSE_PRESS, 60, 2);
	selects(&e, 21, 21);
	pad_close(&e);
}

static void
open_long(struct editor *e)
{
	screen_room(e);
	for (int i = 0; i < 50; i++)
		pad_remote(e, 0, 0, "\n");
	show(e, 80, 24);
}

static void
the_wheel_leaves_the_caret(void **state)
{
	struct editor e;
	size_t top, at;

	(void)state;
	open_long(&e);
	top = e.top;
	at = head(&e);
	assert_true(top > WHEEL_LINES);
	assert_true(mouse(&e, MOUSE_WHEEL_UP, 20, 5));
	assert_int_equal(e.top, top - WHEEL_LINES);
	for (int i = 0; i < 50; i++)
		mouse(&e, MOUSE_WHEEL_UP, 20, 5);
	assert_int_equal(e.top, 0);
	assert_int_equal(head(&e), at);
	assert_false(g.cursor);
	for (int i = 0; i < 50; i++)
		mouse(&e, MOUSE_WHEEL_DOWN, 20, 5);
	assert_int_equal(place_bottom(&e), text_line_count(editor_text(&e)));
	assert_int_equal(e.page, place_bottom(&e) - e.top);
	for (int i = 0; i < 50; i++)
		mouse(&e, MOUSE_WHEEL_UP, 20, 5);
	pad_keys(&e, "Right");
	show(&e, 80, 24);
	assert_true(g.cursor);
	pad_close(&e);
	pad_open(&e, "short");
	show(&e, 80, 24);
	assert_false(mouse(&e, MOUSE_WHEEL_DOWN, 20, 5));
	pad_close(&e);
}

static void
the_wheel_scrolls_what_it_is_over(void **state)
{
	struct editor e;

	(void)state;
	open_long(&e);
	for (int i = 0; i < 100; i++) {
		editor_output(&e, "line\n", 5);
		pad_said(&e, (uint64_t)i + 2, 2, SAY_ALL, "hello");
	}
	show(&e, 120, 40);
	mouse(&e, MOUSE_WHEEL_UP, l.out.x, l.out.y);
	assert_int_equal(e.run.scroll, WHEEL_LINES);
	assert_int_equal(e.talk.scroll[PANE_CHAT], 0);
	mouse(&e, MOUSE_WHEEL_UP, l.talk.x, l.talk.y);
	assert_int_equal(e.talk.scroll[PANE_CHAT], WHEEL_LINES);
	for (int i = 0; i < 5; i++) {
		mouse(&e, MOUSE_WHEEL_DOWN, l.out.x, l.out.y);
		mouse(&e, MOUSE_WHEEL_DOWN, l.talk.x, l.talk.y);
	}
	assert_int_equal(e.run.scroll, 0);
	assert_int_equal(e.talk.scroll[PANE_CHAT], 0);
	assert_false(e.loose);
	pad_close(&e);
}

static void
names_and_arrows(void **state)
{
	const struct caret other = { 2, 0, true, 0, 0 };
	struct editor e;

	(void)state;
	open_long(&e);
	peer_caret_remote(e.peer, &other, peer_seen(e.peer));
	show(&e, 80, 24);
	assert_true(click(&e, "I*Ivy"));
	assert_int_equal(e.follow.site, 2);
	assert_int_equal(e.top, 0);
	mouse(&e, MOUSE_WHEEL_DOWN, 20, 5);
	assert_true(e.follow.paused);
	assert_int_equal(e.top, WHEEL_LINES);
	assert_true(click(&e, "vy"));
	assert_false(e.follow.paused);
	pad_keys(&e, "Esc Right");
	e.ascii = g.ascii = true;
	show(&e, 80, 24);
	assert_true(click(&e, "I^1"));
	assert_int_equal(head(&e), 0);
	pad_keys(&e, "S-F7");
	show(&e, 200, 60);
	e.follow.site = 0;
	assert_true(mouse(&e, MOUSE_PRESS, l.people.x + 3, l.people.y + 1));
	assert_int_equal(e.follow.site, 2);
	g.ascii = false;
	pad_close(&e);
}

/* What is dragged over an edge moves the text on. */
static void
a_drag_goes_on_beyond_the_edge(void **state)
{
	struct editor e;

	(void)state;
	open_long(&e);
	pad_keys(&e, "C-Home");
	show(&e, 80, 24);
	mouse(&e, MOUSE_PRESS, 6, 10);
	for (int i = 0; i < 5; i++)
		mouse(&e, MOUSE_DRAG, 6, l.text_y + l.text_rows);
	assert_int_equal(e.top, 5);
	selects(&e, 9, (size_t)l.text_rows - 1 + 5);
	for (int i = 0; i < 7; i++)
		mouse(&e, MOUSE_DRAG, 6, 0);
	assert_int_equal(e.top, 0);
	selects(&e, 9, 0);
	pad_close(&e);
}

static void
the_files_name_leads_to_the_next_one(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	show(&e, 80, 24);
	assert_false(click(&e, "main.py"));
	pad_file(&e, 1, "util.py");
	show(&e, 80, 24);
	assert_true(click(&e, "main.py 1/2"));
	assert_true(key_is_one_of(&pressed, "C-PgDn"));
	pad_close(&e);
}

static void
presses(struct editor *e, const char *text, const char *key)
{
	if (!click(e, text) || !key_is_one_of(&pressed, key))
		fail_msg("%s does not press %s", text, key);
}

static void
labels_and_tabs_are_keys(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	show(&e, 80, 24);
	presses(&e, "^R Run", "C-r");
	presses(&e, "Leave", "C-q");
	presses(&e, "[Output]", "C-o");
	presses(&e, " Chat ", "C-t");
	pad_keys(&e, "C-t");
	show(&e, 80, 24);
	presses(&e, "Back to code", "C-t");
	presses(&e, "PgUp", "PgUp");
	e.welcome.role = ROLE_INTERVIEWER;
	show(&e, 200, 60);
	presses(&e, "[Notes]", "F8");
	presses(&e, "[Chat]", "C-t");
	pad_close(&e);
}

/* Whatever can be clicked on means something, in all that is drawn. */
static void
every_label_is_a_key(void **state)
{
	static const char *const ways[] = { "", "C-t", "F8", "C-o", "C-o",
		"C-f", "M-c", "C-r", "Tab", "Esc C-g" };
	struct editor e;
	int n = 0;

	(void)state;
	screen_room(&e);
	e.welcome.role = ROLE_INTERVIEWER;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		pad_keys(&e, ways[i]);
		for (int cols = MIN_COLS; cols < 200; cols += 20) {
			show(&e, cols, 24);
			for (int s = 0; s < g.nspots; s++) {
				struct spot spot = g.spots[s];

				if (spot.kind != SPOT_KEY)
					continue;
				assert_true(
				    mouse(&e, MOUSE_PRESS, spot.x, spot.y));
				assert_int_not_equal(pressed.code, 0);
				/* arrows are no letters */
				assert_true(pressed.code != K_CHAR ||
					    pressed.cp < 0x80);
				n++;
			}
		}
	}
	assert_true(n > 100);
	pad_close(&e);
}

static void
the_bars_labels_are_keys(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	pad_keys(&e, "C-f\n\"seen");
	e.ascii = g.ascii = true;
	show(&e, 80, 24);
	presses(&e, "Enter Next", "Enter");
	presses(&e, "Previous", "Up");
	presses(&e, "^R Replace", "C-r");
	presses(&e, "M-c Case", "M-c");
	presses(&e, "Esc", "Esc");
	pad_keys(&e, "C-r");
	show(&e, 80, 24);
	presses(&e, "Skip", "Down");
	presses(&e, "M-a All", "M-a");
	show(&e, 40, 12);
	presses(&e, "Skip", "Down");
	presses(&e, "Back", "Esc");
	g.ascii = false;
	pad_close(&e);
}

static void
the_menu_can_be_clicked(void **state)
{
	struct editor e;
	int x, y;

	(void)state;
	screen_room(&e);
	show(&e, 80, 24);
	find("Leave", &x, &y);
	pad_keys(&e, "C-p");
	show(&e, 80, 24);
	assert_true(mouse(&e, MOUSE_PRESS, x, y)); /* behind the box */
	assert_int_equal(pressed.code, K_ESC);
	assert_true(mouse(&e, MOUSE_WHEEL_DOWN, 0, 0));
	assert_int_equal(pressed.code, K_DOWN);
	for (int i = 0; i < 99; i++) /* the first entries are not seen */
		pad_keys(&e, "Down");
	show(&e, 80, 24);
	assert_true(click(&e, "Follow Ivy"));
	assert_int_equal(e.follow.site, 2);
	pad_keys(&e, "C-p\n\"mouse off");
	show(&e, 40, 12); /* without blank lines */
	assert_true(click(&e, "Mouse off"));
	assert_false(e.mouse);
	assert_int_equal(e.panel, PANEL_NONE);
	pad_close(&e);
}

/* What PANEL says one can do there, and the key that does it. */
static void
answers(struct editor *e, enum panel panel, int cols, int rows,
    const char *text, const char *key)
{
	e->panel = panel;
	show(e, cols, rows);
	presses(e, text, key);
}

static void
boxes_are_answered_by_clicks(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	answers(&e, PANEL_JOIN, 80, 24, "Join      ", "Enter");
	answers(&e, PANEL_JOIN, 80, 24, "without joining", "Esc");
	answers(&e, PANEL_JOIN, 40, 12, "Enter", "Enter");
	answers(&e, PANEL_JOIN, 40, 12, "Leave", "Esc");
	answers(&e, PANEL_JOIN, 80, 24, "F3 changes", "F3");
	answers(&e, PANEL_LEAVE, 80, 24, "Stay", "Esc");
	answers(&e, PANEL_LEAVE, 80, 24, "L Leave", "L");
	answers(&e, PANEL_LEAVE, 20, 7, "L Leave", "L");
	answers(&e, PANEL_BACK, 80, 24, "Continue", "Enter");
	answers(&e, PANEL_WAIT, 80, 24, "Leave", "Esc");
	e.ask.kind = ACT_END;
	answers(&e, PANEL_ASK, 80, 24, "E End it", "E");
	answers(&e, PANEL_ASK, 40, 12, "No", "Esc");
	e.welcome.ended = true;
	answers(&e, PANEL_ENDED, 80, 24, "Look at", "Enter");
	answers(&e, PANEL_ENDED, 40, 12, "Leave", "C-q");
	pad_close(&e);
}

static void
the_join_box_is_ticked_by_a_click(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	snprintf(e.name, sizeof(e.name), " Cleo ");
	e.panel = PANEL_JOIN;
	snprintf(e.hint, sizeof(e.hint), "Please tick the recording box");
	show(&e, 80, 24);
	assert_true(click(&e, "I agree"));
	assert_true(e.consent && e.at_consent);
	assert_string_equal(e.name, "Cleo");
	assert_string_equal(e.hint, "");
	assert_true(click(&e, "Your name"));
	assert_true(e.consent && !e.at_consent);
	show(&e, 40, 12); /* without blank lines */
	assert_true(click(&e, "[x]"));
	assert_true(!e.consent && e.at_consent);
	assert_int_equal(pressed.code, 0);
	pad_close(&e);
}

static void
a_click_beside_a_box_closes_it_but_leaves_nothing(void **state)
{
	static const enum panel closed[] = { PANEL_MENU, PANEL_LEAVE, PANEL_ASK,
		PANEL_BACK, PANEL_ENDED };
	static const enum panel stays[] = { PANEL_WAIT, PANEL_JOIN,
		PANEL_SUMMARY };
	struct editor e;
	int y;

	(void)state;
	screen_room(&e);
	e.ask.kind = ACT_END;
	for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++) {
		e.panel = closed[i];
		show(&e, 80, 24);
		for (y = 0; grid_at(&g, 14, y)->cp != 0x2514; y++)
			assert_true(y + 1 < g.rows);
		assert_false(mouse(&e, MOUSE_PRESS, 20, y)); /* its frame */
		assert_true(mouse(&e, MOUSE_PRESS, 8, 3));
		assert_int_equal(pressed.code, K_ESC);
	}
	for (size_t i = 0; i < sizeof(stays) / sizeof(stays[0]); i++) {
		e.panel = stays[i];
		show(&e, 80, 24);
		assert_false(mouse(&e, MOUSE_PRESS, 8, 20));
	}
	pad_close(&e);
}

static void
a_click_on_the_summary_is_no_typing(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	e.panel = PANEL_SUMMARY;
	e.summary_fresh = true;
	e.typing_ms = e.now_ms;
	show(&e, 80, 24);
	assert_true(click(&e, "N Notes"));
	summary_key(&e, &pressed);
	assert_int_equal(e.panel, PANEL_NONE);
	assert_true(e.talk.focus);
	pad_close(&e);
}

static void
without_a_mouse_nothing_happens(void **state)
{
	struct editor e;

	(void)state;
	open_long(&e);
	e.mouse = false;
	assert_false(mouse(&e, MOUSE_PRESS, 6, 1));
	assert_false(mouse(&e, MOUSE_WHEEL_UP, 6, 1));
	assert_false(click(&e, "^R Run"));
	pad_close(&e);
}

/* No place may be outside of something, at no size. */
static void
any_place_can_be_clicked(void **state)
{
	struct editor e;

	(void)state;
	open_long(&e);
	for (int cols = 1; cols < 200; cols += 37)
		for (int rows = 1; rows < 60; rows += 9)
			for (int x = 0; x < 210; x += 3)
				for (int y = 0; y < 70; y += 2) {
					show(&e, cols, rows);
					mouse(&e, MOUSE_WHEEL_UP, x, y);
					mouse(&e, MOUSE_PRESS, x, y);
					mouse(&e, MOUSE_DRAG, y, x);
					e.panel = PANEL_NONE;
				}
	pad_close(&e);
}

static int
forget(void **state)
{
	(void)state;
	grid_release(&g);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_click_is_where_it_is_seen),
		cmocka_unit_test(beside_and_below_the_text),
		cmocka_unit_test(a_drag_selects),
		cmocka_unit_test(two_clicks_are_a_word_and_three_a_line),
		cmocka_unit_test(a_drag_goes_on_beyond_the_edge),
		cmocka_unit_test(the_files_name_leads_to_the_next_one),
		cmocka_unit_test(the_wheel_leaves_the_caret),
		cmocka_unit_test(the_wheel_scrolls_what_it_is_over),
		cmocka_unit_test(names_and_arrows),
		cmocka_unit_test(labels_and_tabs_are_keys),
		cmocka_unit_test(every_label_is_a_key),
		cmocka_unit_test(the_bars_labels_are_keys),
		cmocka_unit_test(the_menu_can_be_clicked),
		cmocka_unit_test(boxes_are_answered_by_clicks),
		cmocka_unit_test(the_join_box_is_ticked_by_a_click),
		cmocka_unit_test(
		    a_click_beside_a_box_closes_it_but_leaves_nothing),
		cmocka_unit_test(a_click_on_the_summary_is_no_typing),
		cmocka_unit_test(without_a_mouse_nothing_happens),
		cmocka_unit_test(any_place_can_be_clicked),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, forget);
}
