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
	struct log *l = arg;
	char name[64];

	if (key->code == K_PASTE || key->code == K_PASTE_BIG) {
		l->paste_len = key->len;
		if (key->code == K_PASTE)
			snprintf(name, sizeof(name), "<%.*s>",
			    key->len < 40 ? (int)key->len : 40, key->text);
		else
			snprintf(name, sizeof(name), "<big>");
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
	if (keys_waiting(&k))
		keys_timeout(&k, note, l);
	assert_false(keys_waiting(&k));
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
	{ "\x1B[114;5u", "^r"
			 "\0" },
	{ "\x1B[27;5;9~", "^Tab" },
	{ "x\x1B[<0;10;6My", "x y" },         /* mouse, SGR */
	{ "x\x1B[M !!y", "x y" },             /* mouse, X10 */
	{ "x\x1B[Iy", "x y" },                /* focus */
	{ "x\x1B[?62;1;4cy", "x y" },         /* device attributes */
	{ "x\x1B]11;rgb:0/0/0\x07y", "x y" }, /* colour, BEL */
	{ "x\x1B]11;rgb:0/0/0\x1B\\y", "x y" },
	{ "x\x1BP>|term\x1B\\y", "x y" },
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sequences_of_all_terminals),
		cmocka_unit_test(any_cut_gives_the_same_keys),
		cmocka_unit_test(paste_over_the_maximum_is_dropped_whole),
		cmocka_unit_test(names_are_read_and_written),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
