/* trace.c - lines that output names: which, marked until when, gone to how. */
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
#include "client/trace.h"
#include "client/view.h"
#include "tests/lib/pad.h"
#include "tests/lib/screen.h"

static void
ends_badly(struct editor *e)
{
	struct record r;

	record_init(&r);
	r.kind = REC_RUN_END;
	r.run = e->run.run;
	r.result.verdict = VERDICT_FAILED;
	r.result.exit_code = 1;
	editor_record(e, &r);
	record_release(&r);
}

/* A run whose output is TEXT and that then fails. */
static void
fails(struct editor *e, const char *text)
{
	pad_run(e, 1, text);
	ends_badly(e);
}

/* The line that is marked, from 1; 0: none. */
static size_t
marked(const struct editor *e)
{
	const struct text *t = editor_text(e);

	for (size_t line = 0; line < text_line_count(t); line++)
		if (trace_is_at(e, e->file, text_line_start(t, line)))
			return line + 1;
	return 0;
}

static void
what_languages_write_is_read(void **state)
{
	static const struct {
		const char *name, *text;
		size_t line; /* 0: nothing is named */
	} cases[] = {
		{ "main.py", "  File \"main.py\", line 5, in <module>", 5 },
		{ "main.py", "  File \"/home/c/main.py\", line 15", 15 },
		{ "two_sum.py", "  File \"main.py\", line 5, in f", 5 },
		{ "main.c", "main.c:7:12: error: expected ';'", 7 },
		{ "main.sh", "main.sh: line 3: foo: command not found", 3 },
		{ "main.pl", "Died at main.pl line 4.", 4 },
		{ "main.js", "    at f (/home/c/main.js:6:11)", 6 },
		{ "main.rb", "main.rb:2:in `<main>': oops", 2 },
		{ "main.go", "\t./main.go:9:2: undefined: x", 9 },
		{ "main.rs", "  --> main.rs:8:5", 8 },
		{ "Main.java", "\tat Main.main(Main.java:3)", 3 },
		{ "main.ts", "main.ts(12,5): error TS2322", 12 },
		{ "main.c", "\x1B[1mmain.c:7:12: \x1B[31merror", 7 },
		{ "main.py", "the domain.py:5 is another file", 0 },
		{ "main.py", "main.py has 5 lines", 0 },
		{ "main.py", "  File \"lib.py\", line 5", 0 },
		{ "main.py", "main.py:0", 0 },
		{ "main.py", "main.py:99999999999999999999", 0 },
		{ "main.py", "", 0 },
	};
	struct editor e;
	uint8_t file;
	size_t line;
	bool found;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		pad_open(&e, "");
		peer_free(e.peer);
		assert_int_equal(
		    peer_new(&e.peer, 1, 1, editor_changed, &e), 0);
		assert_int_equal(peer_begin(e.peer, 1, 1, 0, 1), 0);
		assert_int_equal(
		    peer_load(e.peer, 0, cases[i].name, "", NULL, 0), 0);
		found = trace_place(&e, (const uint8_t *)cases[i].text,
		    strlen(cases[i].text), &file, &line);
		if (found != (cases[i].line != 0) ||
		    (found && line + 1 != cases[i].line))
			fail_msg("%s: %zu", cases[i].text, line + 1);
		pad_close(&e);
	}
}

static const char traceback[] =
    "Traceback (most recent call last):\n"
    "  File \"main.py\", line 9, in <module>\n"
    "    print(two_sum([2, 7, 11, 15], 9))\n"
    "  File \"main.py\", line 4, in two_sum\n"
    "    if target - n in seen:\n"
    "  File \"/usr/lib/python3.11/x.py\", line 2, in y\n"
    "TypeError: unsupported operand\n";

