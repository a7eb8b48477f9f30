/* keymap.c - the keymaps beyond what is typed into the text (tests/keys): undo,
 * modes, what they leave alone, what the keys row says, and how they are chosen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/keymap.h"
#include "client/lobby.h"
#include "client/mouse.h"
#include "client/select.h"
#include "client/vim.h"
#include "tests/lib/pad.h"
#include "tests/lib/screen.h"

#define M "\xE2\x80\xB8"

static void
pad_vim(struct editor *e, const char *text)
{
	pad_open(e, text);
	keymap_switch(e, KEYMAP_VIM);
}

static bool
says(const struct editor *e, const char *text)
{
	const struct toast *t = editor_toast(e);

	return t != NULL && strstr(t->text, text) != NULL;
}

/* --- undo --- */

static void
an_insertion_is_one_step_whatever_others_do(void **state)
{
	struct editor e;

	(void)state;
	pad_vim(&e, M "one\n");
	pad_keys(&e, "\"Aab cd\nEnter\n\"ef");
	pad_remote(&e, 0, 0, "theirs\n");
	e.now_ms += 5000; /* no pause ends it */
	pad_keys(&e, "\"gh\nBackspace Esc");
	assert_true(pad_is(&e, "theirs\noneab cd\nef" M "g\n"));
	pad_keys(&e, "\"u");
	assert_true(pad_is(&e, "theirs\non" M "e\n"));
	pad_keys(&e, "C-r");
	assert_true(pad_is(&e, "theirs\none" M "ab cd\nefg\n"));
	pad_close(&e);
}

static void
a_command_is_one_step_and_only_ours_is_undone(void **state)
{
	struct editor e;

	(void)state;
	pad_vim(&e, M "one\ntwo\nthree\n");
	pad_keys(&e, "\"dd");
	pad_remote(&e, 7, 0, "X"); /* where the hub has not got ours yet */
	pad_keys(&e, "\".\n\"u");
	assert_true(pad_is(&e, M "twoX\nthree\n"));
	pad_keys(&e, "\"u");
	assert_true(pad_is(&e, M "one\ntwoX\nthree\n"));
	pad_keys(&e, "\"u");
	assert_true(says(&e, "Nothing of yours to undo"));
	pad_close(&e);
}

/* What was typed for them is taken as it comes: a change that began elsewhere is
 * another step. */
static void
moving_while_inserting_begins_a_step(void **state)
{
	struct editor e;

	(void)state;
	pad_vim(&e, M "ab");
	pad_keys(&e, "\"ix\nRight\n\"y\nEsc");
	assert_true(pad_is(&e, "xa" M "yb"));
	pad_keys(&e, "\"u");
	assert_true(pad_is(&e, "xa" M "b"));
	pad_keys(&e, "\"u");
	assert_true(pad_is(&e, M "ab"));
	pad_close(&e);
}

static void
a_click_begins_a_step_and_ends_what_is_selected(void **state)
{
	struct key click = { .code = K_MOUSE, .x = 6, .y = 1 }, pressed;
	struct grid g = { .cols = 0 };
	struct layout l;
	struct editor e;

	(void)state;
	pad_vim(&e, "ab" M "cd");
	assert_int_equal(grid_resize(&g, 80, 24), 0);
	view_layout(&e, 80, 24, &l);
	pad_keys(&e, "\"ix");
	assert_true(mouse_key(&e, &l, &g, &click, &pressed));
	pad_keys(&e, "\"y\nEsc");
	assert_true(pad_is(&e, M "yabxcd"));
	pad_keys(&e, "\"u");
	assert_true(pad_is(&e, M "abxcd"));
	pad_keys(&e, "\"$vh");
	e.now_ms += 1000; /* or it would be a double click */
	assert_true(mouse_key(&e, &l, &g, &click, &pressed));
	pad_keys(&e, "\"x");
	assert_true(pad_is(&e, M "bxcd"));
	grid_release(&g);
	pad_close(&e);
}

