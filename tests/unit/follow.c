/* follow.c - following somebody, the way back, and what both leave alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/follow.h"
#include "client/place.h"
#include "client/view.h"
#include "tests/lib/pad.h"

#define LINES 100
#define LINE_LEN 4 /* bytes, "099\n" */

/* Kim of the staff looks at 100 lines, numbered from 0; Cleo, site 2, is on the
 * first, and Jo, site 3, too. */
static void
open_room(struct editor *e)
{
	const struct person people[] = {
		{ 1, ROLE_INTERVIEWER, PERSON_HERE, true, "I", "Kim", 0 },
		{ 2, ROLE_CANDIDATE, PERSON_HERE, true, "C", "Cleo", 0 },
		{ 3, ROLE_INTERVIEWER, PERSON_HERE, true, "J", "Jo", 0 },
	};
	char text[LINES * LINE_LEN + 1];

	for (int i = 0; i < LINES; i++)
		snprintf(
		    text + (ptrdiff_t)i * LINE_LEN, LINE_LEN + 1, "%03d\n", i);
	pad_open(e, text);
	e->welcome.role = ROLE_INTERVIEWER;
	editor_people(e, people, 3);
}

static void
moves_to(struct editor *e, uint8_t site, uint8_t file, size_t pos)
{
	const struct caret c = { site, file, true, pos, pos };

	peer_caret_remote(e->peer, &c, peer_seen(e->peer));
}

/* As the next frame is made, 14 rows of text. */
static void
look(struct editor *e)
{
	struct layout l;

	view_layout(e, 80, 23, &l);
	assert_int_equal(e->page, 15);
}

static const char *
news(const struct editor *e)
{
	static char text[128];

	follow_news(e, 78, text, sizeof(text));
	return text;
}

static size_t
line_of(const struct editor *e)
{
	return text_line_of(editor_text(e), peer_caret(e->peer).head);
}

static void
an_interviewer_follows_the_candidate_from_the_start(void **state)
{
	struct editor e;

	(void)state;
	open_room(&e);
	assert_string_equal(news(&e), "FOLLOWING Cleo - Esc stops");
	moves_to(&e, 2, 0, 50 * LINE_LEN);
	look(&e);
	assert_int_equal(e.top, 50 + FOLLOW_LINES + 1 - 15);
	moves_to(&e, 2, 0, 49 * LINE_LEN);
	look(&e);
	assert_int_equal(e.top, 50 + FOLLOW_LINES + 1 - 15);
	moves_to(&e, 2, 0, 20 * LINE_LEN);
	look(&e);
	assert_int_equal(e.top, 20 - FOLLOW_LINES);
	moves_to(&e, 2, 0, 99 * LINE_LEN);
	look(&e);
	assert_int_equal(e.top, LINES + 1 - 15);
	assert_int_equal(line_of(&e), 0); /* our caret stays */
	pad_close(&e);
}

static void
nobody_else_does(void **state)
{
	struct editor e;

	(void)state;
	open_room(&e);
	follow_stop(&e);
	e.follow.settled = false;
	e.welcome.role = ROLE_CANDIDATE;
	follow_people(&e);
	assert_string_equal(news(&e), "");
	e.welcome.role = ROLE_OBSERVER;
	follow_people(&e);
	assert_string_equal(news(&e), "");
	pad_close(&e);
}

static void
who_is_at_work_is_not_taken_away(void **state)
{
	struct editor e;

	(void)state;
	open_room(&e);
	follow_stop(&e);
	e.follow.settled = false;
	pad_keys(&e, "\"x");
	e.now_ms += FOLLOW_REST_MS - 1;
	follow_people(&e);
	assert_string_equal(news(&e), "FOLLOW PAUSED - F7 resumes");
	pad_close(&e);
}

