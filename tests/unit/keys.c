/* keys.c - what terminals send, and which keys that is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "client/keys.h"

/* Keys as text: "^R Left M-b <paste:a\nb>". */
struct log {
	char text[4096];
	size_t len, paste_len;
};

static void
note(void *arg, const struct key *key)
{
	static const char *const mice[] = { "press", "drag", "release", "up",
		"down" };
	static const char *const replies[] = { "sync", "kitty", "light", "dark",
		"name ", "cursor ", "ok", "end" };
	struct log *l = arg;
	char name[64];

	if (key->code == K_PASTE || key->code == K_PASTE_BIG) {
		l->paste_len = key->len;
		if (key->code == K_PASTE)
			snprintf(name, sizeof(name), "<%.*s>",
			    key->len < 40 ? (int)key->len : 40, key->text);
		else
			snprintf(name, sizeof(name), "<big>");
	} else if (key->code == K_MOUSE) {
		snprintf(name, sizeof(name), "%s%s%s%s%u@%u,%u",
		    key->mods & K_SHIFT ? "S-" : "",
		    key->mods & K_CTRL ? "C-" : "",
		    key->mods & K_ALT ? "M-" : "", mice[key->mouse],
		    key->button, key->x, key->y);
	} else if (key->code == K_REPLY) {
		snprintf(name, sizeof(name), "{%s%.*s%.0d}",
		    replies[key->reply], (int)key->len, key->text, key->x);
	} else {
		key_name(key, name, sizeof(name));
	}
	l->len += (size_t)snprintf(l->text + l->len, sizeof(l->text) - l->len,
	    "%s%s", l->len > 0 ? " " : "", name);
}

/* The keys of BYTES[LEN], fed in pieces of STEP, then the pause of a lone Esc. */
static void
decode(const char *bytes, size_t len, size_t step, struct log *l)
{
	struct keys k;
	size_t n;

	memset(l, 0, sizeof(*l));
	keys_init(&k);
	for (size_t at = 0; at < len; at += n) {
		n = len - at < step ? len - at : step;
		keys_feed(&k, bytes + at, n, note, l);
	}
	if (keys_wait_ms(&k) > 0)
		keys_timeout(&k, note, l);
	assert_int_equal(keys_wait_ms(&k), 0);
	keys_release(&k);
}