static void
after_switching_back_words_are_steps_again(void **state)
{
	struct editor e;

	(void)state;
	pad_vim(&e, M "");
	pad_keys(&e, "\"iab");
	keymap_switch(&e, KEYMAP_STANDARD);
	pad_keys(&e, "\" cd ef\nC-z");
	assert_true(pad_is(&e, "ab cd " M));
	pad_close(&e);
}

/* --- modes --- */

static void
modes_have_names_and_carets(void **state)
{
	struct editor e;

	(void)state;
	pad_vim(&e, M "abc\n");
	assert_string_equal(keymap_word(&e), "NORMAL");
	assert_int_equal(keymap_caret(&e), 2);
	pad_keys(&e, "\"i");
	assert_string_equal(keymap_word(&e), "INSERT");
	assert_int_equal(keymap_caret(&e), 6);
	pad_keys(&e, "Esc\n\"v");
	assert_string_equal(keymap_word(&e), "VISUAL");
	assert_int_equal(keymap_caret(&e), 2);
	pad_keys(&e, "\"V");
	assert_string_equal(keymap_word(&e), "V-LINE");
	pad_keys(&e, "Esc\n\":");
	assert_int_equal(keymap_caret(&e), 6); /* in the line */
	pad_keys(&e, "Esc");
	keymap_switch(&e, KEYMAP_STANDARD);
	assert_string_equal(keymap_word(&e), "");
	assert_int_equal(keymap_caret(&e), 0);
	pad_close(&e);
}

static void
what_is_selected_holds_the_carets_character(void **state)
{
	struct editor e;
	struct span s;

	(void)state;
	pad_vim(&e, "ab" M "cd\nef\n");
	pad_keys(&e, "\"vh");
	s = select_span(&e);
	assert_int_equal(s.from, 1);
	assert_int_equal(s.to, 3);
	pad_keys(&e, "\"V");
	s = select_span(&e);
	assert_int_equal(s.from, 0);
	assert_int_equal(s.to, 5);
	pad_close(&e);
}

/* Selected by the mouse, by Shift or as found: v's keys go on with it. */
static void
what_was_selected_otherwise_is_visual(void **state)
{
	struct editor e;

	(void)state;
	pad_vim(&e, M "abcdef");
	pad_keys(&e, "S-Right S-Right");
	assert_string_equal(keymap_word(&e), "VISUAL");
	pad_keys(&e, "\"d");
	assert_true(pad_is(&e, M "cdef"));
	select_set(&e, 1, 3);
	pad_keys(&e, "\"d");
	assert_true(pad_is(&e, "c" M "f"));
	pad_close(&e);
}

static void
escape_and_a_key_at_once_are_two_keys(void **state)
{
	struct editor e;

	(void)state;
	pad_vim(&e, M "abc\nabc");
	pad_keys(&e, "\"ix\nM-j\n\"r.");
	assert_true(pad_is(&e, "xabc\n" M ".bc"));
	pad_close(&e);
}

static void
escape_twice_opens_no_menu(void **state)
{
	struct editor e;

	(void)state;
	pad_vim(&e, M "abc");
	pad_keys(&e, "Esc Esc Esc");
	assert_int_equal(e.panel, PANEL_NONE);
	pad_keys(&e, "F1");
	assert_int_equal(e.panel, PANEL_MENU);
	pad_close(&e);
}

static void
what_is_not_vims_works_as_ever(void **state)
{
	struct editor e;

	(void)state;
	pad_vim(&e, M "abc");
	pad_keys(&e, "\"2d\nC-t");
	assert_true(e.talk.focus);
	assert_int_equal(e.vim.keys.n, 0);
	pad_keys(&e, "\"dd");
	assert_true(pad_is(&e, M "abc"));
	pad_keys(&e, "Esc C-p");
	assert_int_equal(e.panel, PANEL_MENU);
	pad_keys(&e, "Esc C-c");
	assert_true(says(&e, "Nothing is running"));
	pad_keys(&e, "C-r");
	assert_int_equal(e.request, REQUEST_NONE); /* that redoes */
	pad_keys(&e, "F5");
	assert_int_equal(e.request, REQUEST_RUN);
	pad_close(&e);
}