static void
own_moves_pause_it(void **state)
{
	static const char *const keys[] = { "\"x", "Enter", "Down", "End",
		"C-Right", "PgDn", "C-z", "C-k" };
	static const char *const calm[] = { "C-t\n\"hello\nEsc", "F8 Esc",
		"C-p Esc", "C-s", "C-o C-o C-o", "C-Up", "F6 Esc" };
	struct editor e;

	(void)state;
	open_room(&e);
	for (size_t i = 0; i < sizeof(calm) / sizeof(calm[0]); i++) {
		pad_keys(&e, calm[i]);
		assert_string_equal(news(&e), "FOLLOWING Cleo - Esc stops");
		assert_true(e.loose);
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		pad_keys(&e, keys[i]);
		assert_string_equal(news(&e), "FOLLOW PAUSED - F7 resumes");
		moves_to(&e, 2, 0, 60 * LINE_LEN);
		look(&e);
		assert_true(e.top <= line_of(&e) &&
			    line_of(&e) < e.top + (size_t)e.page);
		pad_keys(&e, "F7");
		assert_string_equal(news(&e), "FOLLOWING Cleo - Esc stops");
		look(&e);
		assert_true(e.top <= 60 && 60 < e.top + (size_t)e.page);
	}
	pad_close(&e);
}

static void
esc_ends_it_where_it_is_and_for_good(void **state)
{
	struct editor e;
	size_t top;

	(void)state;
	open_room(&e);
	moves_to(&e, 2, 0, 50 * LINE_LEN);
	look(&e);
	top = e.top;
	pad_keys(&e, "Esc");
	assert_string_equal(news(&e), "");
	moves_to(&e, 2, 0, 90 * LINE_LEN);
	follow_people(&e);
	look(&e);
	assert_int_equal(e.top, top);
	assert_string_equal(news(&e), "");
	pad_close(&e);
}

static void
f7_goes_round(void **state)
{
	struct editor e;

	(void)state;
	open_room(&e);
	pad_keys(&e, "F7");
	assert_string_equal(news(&e), "FOLLOWING Jo - Esc stops");
	pad_keys(&e, "F7");
	assert_string_equal(news(&e), "FOLLOWING Cleo - Esc stops");
	e.people[3].person.state = PERSON_AWAY;
	pad_keys(&e, "F7");
	assert_string_equal(news(&e), "FOLLOWING Cleo - Esc stops");
	assert_string_equal(
	    editor_toast(&e)->text, "There is nobody else to follow");
	e.people[2].person.state = PERSON_LEFT;
	follow_people(&e);
	assert_string_equal(news(&e), "");
	e.people[3].person.state = PERSON_HERE;
	e.quiet = true; /* whose caret is hidden cannot be followed */
	pad_keys(&e, "F7");
	assert_string_equal(news(&e), "");
	pad_close(&e);
}

static void
a_lost_connection_does_not_end_it(void **state)
{
	struct editor e;

	(void)state;
	open_room(&e);
	e.people[2].person.state = PERSON_AWAY;
	follow_people(&e);
	assert_string_equal(news(&e), "FOLLOWING Cleo - Esc stops");
	pad_close(&e);
}

static void
it_goes_across_files_and_back(void **state)
{
	struct editor e;

	(void)state;
	open_room(&e);
	pad_keys(&e, "Down Down F7");
	pad_file(&e, 1, "util.py");
	moves_to(&e, 2, 1, 0);
	look(&e);
	assert_int_equal(e.file, 1);
	pad_keys(&e, "S-F7");
	assert_int_equal(e.file, 0);
	assert_int_equal(line_of(&e), 2);
	assert_string_equal(news(&e), "");
	look(&e);
	assert_int_equal(e.file, 0);
	pad_close(&e);
}