static const struct {
	const char *bytes, *keys;
} cases[] = {
	{ "a", "a" },
	{ "\xC3\xA9", "\xC3\xA9" },
	{ "\xF0\x9F\x99\x82", "\xF0\x9F\x99\x82" },
	{ "\x12", "^R" },
	{ "\x1F", "^_" },
	{ "\r", "Enter" },
	{ "\n", "Enter" },
	{ "\t", "Tab" },
	{ "\x7F", "Backspace" },
	{ "\x08", "Backspace" },
	{ "\x08\x7F\x08", "Backspace Backspace ^Backspace" },
	{ "\x1B[13;5u\x1B[122;6u", "^Enter ^Z" },
	{ "\x1B", "Esc" },
	{ "\x1B\x1B", "Esc Esc" },
	{ "\x1B"
	  "b",
	    "M-b" },
	{ "\x1B\x7F", "M-Backspace" },
	{ "\x1B]", "M-]" },
	{ "\x1B]x]", "M-] x ]" },
	{ "\x1B]\x1B[A", "M-] Up" },
	{ "\x1B[A", "Up" },
	{ "\x1BOA", "Up" },
	{ "\x1B[1;5D", "^Left" },
	{ "\x1B[1;2C", "Shift-Right" },
	{ "\x1B[1;9A", "M-Up" },
	{ "\x1B\x1B[A", "M-Up" },
	{ "\x1B[H", "Home" },
	{ "\x1B[1~", "Home" },
	{ "\x1B[7~", "Home" },
	{ "\x1BOF", "End" },
	{ "\x1B[3~", "Delete" },
	{ "\x1B[3;5~", "^Delete" },
	{ "\x1B[5~", "PgUp" },
	{ "\x1BOP", "F1" },
	{ "\x1B[11~", "F1" },
	{ "\x1B[15~", "F5" },
	{ "\x1B[15;2~", "Shift-F5" },
	{ "\x1B[24~", "F12" },
	{ "\x1B[Z", "Shift-Tab" },
	{ "\x1B[13;5u", "^Enter" },
	{ "\x1B[27u", "Esc" },
	{ "\x1B[97;3u", "M-a" },
	{ "\x1B[233u", "\xC3\xA9" },
	{ "\x1B[99;69u", "^C" },       /* with Caps Lock */
	{ "\x1B[97:65;2:1;65u", "a" }, /* sub-parameters */
	{ "\x1B[57441;2uy", "y" },     /* Shift alone */
	{ "\x1B[27;2;65~", "A" },
	{ "\x1B[27;6;13~", "Shift-^Enter" },
	{ "\x1B[1;5A", "^Up" },
	{ "\x1B[1;69A", "^Up" },
	/* rxvt */
	{ "\x1B[a\x1B[d", "Shift-Up Shift-Left" },
	{ "\x1BOa\x1BOd", "^Up ^Left" },
	{ "\x1B[3$y", "Shift-Delete y" },
	{ "\x1B[5^y", "^PgUp y" },
	{ "\x1B[6@y", "Shift-^PgDn y" },
	/* PuTTY with Ctrl, once its plain arrows were seen */
	{ "\x1B[A\x1BOD\x1B[D", "Up ^Left Left" },
	{ "\x1BOD\x1BOC", "Left Right" },
	/* the Linux console, older xterm, the keypad */
	{ "\x1B[[A\x1B[[Ey", "F1 F5 y" },
	{ "\x1B[[Zy", "y" },
	{ "\x1BO5P", "^F1" },
	{ "\x1BO1;2Q", "Shift-F2" },
	{ "\x1BOp\x1BOy\x1BOk", "0 9 +" },
	{ "\x1BOM", "Enter" },
	/* Alt with what could begin a sequence */
	{ "\x1B]", "M-]" },
	{ "\x1B]x", "M-] x" },
	{ "\x1BPhello", "M-P h e l l o" },
	{ "\x1B_\r", "M-_ Enter" },
	{ "\x1B[", "M-[" },
	{ "\x1BO", "M-O" },
	{ "\x1B]52;c;x\ry", "Enter y" }, /* has no end, but somebody types */
	{ "\x1BO\x1B[A", "Up" },
	{ "\x1B[1;\ry", "Enter y" },
	{ "\x1B[1;\x1B[A", "Up" },
	{ "\x1B[114;5u", "^r"
			 "\0" },
	{ "\x1B[27;5;9~", "^Tab" },
	{ "x\x1B[<0;10;6My", "x press0@9,5 y" }, /* mouse, SGR */
	{ "\x1B[<2;1;1m", "release2@0,0" },
	{ "\x1B[<32;500;300M", "drag0@499,299" },
	{ "\x1B[<64;3;4M\x1B[<65;3;4M", "up0@2,3 down0@2,3" },
	{ "\x1B[<8;3;4M", "M-press0@2,3" },
	{ "\x1B[<20;3;4M", "S-C-press0@2,3" },
	{ "\x1B[<35;3;4My", "y" }, /* a move without a button */
	{ "\x1B[<66;3;4My", "y" }, /* the wheel's other axis */
	{ "\x1B[<0;0;4My", "y" },  /* no such place */
	{ "\x1B[<0;4My", "y" },
	{ "\x1B[<0;99999;4My", "y" },
	{ "x\x1B[M !!y", "x press0@0,0 y" }, /* mouse, X10 */
	{ "\x1B[M#\"$", "release0@1,3" },
	{ "\x1B[M\x60!!", "up0@0,0" },
	{ "\x1B[M \xFF\xFE", "press0@222,221" },
	{ "\x1B[M\x1F!!y", "y" },
	{ "x\x1B[Iy\x1B[O", "x y" },            /* focus */
	{ "x\x1B[24;80Ry", "x {cursor 79} y" }, /* the cursor's place */
	{ "x\x1B[2;2Ry", "x {cursor 1} y" },
	{ "x\x1B[2;0Ry", "x y" },
	{ "x\x1B[99999;2Ry", "x y" },
	{ "x\x1B[1;80Ry", "x y" },
	{ "\x1BOR\x1B[1;2R", "F3 Shift-F3" },
	{ "x\x1B[8;24;80ty", "x y" },         /* the window's size */
	{ "x\x1B[?2026;1$yz", "x {sync} z" }, /* a mode */
	{ "x\x1B[?2026;2$yz", "x {sync} z" },
	{ "x\x1B[?2026;0$yz", "x z" }, /* that it does not know, */
	{ "x\x1B[?2026;4$yz", "x z" }, /* or will never have */
	{ "x\x1B[?2004;1$yz", "x z" },
	{ "x\x1B[?0uy", "x {kitty} y" }, /* kitty's keys */
	{ "\x1B[44:60;4u", "M-<" },
	{ "\x1B[122:90;6u", "^Z" },
	{ "\x1B[101:69;3u", "M-e" }, /* without Shift */
	{ "\x1B[13;5u", "^Enter" },
	{ "x\x1B[>41;354;0cy", "x y" },
	{ "x\x1B[0ny", "x {ok} y" },
	/* Esc was pressed just before it came */
	{ "\x1B\x1B[0nx", "Esc {ok} x" },
	{ "\x1B\x1B]11;rgb:00/00/00\x07x", "Esc {dark} x" },
	{ "x\x1B[3ny", "x y" },
	{ "x\x1B[?62;1;4cy", "x {end} y" },          /* device attributes */
	{ "x\x1B]11;rgb:0/0/0\x07y", "x {dark} y" }, /* colour, BEL */
	{ "x\x1B]11;rgb:f/f/f\x1B\\y", "x {light} y" },
	{ "x\x1B]11;rgb:1e1e/1e1e/2e2e\x1B\\y", "x {dark} y" },
	{ "x\x1B]11;rgba:fdfd/f6f6/e3e3/ffff\x1B\\y", "x {light} y" },
	{ "x\x1B]11;rgb:00/ff\x1B\\y", "x y" },
	{ "x\x1B]11;?\x1B\\y", "x y" },
	{ "x\x1B]10;rgb:f/f/f\x1B\\y", "x y" },
	{ "x\x1BP>|xterm.js(5.3.0)\x1B\\y", "x {name xterm.js(5.3.0)} y" },
	{ "x\x1BP>|\x1B\\y", "x {name } y" },
	{ "x\x1BP1$r0m\x1B\\y", "x y" },
	{ "x\xFFy", "x y" },
	{ "x\xC3y", "x y" },
	{ "\x1B[200~a\rb\r\nc\nd\x1B[201~", "<a\nb\nc\nd>" },
	{ "\x1B[200~\tx\x1B[201~y", "<    x> y" },
	{ "\x1B[200~a\x1B[20b\x1B[201~", "<a[20b>" },
	{ "\x1B[200~a\xFF\x1B[201~", "<a\xEF\xBF\xBD>" },
	{ "\x1B[200~\x1B[201~z", "z" },
};