/* What was overtyped comes back by Backspace wherever others have moved it to, and
 * nothing else does: not behind what was pasted, and not where one may not write. */
static void
overtyping_covers_what_is_there(void **state)
{
	struct key paste = {
		.code = K_PASTE, .text = (const uint8_t *)"ab", .len = 2
	};
	struct editor e;

	(void)state;
	pad_vim(&e, "i " M "abcdef");
	pad_keys(&e, "\"Rxy");
	assert_string_equal(keymap_word(&e), "REPLACE");
	assert_int_equal(keymap_caret(&e), 2);
	pad_remote(&e, 0, 0, "theirs ");
	pad_keys(&e, "Backspace");
	assert_true(pad_is(&e, "theirs i x" M "bcdef"));
	e.welcome.frozen = true;
	pad_keys(&e, "Backspace C-w Enter Tab \"z");
	assert_true(pad_is(&e, "theirs i x" M "bcdef"));
	e.welcome.frozen = false;
	pad_keys(&e, "Backspace");
	assert_true(pad_is(&e, "theirs i " M "abcdef"));
	pad_keys(&e, "Esc \"0u");
	assert_true(pad_is(&e, "theirs i " M "abcdef"));
	pad_keys(&e, "\"Rx");
	command_key(&e, &paste);
	pad_keys(&e, "Backspace \"y\nBackspace Esc");
	assert_true(pad_is(&e, "theirs i x" M "abbcdef"));
	pad_close(&e);
}

static void
a_quoted_key_is_shown(void **state)
{
	struct editor e;
	char text[64];

	(void)state;
	pad_vim(&e, M "abc");
	pad_keys(&e, "\"3\nC-v \"jd");
	vim_pending(&e, text, sizeof(text));
	assert_string_equal(text, "^V");
	assert_true(says(&e, "^V: blocks are not selected here - Esc goes on"));
	pad_keys(&e, "Esc");
	assert_null(editor_toast(&e)); /* what it said is over */
	pad_keys(&e, "\"i\nC-v");
	vim_pending(&e, text, sizeof(text));
	assert_string_equal(text, "^V");
	pad_keys(&e, "\"x");
	vim_pending(&e, text, sizeof(text));
	assert_string_equal(text, "");
	pad_keys(&e, "Esc");
	assert_true(pad_is(&e, M "xabc"));
	pad_close(&e);
}

static void
a_command_that_waits_is_shown(void **state)
{
	struct editor e;
	char text[64];

	(void)state;
	pad_vim(&e, M "abc");
	pad_keys(&e, "\"2d3f");
	vim_pending(&e, text, sizeof(text));
	assert_string_equal(text, "2d3f");
	pad_keys(&e, "Esc");
	vim_pending(&e, text, sizeof(text));
	assert_string_equal(text, "");
	pad_keys(&e, "\"gx");
	assert_true(says(&e, "gx does nothing here"));
	for (int i = 0; i < 100; i++) /* no count is too long */
		pad_keys(&e, "\"9");
	pad_keys(&e, "\"x");
	pad_keys(&e, "Esc");
	pad_close(&e);
}