static void
the_innermost_line_of_ours_is_marked(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	fails(&e, traceback);
	assert_int_equal(marked(&e), 4);
	screen_check_looks(&e, 80, 24, "trace-80x24");
	e.reading = READING_WHOLE;
	e.now_ms += TOAST_MS;
	editor_tick(&e);
	screen_check(&e, 40, 12, "trace-output-40x12");
	screen_check(&e, 80, 24, "trace-output-80x24");
	/* of a compiler it is the first */
	fails(&e, "main.py:3: error\nmain.py:5: error\n");
	assert_int_equal(marked(&e), 3);
	fails(&e, "main.py:999: error\n");
	assert_int_equal(marked(&e), 0);
	fails(&e, "main.py:3: error\n");
	pad_run(&e, 1, "");
	assert_int_equal(marked(&e), 0); /* the next run */
	pad_run(&e, 1, traceback);
	pad_run_end(&e); /* well */
	assert_int_equal(marked(&e), 0);
	pad_close(&e);
}

/* Also where there is no room for how long it took. */
static void
a_crash_is_told_by_its_signal(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	fails(&e, "");
	e.run.result.exit_code = -1;
	memcpy(e.run.result.signal, "SIGSEGV", sizeof("SIGSEGV"));
	screen_check(&e, 40, 12, "crash-40x12");
	pad_close(&e);
}

static void
it_is_marked_until_it_is_edited(void **state)
{
	static const struct {
		size_t pos, del;
		const char *ins;
		size_t line; /* that is marked then */
	} cases[] = {
		{ 0, 0, "# a\n", 5 }, /* above */
		{ 41, 0, "\n", 5 },   /* a line before it */
		{ 27, 14, "", 3 },    /* the line before goes */
		{ 14, 3, "x", 4 },    /* in another line */
		{ 75, 0, "", 4 },     /* nothing */
		{ 74, 0, "x", 0 },    /* at its start */
		{ 80, 1, "y", 0 },    /* in it */
		{ 104, 0, ":", 0 },   /* at its end */
		{ 104, 0, "\n", 4 },  /* a line after it */
		{ 104, 1, "", 0 },    /* the next line comes to it */
		{ 73, 1, "", 0 },     /* it comes to the one before */
		{ 80, 0, "\n", 0 },   /* in two */
		{ 60, 60, "", 0 },    /* it goes */
	};
	struct editor e;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		screen_room(&e);
		fails(&e, traceback);
		assert_int_equal(marked(&e), 4);
		pad_remote(&e, cases[i].pos, cases[i].del, cases[i].ins);
		if (marked(&e) != cases[i].line)
			fail_msg("case %zu: %zu", i, marked(&e));
		pad_close(&e);
	}
}

/* What is written while it runs moves the line that it will name. */
static void
lines_are_counted_as_they_were(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	pad_run(&e, 1, traceback);
	pad_remote(&e, 0, 0, "# a\n# b\n");
	pad_remote(&e, 70, 0, "# c\n");
	pad_remote(&e, text_len(editor_text(&e)), 0, "# d\n");
	pad_remote(&e, 0, 4, "");
	ends_badly(&e);
	assert_int_equal(marked(&e), 6);
	pad_run(&e, 1, traceback);
	for (int i = 0; i <= SHIFTS_MAX; i++) /* too many to tell */
		pad_remote(&e, 0, 0, "\n");
	ends_badly(&e);
	assert_int_equal(marked(&e), 0);
	pad_close(&e);
}

/* Who comes back with the last run's output sees where it failed: at that line as
 * long as nothing was written since, else where what is quoted stands now. */