#define NCASES (sizeof(cases) / sizeof(cases[0]))

static void
sequences_of_all_terminals(void **state)
{
	struct log l;

	(void)state;
	for (size_t i = 0; i < NCASES; i++) {
		decode(cases[i].bytes, strlen(cases[i].bytes), 4096, &l);
		if (strcasecmp(l.text, cases[i].keys) != 0)
			fail_msg("case %zu: %s instead of %s", i, l.text,
			    cases[i].keys);
	}
}

/* A network cuts where it likes. */
static void
any_cut_gives_the_same_keys(void **state)
{
	struct log whole, cut;

	(void)state;
	for (size_t i = 0; i < NCASES; i++)
		for (size_t step = 1; step < 5; step++) {
			size_t len = strlen(cases[i].bytes);

			decode(cases[i].bytes, len, len + 1, &whole);
			decode(cases[i].bytes, len, step, &cut);
			assert_string_equal(cut.text, whole.text);
		}
}

static void
paste_over_the_maximum_is_dropped_whole(void **state)
{
	size_t size = KEYS_PASTE_MAX + 100;
	char *bytes = malloc(size + 32);
	struct log l;

	(void)state;
	memset(bytes, 'a', size + 32);
	memcpy(bytes, "\x1B[200~", 6);
	memcpy(bytes + 6 + KEYS_PASTE_MAX, "\x1B[201~z", 7);
	decode(bytes, 6 + KEYS_PASTE_MAX + 7, 1000, &l);
	assert_int_equal(l.paste_len, KEYS_PASTE_MAX);
	memset(bytes + 6, 'a', size);
	memcpy(bytes + 6 + KEYS_PASTE_MAX + 1, "\x1B[201~z", 7);
	decode(bytes, 6 + KEYS_PASTE_MAX + 1 + 7, 1000, &l);
	assert_string_equal(l.text, "<big> z");
	assert_int_equal(l.paste_len, KEYS_PASTE_MAX + 1);
	free(bytes);
}