/* Any keys, in any order, while others type: the caret stays on a character. */
static void
any_keys_can_come(void **state)
{
	static const char pool[] =
	    "hjklwbe0^$gGfFtT;,%{}HMLdcy><iaw([{\"'pxXDCs"
	    "SrJ~PoOIAu.vV/?nN*:sZ 1234\"@`'mqz[]=!\n\n\r\r\033\033"
	    "\033\b\022\027\025\004.";
	struct key key;
	struct editor e;
	uint32_t chance = 1;
	int c;

	(void)state;
	pad_vim(
	    &e, "a (b\xC3\xA9 [c]) \"\xE4\xBD\xA0\"\n\n  {\n    d 'e'\n  }" M);
	for (int i = 0; i < 60000; i++) {
		chance = chance * 1103515245 + 12345;
		c = pool[(chance >> 16) % (sizeof(pool) - 1)];
		key = (struct key){ .code = K_CHAR, .cp = (uint32_t)c };
		if (c == '\033' || c == '\r' || c == '\b')
			key = (struct key){ .code = c == '\033' ? K_ESC
						    : c == '\r' ? K_ENTER
								: K_BACKSPACE };
		else if (c < 0x20 && c != '\n')
			key = (struct key){ .code = K_CHAR,
				.mods = K_CTRL,
				.cp = (uint32_t)c + 0x60 };
		else if (c == '\n')
			key = (struct key){ .code = K_CHAR, .cp = 0x4F60 };
		e.now_ms += 20;
		e.panel = PANEL_NONE;
		command_key(&e, &key);
		if (i % 50 == 0 && peer_pending(e.peer) == 0)
			pad_remote(&e, 0, 0, "\xC3\xA9(");
		lobby_settle(&e); /* what is ours is kept at once */
		if (text_len(editor_text(&e)) > 4000)
			pad_keys(&e, "Esc Esc\n\"ggdG");
		lobby_settle(&e);
		assert_true(
		    text_is_boundary(editor_text(&e), peer_caret(e.peer).head));
		assert_true(text_is_boundary(
		    editor_text(&e), peer_caret(e.peer).anchor));
	}
	pad_close(&e);
}

/* --- the command line --- */

static void
colon_commands_do_what_is_known_here(void **state)
{
	struct editor e;

	(void)state;
	pad_vim(&e, M "abc");
	pad_keys(&e, "\":w\nEnter");
	assert_true(says(&e, "Saved automatically"));
	pad_keys(&e, "\":q\nEnter");
	assert_int_equal(e.panel, PANEL_LEAVE);
	pad_keys(&e, "Esc\n\"ZZ");
	assert_int_equal(e.panel, PANEL_LEAVE);
	pad_keys(&e, "Esc\n\":noh\nEnter\n\":wq\nEnter");
	assert_int_equal(e.panel, PANEL_LEAVE);
	pad_keys(&e, "Esc\n\":run\nEnter");
	assert_int_equal(e.request, REQUEST_RUN);
	pad_keys(&e, "\":tabnew\nEnter");
	assert_true(says(&e, ":tabnew is not known here"));
	pad_keys(&e, "\":s/abc/x/i\nEnter");
	assert_true(says(&e, "knows no flag but g"));
	pad_keys(&e, "\":s/nowhere/x/\nEnter");
	assert_true(says(&e, "Not found: nowhere"));
	assert_true(pad_is(&e, M "abc"));
	pad_keys(&e, "\":\nBackspace\n\"x"); /* out of it again */
	assert_true(pad_is(&e, M "bc"));
	pad_close(&e);
}

static void
who_may_not_write_can_move(void **state)
{
	static const char *const changes[] = { "\"x", "\"dd", "\"ixy\nEsc",
		"\"Axy\nEsc", "\"oxy\nEsc", "\"Oxy\nEsc", "\"cwxy\nEsc",
		"\"yyp", "\"rx", "\"J", "\"~", "\">>", "\"vd", "\"Vp", "\"u",
		"\".", "\":%s/a/b/\nEnter", "\"ggS" };
	struct editor e;

	(void)state;
	pad_vim(&e, M "a bc\nd");
	pad_keys(&e, "\"xu");
	e.welcome.frozen = true;
	pad_keys(&e, "\"w");
	assert_true(pad_is(&e, "a " M "bc\nd"));
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		pad_keys(&e, changes[i]);
		assert_true(says(&e, "read-only"));
		assert_string_equal(keymap_word(&e), "NORMAL");
		pad_keys(&e, "\"0w");
		assert_true(pad_is(&e, "a " M "bc\nd"));
	}
	pad_close(&e);
}

/* --- emacs --- */