static void
it_is_marked_for_who_comes_back(void **state)
{
	static const char shell[] = "main.py: line 4: foo: not found\n";
	static const struct {
		const char *text; /* of the output */
		bool edited;
		size_t pos, del;
		const char *ins; /* what was written meanwhile */
		size_t line;
	} cases[] = {
		{ traceback, false, 0, 0, "", 4 },
		{ shell, false, 0, 0, "", 4 },
		{ traceback, true, 117, 0, "# a", 4 },
		{ traceback, true, 0, 0, "# a\n# b\n", 6 },
		{ traceback, true, 27, 14, "", 3 },
		{ traceback, true, 74, 4, "\t", 4 }, /* what counts is there */
		{ traceback, true, 84, 1, "y", 0 },
		{ traceback, true, 74, 30, "", 0 },
		{ traceback, true, 0, 0,
		    "if target - n in seen:\nif target - n in seen:\n", 0 },
		{ shell, true, 0, 0, "# a\n", 0 }, /* nobody knows */
		{ "  File \"main.py\", line 4\n\n", true, 0, 0, "", 0 },
		{ "  File \"main.py\", line 4", true, 0, 0, "", 0 },
		{ "  File \"main.py\", line 999\n    seen = {}\n", true, 0, 0,
		    "", 2 },
	};
	struct output o = { .run = 7, .state = RUN_ENDED, .site = 2 };
	struct editor e;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		screen_room(&e);
		pad_remote(&e, cases[i].pos, cases[i].del, cases[i].ins);
		o.result.verdict = VERDICT_FAILED;
		o.text = (const uint8_t *)cases[i].text;
		o.text_len = (uint32_t)strlen(cases[i].text);
		o.edited = cases[i].edited;
		editor_show_output(&e, &o);
		if (marked(&e) != cases[i].line)
			fail_msg("case %zu: %zu", i, marked(&e));
		o.result.verdict = VERDICT_OK;
		o.run++;
		editor_show_output(&e, &o);
		assert_int_equal(marked(&e), 0);
		pad_close(&e);
	}
}

/* A link that was lost brings the output once more: what is known stays. */
static void
a_lost_link_changes_no_mark(void **state)
{
	struct output o = { .state = RUN_RUNNING, .site = 1, .edited = true };
	struct editor e;

	(void)state;
	o.text = (const uint8_t *)traceback;
	o.text_len = (uint32_t)strlen(traceback);
	o.result.verdict = VERDICT_FAILED;
	screen_room(&e);
	pad_run(&e, 1, traceback);
	o.run = e.run.run;
	pad_remote(&e, 0, 0, "# a\n");
	editor_show_output(&e, &o); /* while it runs */
	pad_remote(&e, 0, 0, "# b\n");
	ends_badly(&e);
	assert_int_equal(marked(&e), 6);
	o.state = RUN_ENDED;
	editor_show_output(&e, &o);
	assert_int_equal(marked(&e), 6);
	pad_remote(&e, 90, 1, "y"); /* in it */
	assert_int_equal(marked(&e), 0);
	editor_show_output(&e, &o);
	assert_int_equal(marked(&e), 0);
	o.run++; /* this one is new to us */
	editor_show_output(&e, &o);
	assert_int_equal(marked(&e), 0);
	pad_close(&e);
}

static void
one_goes_there(void **state)
{
	static const struct key press = { .code = K_MOUSE, .x = 10, .y = 18 };
	struct grid g = { .cols = 0 };
	struct key pressed;
	struct layout l;
	struct editor e;

	(void)state;
	screen_room(&e);
	fails(&e, traceback);
	pad_keys(&e, "C-o Enter");
	assert_int_equal(e.reading, READING_NOTHING);
	assert_int_equal(peer_caret(e.peer).head, 74);
	pad_keys(&e, "S-F7");
	assert_int_equal(peer_caret(e.peer).head, 117);
	pad_keys(&e, "C-p\n\"go to the err\nEnter");
	assert_int_equal(peer_caret(e.peer).head, 74);
	/* the last rows of the output are in the pane: a click on one of them */
	assert_int_equal(grid_resize(&g, 80, 24), 0);
	view_layout(&e, 80, 24, &l);
	e.run.scroll = 2;
	view_draw(&e, &l, &g);
	assert_true(mouse_key(&e, &l, &g, &press, &pressed));
	assert_int_equal(peer_caret(e.peer).head, 183);
	fails(&e, "nothing\n");
	pad_keys(&e, "C-o Enter"); /* is what it was before: typing */
	assert_int_equal(e.reading, READING_NOTHING);
	assert_int_equal(peer_caret(e.peer).head, 184);
	grid_release(&g);
	pad_close(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_languages_write_is_read),
		cmocka_unit_test(the_innermost_line_of_ours_is_marked),
		cmocka_unit_test(a_crash_is_told_by_its_signal),
		cmocka_unit_test(it_is_marked_until_it_is_edited),
		cmocka_unit_test(lines_are_counted_as_they_were),
		cmocka_unit_test(it_is_marked_for_who_comes_back),
		cmocka_unit_test(a_lost_link_changes_no_mark),
		cmocka_unit_test(one_goes_there),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
