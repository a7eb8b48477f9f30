/* point.c - lines that people point at: who is told, who jumps, how long. */
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
#include "client/point.h"
#include "client/view.h"
#include "tests/lib/pad.h"
#include "tests/lib/screen.h"

/* Ivy, site 2, points at byte POS of FILE. */
static void
points(struct editor *e, uint8_t file, size_t pos)
{
	const struct caret c = { 2, file, true, pos, pos };

	point_take(e, &c, peer_seen(e->peer));
}

static const char *
news(const struct editor *e)
{
	static char text[128];

	point_news(e, 78, text, sizeof(text));
	return text;
}

static void
look(struct editor *e)
{
	struct layout l;

	editor_tick(e);
	view_layout(e, 80, 24, &l);
}

/* 40 lines and more, the caret on the first. */
static void
open_long(struct editor *e)
{
	screen_room(e);
	for (int i = 0; i < 40; i++)
		pad_remote(e, 190, 0, "\n");
	pad_keys(e, "C-Home");
	e->online = true;
	look(e);
}

/* Also where there are no colours, and no room for a name. */
static bool
number_is_marked(struct editor *e, int y)
{
	struct grid g = { .cols = 0 };
	struct layout l;
	bool marked;

	assert_int_equal(grid_resize(&g, 40, 12), 0);
	view_layout(e, 40, 12, &l);
	view_draw(e, &l, &g);
	marked = grid_at(&g, 2, y)->flags & CELL_REVERSE &&
		 grid_at(&g, 2, y)->paint >= PAINT_SITE;
	grid_release(&g);
	return marked;
}

static void
a_line_is_marked_for_a_while(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	e.people[2].active_ms = 1;
	points(&e, 0, 20);
	assert_int_equal(e.people[2].active_ms, e.now_ms);
	screen_check(&e, 80, 24, "point-80x24");
	assert_string_equal(news(&e), ""); /* it is beside the line */
	screen_check(&e, 40, 12, "point-40x12");
	assert_string_equal(news(&e), "Ivy points at line 1 - F7 jumps");
	assert_true(number_is_marked(&e, 1));
	assert_false(number_is_marked(&e, 2));
	assert_null(point_on(&e, 0, 27, 13));
	assert_non_null(point_on(&e, 0, 0, 26));
	pad_remote(&e, 0, 0, "# a\n# b\n"); /* it goes along */
	assert_null(point_on(&e, 0, 0, 7));
	assert_non_null(point_on(&e, 0, 8, 26));
	e.now_ms += POINT_MS - 1;
	editor_tick(&e);
	assert_non_null(point_on(&e, 0, 8, 26));
	e.now_ms++;
	editor_tick(&e);
	assert_null(point_on(&e, 0, 8, 26));
	pad_close(&e);
}

/* One flag says who it is, even where the caret has moved just now. */
static void
who_points_is_named_once(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	points(&e, 0, text_line_start(editor_text(&e), 8));
	screen_check(&e, 80, 24, "point-caret-80x24");
	pad_close(&e);
}

static void
who_does_not_see_it_may_jump(void **state)
{
	struct editor e;

	(void)state;
	open_long(&e);
	points(&e, 0, 229);
	assert_string_equal(news(&e), "Ivy points at line 48 - F7 jumps");
	assert_int_equal(e.top, 0); /* nobody is moved */
	screen_check(&e, 80, 24, "point-beyond-80x24");
	screen_check(&e, 40, 12, "point-beyond-40x12");
	pad_keys(&e, "F7");
	look(&e);
	assert_int_equal(peer_caret(e.peer).head, 229);
	assert_int_equal(e.follow.site, 0);
	assert_string_equal(news(&e), "");
	pad_keys(&e, "S-F7");
	assert_int_equal(peer_caret(e.peer).head, 0);
	look(&e);
	e.now_ms += POINT_MS;
	look(&e);
	pad_keys(&e, "F7"); /* follows again */
	assert_int_equal(e.follow.site, 2);
	pad_close(&e);
}

static void
in_another_file_too(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	pad_file(&e, 1, "util.py");
	points(&e, 1, 0);
	assert_string_equal(
	    news(&e), "Ivy points at line 1 of util.py - F7 jumps");
	pad_keys(&e, "F7");
	assert_int_equal(e.file, 1);
	points(&e, 7, 0); /* there is no such file */
	assert_null(point_on(&e, 7, 0, 0));
	pad_close(&e);
}

static void
the_last_point_of_each_counts(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	points(&e, 0, 0);
	points(&e, 0, 30);
	assert_null(point_on(&e, 0, 0, 26));
	assert_non_null(point_on(&e, 0, 27, 13));
	for (uint8_t site = 10; site < 20; site++) {
		const struct caret c = { site, 0, true, 0, 0 };

		e.people[site].known = true;
		e.now_ms++;
		point_take(&e, &c, peer_seen(e.peer));
	}
	assert_null(point_on(&e, 0, 27, 13));
	assert_int_equal(point_on(&e, 0, 0, 26)->site / 10, 1);
	pad_close(&e);
}

/* Where we point is where all see it: behind what we type meanwhile. */
static void
we_point_ourselves(void **state)
{
	struct grid g = { .cols = 0 };
	struct key pressed, key = { .code = K_MOUSE, .mods = K_ALT };
	struct layout l;
	struct caret c;
	struct editor e;

	(void)state;
	screen_room(&e);
	assert_false(point_own(&e, &c));
	key.x = 20;
	key.y = 6;
	assert_int_equal(grid_resize(&g, 80, 24), 0);
	view_layout(&e, 80, 24, &l);
	view_draw(&e, &l, &g);
	assert_true(mouse_key(&e, &l, &g, &key, &pressed));
	assert_true(e.point_wanted);
	assert_int_equal(peer_caret(e.peer).head, 117);
	assert_string_equal(
	    editor_toast(&e)->text, "You point at line 6, on all screens");
	pad_keys(&e, "C-Home\n\"x");
	assert_true(point_own(&e, &c));
	assert_int_equal(c.head, 147);
	assert_string_equal(news(&e), ""); /* of ourselves */
	pad_keys(&e, "C-p\n\"point at\nEnter");
	assert_true(point_own(&e, &c));
	assert_int_equal(c.head, 0);
	grid_release(&g);
	pad_close(&e);
}

static void
not_everybody_points(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	e.online = false;
	point_here(&e);
	e.online = true;
	e.welcome.role = ROLE_OBSERVER;
	point_here(&e);
	e.welcome.role = ROLE_INTERVIEWER;
	e.focus.on = true;
	point_here(&e);
	assert_false(e.point_wanted);
	e.focus.on = false;
	point_here(&e);
	assert_true(e.point_wanted);
	pad_close(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_marked_for_a_while),
		cmocka_unit_test(who_points_is_named_once),
		cmocka_unit_test(who_does_not_see_it_may_jump),
		cmocka_unit_test(in_another_file_too),
		cmocka_unit_test(the_last_point_of_each_counts),
		cmocka_unit_test(we_point_ourselves),
		cmocka_unit_test(not_everybody_points),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