static void
places_to_go_back_to_move_with_the_text(void **state)
{
	struct editor e;

	(void)state;
	open_room(&e);
	pad_keys(&e, "Down Down");
	moves_to(&e, 2, 0, LINE_LEN);
	follow_jump(&e, 2);
	assert_int_equal(line_of(&e), 1);
	moves_to(&e, 2, 0, 50 * LINE_LEN);
	follow_jump(&e, 2);
	assert_int_equal(line_of(&e), 50);
	pad_remote(&e, 0, 0, "new\nlines\n");
	pad_keys(&e, "S-F7");
	assert_int_equal(line_of(&e), 3);
	pad_keys(&e, "S-F7");
	assert_int_equal(line_of(&e), 4);
	while (e.follow.njumps > 0) /* the one that following began with */
		pad_keys(&e, "S-F7");
	pad_keys(&e, "S-F7");
	assert_string_equal(
	    editor_toast(&e)->text, "There is nowhere to go back to");
	for (int i = 0; i < 3 * JUMPS_MAX; i++)
		follow_jump(&e, 2);
	assert_int_equal(e.follow.njumps, JUMPS_MAX);
	pad_close(&e);
}

static void
pages_go_on_from_what_is_seen(void **state)
{
	struct editor e;

	(void)state;
	open_room(&e);
	moves_to(&e, 2, 0, 50 * LINE_LEN);
	look(&e);
	assert_int_equal(e.top, 39);
	pad_keys(&e, "PgUp");
	look(&e);
	assert_int_equal(e.top, 25);
	assert_int_equal(line_of(&e), 25);
	pad_keys(&e, "S-F7");
	assert_int_equal(line_of(&e), 0);
	pad_close(&e);
}

static void
it_scrolls_sideways(void **state)
{
	struct editor e;
	char line[201];

	(void)state;
	open_room(&e);
	memset(line, 'x', 200);
	line[200] = '\0';
	pad_remote(&e, 0, 0, line);
	moves_to(&e, 2, 0, 150);
	look(&e);
	assert_true(e.left <= 150 && 150 < e.left + (size_t)e.text_cols);
	assert_true(e.left > 0);
	moves_to(&e, 2, 0, 3);
	look(&e);
	assert_int_equal(e.left, 0);
	pad_close(&e);
}

static void
small_and_wrapped_screens_have_the_caret_in_them(void **state)
{
	struct editor e;
	struct layout l;
	char line[201];

	(void)state;
	open_room(&e);
	memset(line, 'y', 200);
	line[200] = '\0';
	for (int at = 0; at < 30; at += 3)
		pad_remote(&e, (size_t)at * LINE_LEN, 0, line);
	for (int rows = MIN_ROWS; rows < 30; rows++)
		for (size_t pos = 0; pos < text_len(editor_text(&e));
		     pos += 97) {
			size_t line_at = text_line_of(editor_text(&e), pos);

			moves_to(&e, 2, 0, pos);
			view_layout(&e, 40, rows, &l);
			assert_true(e.top <= line_at);
			assert_true(line_at < place_bottom(&e));
		}
	pad_close(&e);
}

static void
a_long_name_is_cut(void **state)
{
	char text[128];
	struct editor e;

	(void)state;
	open_room(&e);
	snprintf(e.people[2].person.name, sizeof(e.people[2].person.name),
	    "Maximiliane van der Heuvel-Achternaam");
	follow_news(&e, 38, text, sizeof(text));
	assert_int_equal(grid_width(text), 38);
	assert_string_equal(text + strlen(text) - 12, " - Esc stops");
	pad_close(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    an_interviewer_follows_the_candidate_from_the_start),
		cmocka_unit_test(nobody_else_does),
		cmocka_unit_test(who_is_at_work_is_not_taken_away),
		cmocka_unit_test(own_moves_pause_it),
		cmocka_unit_test(esc_ends_it_where_it_is_and_for_good),
		cmocka_unit_test(f7_goes_round),
		cmocka_unit_test(a_lost_connection_does_not_end_it),
		cmocka_unit_test(it_goes_across_files_and_back),
		cmocka_unit_test(places_to_go_back_to_move_with_the_text),
		cmocka_unit_test(pages_go_on_from_what_is_seen),
		cmocka_unit_test(it_scrolls_sideways),
		cmocka_unit_test(
		    small_and_wrapped_screens_have_the_caret_in_them),
		cmocka_unit_test(a_long_name_is_cut),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