/* What is cut off in the middle is no key when its end comes too late, and keys
 * work again. */
static void
a_sequence_without_end_is_dropped(void **state)
{
	static const char *const begun[] = { "\x1B[1;5", "\x1B[<0;1", "\x1B[M ",
		"\x1B]11;rgb:", "\x1BP>|te", "\x1B[[", "\x1BO1", "\xC3" };
	struct log l;
	struct keys k;

	(void)state;
	for (size_t i = 0; i < sizeof(begun) / sizeof(begun[0]); i++) {
		memset(&l, 0, sizeof(l));
		keys_init(&k);
		keys_feed(&k, begun[i], strlen(begun[i]), note, &l);
		assert_int_equal(keys_wait_ms(&k), KEYS_STUCK_MS);
		keys_timeout(&k, note, &l);
		assert_string_equal(l.text, "");
		keys_feed(&k, "a", 1, note, &l);
		assert_string_equal(l.text, "a");
		keys_release(&k);
	}
}

static void
a_reply_has_a_maximum(void **state)
{
	char *bytes = malloc(2 * KEYS_STRING_MAX);
	struct log l;

	(void)state;
	memset(bytes, '1', 2 * KEYS_STRING_MAX);
	memcpy(bytes, "\x1B]", 2);
	memcpy(bytes + KEYS_STRING_MAX, "1\x07", 2);
	decode(bytes, KEYS_STRING_MAX + 2, 100, &l);
	assert_string_equal(l.text, "");
	memcpy(bytes + KEYS_STRING_MAX, "11x", 3);
	decode(bytes, KEYS_STRING_MAX + 3, 100, &l);
	assert_string_equal(l.text, "x");
	free(bytes);
}

static void
names_are_read_and_written(void **state)
{
	static const char *const names[][2] = { { "C-r", "^R" },
		{ "M-b", "M-b" }, { "S-Tab", "Shift-Tab" }, { "F10", "F10" },
		{ "C-Left", "^Left" }, { "x", "x" }, { "Space", "Space" } };
	struct key key;
	char name[32];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_true(key_parse(names[i][0], &key));
		key_name(&key, name, sizeof(name));
		assert_string_equal(name, names[i][1]);
	}
	assert_false(key_parse("Q-x", &key));
	assert_false(key_parse("F13", &key));
	assert_false(key_parse("nothing", &key));
}

/* A key is in a list if and only if one of the list's names reads as it. */
static void
lists_mean_what_their_names_say(void **state)
{
	static const char *const all[] = { "C-r", "r", "M-r", "S-Tab", "Tab",
		"F1", "F10", "S-F1", "C-Left", "C-S-Left", "Left", "Space",
		"C-Space", "-", "C--", "C", "M", "S", "F", "1", "Esc", "Enter",
		"PgDn", "\xC3\xA9", "M-\\", "C-\\", "M-<", "Backspace" };
	size_t n = sizeof(all) / sizeof(all[0]);
	char list[64];
	struct key key;

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			assert_true(key_parse(all[i], &key));
			assert_int_equal(key_is_one_of(&key, all[j]), i == j);
			snprintf(list, sizeof(list), "F9 %s M-F2", all[j]);
			assert_int_equal(key_is_one_of(&key, list), i == j);
		}
	assert_false(key_is_one_of(&key, ""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sequences_of_all_terminals),
		cmocka_unit_test(any_cut_gives_the_same_keys),
		cmocka_unit_test(paste_over_the_maximum_is_dropped_whole),
		cmocka_unit_test(a_sequence_without_end_is_dropped),
		cmocka_unit_test(a_reply_has_a_maximum),
		cmocka_unit_test(names_are_read_and_written),
		cmocka_unit_test(lists_mean_what_their_names_say),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
