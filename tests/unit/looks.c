/* looks.c - what is chosen of how things look: what the menu does, what is
 * remembered, and what an option says for once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "client/keymap.h"
#include "client/looks.h"
#include "tests/lib/pad.h"

static bool
says(const struct editor *e, const char *text)
{
	const struct toast *t = editor_toast(e);

	return t != NULL && strcmp(t->text, text) == 0;
}

/* A pad on a terminal of so many colours. */
static void
open_on(struct editor *e, int colours)
{
	pad_open(e, "x\n");
	e->colours = colours;
}

static void
press(struct editor *e, const char *entry)
{
	char keys[64];

	snprintf(keys, sizeof(keys), "C-p \"%s\nEnter", entry);
	pad_keys(e, keys);
	assert_int_equal(e->panel, PANEL_NONE);
}

static void
each_look_has_its_place_in_the_number(void **state)
{
	uint64_t looks = 0;

	(void)state;
	for (unsigned i = 0; i < LOOKS; i++)
		looks = looks_with(looks, i, 1);
	assert_true(looks_valid(looks));
	for (unsigned i = 0; i < LOOKS; i++) {
		assert_int_equal(looks_get(looks, i), 1);
		assert_int_equal(looks_get(looks_with(looks, i, 0), i), 0);
		assert_false(looks_valid(looks_with(looks, i, 15)));
	}
	assert_int_equal(looks_get(KEYMAP_EMACS, LOOK_KEYS), KEYMAP_EMACS);
	assert_false(looks_valid(1ULL << (4 * LOOKS)));
	assert_false(looks_valid(UINT64_MAX));
}

static void
colours_go_from_256_to_none_and_back(void **state)
{
	struct editor e;

	(void)state;
	open_on(&e, 256);
	assert_int_equal(looks_colours(&e), 256);
	press(&e, "colours");
	assert_true(says(&e, "Colours: 16"));
	assert_int_equal(looks_colours(&e), 16);
	press(&e, "colours");
	assert_true(says(&e, "Colours: none"));
	assert_int_equal(looks_colours(&e), 0);
	press(&e, "colours");
	assert_true(says(&e, "Colours: 256"));
	assert_int_equal(looks_colours(&e), 256);
	pad_close(&e);
}

static void
a_terminal_of_few_colours_has_no_more(void **state)
{
	struct editor e;

	(void)state;
	open_on(&e, 8);
	assert_int_equal(looks_colours(&e), 8);
	press(&e, "colours");
	assert_int_equal(looks_colours(&e), 0);
	press(&e, "colours");
	assert_true(says(&e, "Colours: the 8 that this terminal has, not 256"));
	assert_int_equal(looks_colours(&e), 8);
	pad_close(&e);
	open_on(&e, 0);
	press(&e, "colours");
	assert_true(says(&e, "This terminal has no colours"));
	assert_int_equal(e.looks, 0);
	assert_false(e.looks_untold);
	pad_close(&e);
}

static void
the_caret_has_four_shapes_where_it_can_have_any(void **state)
{
	static const int shapes[] = { 2, 6, 4, 0 };
	struct editor e;

	(void)state;
	open_on(&e, 256);
	for (size_t i = 0; i < 4; i++) {
		press(&e, "caret");
		assert_int_equal(keymap_caret(&e), shapes[i]);
	}
	/* what was chosen is so in all of vim's modes */
	keymap_switch(&e, KEYMAP_VIM);
	assert_int_equal(keymap_caret(&e), 2);
	press(&e, "caret: own");
	press(&e, "caret: own");
	assert_int_equal(keymap_caret(&e), 6);
	e.caret_own = true;
	press(&e, "caret: own");
	assert_true(
	    says(&e, "This terminal does not let others shape its caret"));
	assert_int_equal(e.caret, CARET_BAR);
	pad_close(&e);
}

static void
what_the_menu_chooses_the_hub_is_told(void **state)
{
	static const struct {
		const char *entry;
		uint8_t which, value;
	} entries[] = {
		{ "keys: vim", LOOK_KEYS, KEYMAP_VIM },
		{ "colours", LOOK_COLOURS, PALETTE_16 },
		{ "borders", LOOK_ASCII, true },
		{ "caret", LOOK_CARET, CARET_BLOCK },
		{ "calm: n", LOOK_CALM, true },
		{ "layout", LOOK_LAYOUT, PANES_STACKED },
		{ "wrap", LOOK_WRAP, true },
		{ "show blanks", LOOK_BLANKS, true },
		{ "quiet", LOOK_QUIET, true },
	};
	struct editor e;

	(void)state;
	assert_int_equal(sizeof(entries) / sizeof(entries[0]), LOOKS);
	open_on(&e, 256);
	e.wide = true;
	for (size_t i = 0; i < LOOKS; i++) {
		e.looks_untold = false;
		press(&e, entries[i].entry);
		assert_true(e.looks_untold);
		assert_int_equal(
		    looks_get(e.looks, entries[i].which), entries[i].value);
	}
	assert_true(looks_valid(e.looks));
	assert_true(e.ascii && e.calm && e.stacked && e.wrap_wanted &&
		    e.blanks && e.quiet);
	press(&e, "layout");
	assert_int_equal(looks_get(e.looks, LOOK_LAYOUT), PANES_BESIDE);
	press(&e, "calm: off");
	press(&e, "borders");
	assert_false(e.stacked || e.calm || e.ascii);
	pad_close(&e);
}