static void
emacs_prefixes_wait_for_a_key(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, M "abc");
	keymap_switch(&e, KEYMAP_EMACS);
	pad_keys(&e, "C-x");
	assert_string_equal(keymap_word(&e), "^X-");
	pad_keys(&e, "C-s");
	assert_string_equal(keymap_word(&e), "");
	assert_true(says(&e, "Saved automatically"));
	pad_keys(&e, "C-x C-c");
	assert_int_equal(e.panel, PANEL_LEAVE);
	pad_keys(&e, "Esc Esc");
	assert_string_equal(keymap_word(&e), "Esc-");
	pad_keys(&e, "x");
	assert_int_equal(e.panel, PANEL_MENU);
	pad_keys(&e, "C-g");
	assert_int_equal(e.panel, PANEL_NONE);
	pad_keys(&e, "C-x x");
	assert_true(says(&e, "^X x does nothing here"));
	e.request = REQUEST_NONE;
	pad_keys(&e, "C-r");
	assert_true(says(&e, "M-x opens the menu"));
	assert_int_equal(e.request, REQUEST_NONE);
	pad_keys(&e, "F5");
	assert_int_equal(e.request, REQUEST_RUN);
	pad_close(&e);
}

/* --- choosing --- */

static void
the_menu_switches_and_names_the_keys(void **state)
{
	char names[KEYMAP_NAMES_SIZE];
	struct editor e;

	(void)state;
	pad_open(&e, M "abc");
	pad_keys(&e, "C-p\n\"keys: vim\nEnter");
	assert_int_equal(e.keymap, KEYMAP_VIM);
	assert_true(e.looks_untold);
	keymap_names(&e, "C-z", true, names);
	assert_string_equal(names, "u  ^Z");
	keymap_names(&e, "C-r F5", true, names);
	assert_string_equal(names, "F5");
	pad_keys(&e, "C-p\n\"keys: vim\nEnter"); /* it is on: not offered */
	assert_int_equal(e.panel, PANEL_MENU);
	pad_keys(&e, "Esc C-p\n\"keys: emacs\nEnter");
	assert_int_equal(e.keymap, KEYMAP_EMACS);
	keymap_names(&e, "C-p F1 F10", false, names);
	assert_string_equal(names, "M-x");
	pad_keys(&e, "M-x\n\"keys: standard\nEnter");
	assert_int_equal(e.keymap, KEYMAP_STANDARD);
	keymap_names(&e, "C-r F5", true, names);
	assert_string_equal(names, "^R  F5");
	pad_close(&e);
}

static void
what_the_hub_remembers_is_on_from_the_first_welcome(void **state)
{
	struct editor e = { .goal = 0 }; /* all zeros */
	struct welcome w = { .site = 1, .joined = true, .looks = KEYMAP_EMACS };

	(void)state;
	editor_init(&e);
	e.now_ms = 1000;
	editor_welcome(&e, &w);
	assert_int_equal(e.keymap, KEYMAP_EMACS);
	assert_false(e.looks_untold);
	/* what was switched while the link was down is newer */
	keymap_switch(&e, KEYMAP_STANDARD);
	e.looks_untold = false;
	editor_welcome(&e, &w);
	assert_int_equal(e.keymap, KEYMAP_STANDARD);
	assert_true(e.looks_untold);
	editor_release(&e);
}

static void
one_may_choose_before_joining(void **state)
{
	struct editor e;

	(void)state;
	pad_open(&e, M "abc");
	e.panel = PANEL_JOIN;
	pad_keys(&e, "F3");
	assert_int_equal(e.keymap, KEYMAP_VIM);
	assert_int_equal(e.panel, PANEL_JOIN);
	pad_keys(&e, "F3 F3");
	assert_int_equal(e.keymap, KEYMAP_STANDARD);
	pad_close(&e);
}

/* --- who means vim's --- */

static bool
is_noticed(const char *keys, unsigned pause_ms)
{
	struct editor e;
	bool noticed = false;

	pad_open(&e, M "abc");
	e.now_ms += 10000;
	pad_keys(&e, keys);
	e.now_ms += pause_ms;
	pad_keys(&e, ":");
	for (int i = 0; i < e.ntoasts; i++)
		noticed |= strcmp(e.toasts[i].text,
			       "Vim user? ^P vim switches keys on") == 0;
	assert_int_equal(e.keymap, KEYMAP_STANDARD);
	pad_close(&e);
	return noticed;
}