static void
what_is_remembered_is_there_again(void **state)
{
	struct editor e = { .goal = 0 };
	struct welcome w = { .site = 1, .joined = true };

	(void)state;
	w.looks = looks_with(w.looks, LOOK_KEYS, KEYMAP_EMACS);
	w.looks = looks_with(w.looks, LOOK_COLOURS, PALETTE_16);
	w.looks = looks_with(w.looks, LOOK_CARET, CARET_BLOCK);
	w.looks = looks_with(w.looks, LOOK_BLANKS, 1);
	editor_init(&e);
	e.colours = 256;
	editor_welcome(&e, &w);
	assert_int_equal(e.keymap, KEYMAP_EMACS);
	assert_int_equal(looks_colours(&e), 16);
	assert_int_equal(keymap_caret(&e), 2);
	assert_true(e.blanks);
	assert_false(e.quiet || e.looks_untold);
	/* what was chosen while the link was down is newer */
	looks_choose(&e, LOOK_BLANKS, false);
	e.looks_untold = false;
	editor_welcome(&e, &w);
	assert_false(e.blanks);
	assert_true(e.looks_untold);
	editor_release(&e);
}

static void
an_option_wins_and_is_not_remembered(void **state)
{
	struct editor e = { .goal = 0 };
	struct welcome w = { .site = 1, .joined = true };

	(void)state;
	editor_init(&e);
	e.colours = 256;
	looks_give(&e, LOOK_COLOURS, PALETTE_NONE);
	looks_give(&e, LOOK_CALM, true);
	w.looks = looks_with(0, LOOK_COLOURS, PALETTE_16);
	editor_welcome(&e, &w);
	assert_int_equal(looks_colours(&e), 0);
	assert_true(e.calm);
	assert_true(e.looks == w.looks && !e.looks_untold);
	/* another choice tells nothing of the option */
	looks_choose(&e, LOOK_QUIET, true);
	assert_true(e.looks == looks_with(w.looks, LOOK_QUIET, 1));
	/* until it is the menu that says so */
	looks_next_colours(&e);
	assert_int_equal(looks_colours(&e), 256);
	assert_int_equal(looks_get(e.looks, LOOK_COLOURS), PALETTE_256);
	editor_release(&e);
}

static bool
leads_back_by(const struct editor *e, const char *command)
{
	char line[LOOKS_REJOIN_SIZE];

	looks_rejoin(e, line, sizeof(line));
	return strcmp(line, command) == 0;
}

static void
the_way_back_asks_for_what_was_asked_for(void **state)
{
	struct editor e;

	(void)state;
	open_on(&e, 256);
	looks_give(&e, LOOK_ASCII, true);
	looks_give(&e, LOOK_COLOURS, PALETTE_NONE);
	e.welcome.rejoin[0] = '\0';
	assert_true(leads_back_by(&e, ""));
	snprintf(e.welcome.rejoin, sizeof(e.welcome.rejoin),
	    "ssh -p 2222 ada+r-7f3k2@host");
	assert_true(
	    leads_back_by(&e, "ssh -p 2222 ada+r-7f3k2+ascii+mono@host"));
	/* what is chosen is remembered, and what was found is found again */
	press(&e, "borders");
	looks_choose(&e, LOOK_COLOURS, PALETTE_16);
	looks_find(&e, LOOK_ASCII, true);
	assert_true(leads_back_by(&e, "ssh -p 2222 ada+r-7f3k2@host"));
	looks_give(&e, LOOK_CALM, true);
	assert_true(leads_back_by(&e, "ssh -p 2222 ada+r-7f3k2+calm@host"));
	pad_close(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_look_has_its_place_in_the_number),
		cmocka_unit_test(colours_go_from_256_to_none_and_back),
		cmocka_unit_test(a_terminal_of_few_colours_has_no_more),
		cmocka_unit_test(
		    the_caret_has_four_shapes_where_it_can_have_any),
		cmocka_unit_test(what_the_menu_chooses_the_hub_is_told),
		cmocka_unit_test(what_is_remembered_is_there_again),
		cmocka_unit_test(an_option_wins_and_is_not_remembered),
		cmocka_unit_test(the_way_back_asks_for_what_was_asked_for),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