static void
who_types_vims_keys_is_told_once(void **state)
{
	struct editor e;

	(void)state;
	assert_true(is_noticed("Esc", 0));
	assert_false(is_noticed("Esc", 1100));
	assert_false(is_noticed("Esc a", 0));
	assert_true(is_noticed("\"jjjj", 0));
	assert_false(is_noticed("\"jjj", 0));
	assert_false(is_noticed("\"jkjk", 0));
	assert_false(is_noticed("\"aaaa", 0));
	assert_true(is_noticed("M-:", 0)); /* both at once */
	pad_open(&e, M "");
	pad_keys(&e, "\"hhhh");
	editor_unsay(&e, TOAST_CHAT);
	pad_keys(&e, "\"hhhhhhhh\nEsc\n\":");
	assert_false(says(&e, "Vim user?"));
	assert_true(pad_is(&e, "hhhhhhhhhhhh:" M)); /* nothing is swallowed */
	pad_close(&e);
	pad_open(&e, M "");
	pad_keys(&e, "\"jjj");
	e.now_ms += 1100;
	pad_keys(&e, "\"j");
	assert_false(says(&e, "Vim user?"));
	pad_close(&e);
}

/* --- screens --- */

static void
screens(void **state)
{
	struct editor e;

	(void)state;
	screen_room(&e);
	keymap_switch(&e, KEYMAP_VIM);
	editor_unsay(&e, TOAST_ANSWER);
	screen_check(&e, 80, 24, "vim-normal-80x24");
	screen_check(&e, 40, 12, "vim-normal-40x12");
	pad_keys(&e, "\"2d");
	screen_check(&e, 80, 24, "vim-waits-80x24");
	pad_keys(&e, "Esc\n\"i");
	screen_check(&e, 80, 24, "vim-insert-80x24");
	pad_keys(&e, "Esc\n\"R");
	screen_check(&e, 80, 24, "vim-replace-80x24");
	pad_keys(&e, "Esc\n\"l\nC-v");
	screen_check(&e, 80, 24, "vim-no-block-80x24");
	pad_keys(&e, "Esc");
	editor_unsay(&e, TOAST_ANSWER);
	pad_keys(&e, "\"Vj");
	screen_check(&e, 80, 24, "vim-lines-80x24");
	pad_keys(&e, "\":s/a/b/");
	screen_check(&e, 80, 24, "vim-command-80x24");
	screen_check(&e, 40, 12, "vim-command-40x12");
	pad_keys(&e, "Esc C-p");
	screen_check(&e, 80, 24, "vim-menu-80x24");
	pad_keys(&e, "Esc");
	keymap_switch(&e, KEYMAP_EMACS);
	editor_unsay(&e, TOAST_ANSWER);
	screen_check(&e, 120, 40, "emacs-120x40");
	pad_keys(&e, "C-x");
	screen_check(&e, 80, 24, "emacs-prefix-80x24");
	pad_close(&e);
}

#define TEST(name) cmocka_unit_test(name)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_insertion_is_one_step_whatever_others_do),
		TEST(a_command_is_one_step_and_only_ours_is_undone),
		TEST(moving_while_inserting_begins_a_step),
		TEST(a_click_begins_a_step_and_ends_what_is_selected),
		TEST(after_switching_back_words_are_steps_again),
		TEST(modes_have_names_and_carets),
		TEST(what_is_selected_holds_the_carets_character),
		TEST(what_was_selected_otherwise_is_visual),
		TEST(escape_and_a_key_at_once_are_two_keys),
		TEST(escape_twice_opens_no_menu),
		TEST(what_is_not_vims_works_as_ever),
		TEST(overtyping_covers_what_is_there),
		TEST(a_quoted_key_is_shown),
		TEST(a_command_that_waits_is_shown),
		TEST(any_keys_can_come),
		TEST(colon_commands_do_what_is_known_here),
		TEST(who_may_not_write_can_move),
		TEST(emacs_prefixes_wait_for_a_key),
		TEST(the_menu_switches_and_names_the_keys),
		TEST(what_the_hub_remembers_is_on_from_the_first_welcome),
		TEST(one_may_choose_before_joining),
		TEST(who_types_vims_keys_is_told_once),
		TEST(screens),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
