/* tty.c - a terminal of our own, a pty's other end: what it is sent, byte for
 * byte, for screens as people have them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <locale.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "client/tty.h"
#include "client/view.h"
#include "proto/err.h"
#include "tests/lib/pad.h"
#include "tests/lib/screen.h"

static int master, said; /* the pty; where the test's own words go */

struct terminal {
	struct tty *tty;
	struct editor e;
	struct grid grid;
	char bytes[256 * 1024]; /* what it was sent since it was last asked */
	size_t len;
};

/* What is there now, and the end of it. */
static size_t
sent(struct terminal *t)
{
	ssize_t n;

	t->len = 0;
	do {
		assert_int_equal(tty_flush(t->tty), 0);
		n = read(
		    master, t->bytes + t->len, sizeof(t->bytes) - 1 - t->len);
		t->len += n > 0 ? (size_t)n : 0;
	} while (n > 0 || tty_busy(t->tty));
	t->bytes[t->len] = '\0';
	return t->len;
}

static bool
was_sent(const struct terminal *t, const char *what)
{
	return memmem(t->bytes, t->len, what, strlen(what)) != NULL;
}

static void
open_terminal(struct terminal *t, const char *name, bool mono)
{
	struct winsize ws = { .ws_col = 80, .ws_row = 24 };
	char err[256];

	memset(t, 0, sizeof(*t));
	setenv("TERM", name, 1);
	ioctl(master, TIOCSWINSZ, &ws);
	dup2(STDIN_FILENO, STDOUT_FILENO); /* as who comes by ssh has it */
	assert_int_equal(
	    tty_open(&t->tty, mono ? 0 : 256, err, sizeof(err)), 0);
	dup2(said, STDOUT_FILENO);
	screen_room(&t->e);
	assert_int_equal(grid_resize(&t->grid, 80, 24), 0);
	tty_resize(t->tty, 80, 24);
	sent(t);
}

static void
close_terminal(struct terminal *t, const char *farewell)
{
	tty_close(t->tty, farewell);
	t->len = 0;
	for (ssize_t n; (n = read(master, t->bytes + t->len,
			     sizeof(t->bytes) - 1 - t->len)) > 0;)
		t->len += (size_t)n;
	t->bytes[t->len] = '\0';
	grid_release(&t->grid);
	pad_close(&t->e);
}

static size_t
show(struct terminal *t)
{
	struct layout l;

	view_layout(&t->e, 80, 24, &l);
	view_draw(&t->e, &l, &t->grid);
	assert_int_equal(tty_show(t->tty, &t->grid), 0);
	return sent(t);
}

static size_t
press(struct terminal *t, const char *keys)
{
	pad_keys(&t->e, keys);
	return show(t);
}

/* --- what it can do --- */

static void
it_is_asked_in_one_go(void **state)
{
	static const char questions[] =
	    "\033[2;1H\xE2\x94\x80\033[6n\033[2;1H\xC3\xA9\033[6n"
	    "\033[?2026$p\033[>0q\033[?u\033]11;?\033\\\033[c";
	struct terminal t;
	char *at;

	(void)state;
	open_terminal(&t, "xterm-256color", false);
	tty_ask(t.tty, true);
	sent(&t);
	at = memmem(t.bytes, t.len, questions, sizeof(questions) - 1);
	assert_non_null(at);
	/* on the other screen, of which nothing stays */
	assert_true(strstr(t.bytes, "\033[?1049h") < at);
	assert_string_equal(at + sizeof(questions) - 1, "");
	show(&t);
	assert_true(was_sent(&t, "two_sum"));
	assert_true(was_sent(&t, "\033[2J")); /* what they printed is gone */
	close_terminal(&t, "Bye.");
	assert_true(was_sent(&t, "\033[?1049l"));
	assert_true(was_sent(&t, "\033[?2004l"));
	assert_true(was_sent(&t, "\033[?1000l"));
	assert_false(was_sent(&t, "\033[<u")); /* it was never set */
	assert_true(strstr(t.bytes, "Bye.") > strstr(t.bytes, "\033[?1049l"));
}

/* Is any colour set in what was sent, by an SGR that has one among others? */
static bool
has_colour(const struct terminal *t)
{
	const char *p = t->bytes;
	unsigned n;

	while ((p = strstr(p, "\033[")) != NULL) {
		p += 2;
		if (p[strspn(p, "0123456789;")] != 'm')
			continue;
		for (; *p != 'm'; p += *p == ';') {
			n = (unsigned)strtoul(p, (char **)&p, 10);
			if ((n >= 30 && n <= 38) || (n >= 40 && n <= 48))
				return true;
		}
	}
	return false;
}

/* Each frame after a change is whole. */
static void
the_palette_can_be_changed_at_any_time(void **state)
{
	struct terminal t;

	(void)state;
	open_terminal(&t, "xterm-256color", false);
	assert_int_equal(tty_colours(t.tty), 256);
	tty_can(t.tty, TTY_DARK);
	show(&t);
	assert_true(was_sent(&t, "38;5;"));
	tty_palette(t.tty, 16);
	show(&t);
	assert_true(was_sent(&t, "two_sum"));
	assert_false(was_sent(&t, "38;5;"));
	assert_true(has_colour(&t));
	tty_palette(t.tty, 0);
	show(&t);
	assert_true(was_sent(&t, "two_sum"));
	assert_false(has_colour(&t));
	tty_palette(t.tty, 256);
	show(&t);
	assert_true(was_sent(&t, "38;5;"));
	tty_palette(t.tty, 256); /* nothing new */
	assert_int_equal(show(&t), 0);
	close_terminal(&t, "");
}

static void
who_began_without_colours_can_have_them(void **state)
{
	struct terminal t;

	(void)state;
	open_terminal(&t, "xterm-256color", true);
	show(&t);
	assert_false(has_colour(&t));
	assert_int_equal(tty_colours(t.tty), 256);
	tty_palette(t.tty, 256);
	show(&t);
	assert_true(was_sent(&t, "38;5;"));
	close_terminal(&t, "");
}

static void
few_colours_are_not_made_more(void **state)
{
	struct terminal t;

	(void)state;
	open_terminal(&t, "linux", false);
	assert_int_equal(tty_colours(t.tty), 8);
	assert_false(tty_takes_shapes(t.tty));
	show(&t);
	assert_true(has_colour(&t));
	assert_false(was_sent(&t, "38;5;"));
	tty_palette(t.tty, 8);
	tty_caret(t.tty, 2);
	show(&t);
	assert_true(has_colour(&t));
	assert_false(was_sent(&t, " q"));
	close_terminal(&t, "");
	open_terminal(&t, "vt100", false);
	assert_int_equal(tty_colours(t.tty), 0);
	tty_palette(t.tty, 16);
	show(&t);
	assert_false(has_colour(&t));
	close_terminal(&t, "");
}

/* They would show what they do not know. */
static void
old_ones_are_asked_little(void **state)
{
	struct terminal t;

	(void)state;
	open_terminal(&t, "vt100", false);
	tty_ask(t.tty, false);
	sent(&t);
	assert_true(was_sent(&t, "\033[c"));
	assert_false(was_sent(&t, "\033[6n"));
	assert_false(was_sent(&t, "\033]"));
	assert_false(was_sent(&t, "\033[>"));
	assert_false(was_sent(&t, "\033[?2026"));
	close_terminal(&t, "");
}

static void
a_large_frame_comes_at_once(void **state)
{
	static const char on[] = "\033[?2026h", off[] = "\033[?2026l";
	struct terminal t;

	(void)state;
	open_terminal(&t, "xterm-256color", false);
	show(&t);
	assert_false(was_sent(&t, on));
	tty_can(t.tty, TTY_SYNC);
	press(&t, "PgDn");
	tty_redraw(t.tty);
	show(&t);
	assert_true(t.len > 256);
	assert_memory_equal(t.bytes, on, sizeof(on) - 1);
	assert_string_equal(t.bytes + t.len - (sizeof(off) - 1), off);
	press(&t, "\"x"); /* a key is too small to be worth it */
	assert_true(t.len > 0 && t.len <= 256);
	assert_false(was_sent(&t, on));
	assert_false(was_sent(&t, off));
	close_terminal(&t, "");
}

static void
more_keys_only_who_has_them(void **state)
{
	struct terminal t;

	(void)state;
	open_terminal(&t, "xterm-256color", false);
	show(&t);
	assert_false(was_sent(&t, "\033[>5u"));
	tty_can(t.tty, TTY_KITTY);
	show(&t);
	assert_true(was_sent(&t, "\033[>5u"));
	tty_can(t.tty, TTY_KITTY); /* once */
	show(&t);
	assert_false(was_sent(&t, "\033[>5u"));
	close_terminal(&t, "");
	assert_true(was_sent(&t, "\033[<u"));
	/* each screen has its own */
	assert_true(
	    strstr(t.bytes, "\033[<u") < strstr(t.bytes, "\033[?1049l"));
}

static void
a_tint_fits_the_background(void **state)
{
	const struct caret other = { 2, 0, true, 4, 11 };
	struct terminal t;

	(void)state;
	open_terminal(&t, "xterm-256color", false);
	peer_caret_remote(t.e.peer, &other, 1);
	show(&t);
	/* underlined in any case */
	assert_true(was_sent(&t, ";4m"));
	assert_false(was_sent(&t, "48;5;236") || was_sent(&t, "48;5;254"));
	tty_can(t.tty, TTY_DARK);
	show(&t);
	assert_true(was_sent(&t, "48;5;236"));
	tty_can(t.tty, TTY_LIGHT);
	tty_redraw(t.tty);
	show(&t);
	assert_true(was_sent(&t, "48;5;254"));
	close_terminal(&t, "");
	open_terminal(&t, "xterm-256color", true);
	peer_caret_remote(t.e.peer, &other, 1);
	tty_can(t.tty, TTY_DARK);
	show(&t);
	assert_false(was_sent(&t, "48;5"));
	close_terminal(&t, "");
}

static void
only_who_answers_is_asked_again(void **state)
{
	struct terminal t;

	(void)state;
	open_terminal(&t, "xterm-256color", false);
	tty_ask(t.tty, true);
	sent(&t);
	assert_false(tty_ping(t.tty));
	show(&t);
	assert_false(was_sent(&t, "\033[5n"));
	tty_can(t.tty, TTY_ANSWERED);
	assert_true(tty_ping(t.tty));
	show(&t);
	assert_true(was_sent(&t, "\033[5n"));
	show(&t);
	assert_false(was_sent(&t, "\033[5n"));
	close_terminal(&t, "");
}

/* What it has not said yet is not left to the shell. */
static void
a_late_answer_goes_to_nobody(void **state)
{
	struct terminal t;
	int waiting = -1;

	(void)state;
	open_terminal(&t, "xterm-256color", false);
	tty_ask(t.tty, true);
	sent(&t);
	assert_int_equal(write(master, "\033[?62c", 6), 6);
	close_terminal(&t, "");
	assert_int_equal(ioctl(STDIN_FILENO, FIONREAD, &waiting), 0);
	assert_int_equal(waiting, 0);
}

/* --- how things look --- */

struct sgr {
	int fg, bg; /* -1: the terminal's own */
	bool bold, underline, reverse;
};

/* The numbers from P on, up to an m; 38 and 48 are followed by two more. */
static void
set_look(struct sgr *l, const char *p)
{
	static const struct sgr plain = { .fg = -1, .bg = -1 };
	long n, ground;

	for (char *end; *p != 'm'; p = end + (*end == ';')) {
		n = strtol(p, &end, 10);
		if (n == 38 || n == 48) {
			assert_memory_equal(end, ";5;", 3);
			ground = strtol(end + 3, &end, 10);
			*(n == 38 ? &l->fg : &l->bg) = (int)ground;
		} else if (n >= 30 && n <= 39) {
			l->fg = n == 39 ? -1 : (int)n - 30;
		} else if (n >= 40 && n <= 49) {
			l->bg = n == 49 ? -1 : (int)n - 40;
		} else if (n == 0) {
			*l = plain;
		}
		l->bold |= n == 1;
		l->underline |= n == 4;
		l->reverse |= n == 7;
	}
	if (p[-1] == '[')
		*l = plain;
}

/* With which look has the terminal got LETTER, in words? */
static const char *
look_of(const struct terminal *t, char letter)
{
	static char words[64];
	struct sgr l = { .fg = -1, .bg = -1 };
	char fg[16] = "", bg[16] = "";
	const char *p, *end;

	for (p = t->bytes; *p != '\0' && *p != letter; p++) {
		if (p[0] != '\033' || p[1] == '\0')
			continue;
		end = p + 2;
		if (p[1] == '[')
			end += strspn(end, "0123456789;?>");
		if (p[1] == '[' && *end == 'm')
			set_look(&l, p + 2);
		p = end;
	}
	assert_int_equal(*p, letter);
	if (l.fg >= 0)
		snprintf(fg, sizeof(fg), " %d", l.fg);
	if (l.bg >= 0)
		snprintf(bg, sizeof(bg), " on %d", l.bg);
	snprintf(words, sizeof(words), "%s%s%s%s%s", fg, bg,
	    l.bold ? " bold" : "", l.underline ? " underline" : "",
	    l.reverse ? " reverse" : "");
	return words;
}

/* How what is meant shall look, by colours there are. */
static const struct {
	uint8_t paint, flags;
	const char *fine, *few, *none;
} shown[] = {
	{ PAINT_TEXT, 0, "", "", "" },
	{ PAINT_KEYWORD, 0, " 176", " 5", " bold" },
	{ PAINT_STRING, 0, " 114", " 2", "" },
	{ PAINT_NUMBER, 0, " 173", " 3", "" },
	{ PAINT_COMMENT, 0, " 244", " 6", "" },
	{ PAINT_CALL, CELL_BOLD, " 117 bold", " bold", " bold" },
	{ PAINT_TITLE, 0, " reverse", " reverse", " reverse" },
	{ PAINT_ERROR, 0, " 215 bold", " 3 bold", " bold" },
	/* our selection, and brackets that belong together */
	{ PAINT_TEXT, CELL_REVERSE, " reverse", " reverse", " reverse" },
	{ PAINT_KEYWORD, CELL_REVERSE, " 176 reverse", " 5 reverse",
	    " bold reverse" },
	/* others' */
	{ PAINT_TEXT, CELL_UNDERLINE | CELL_TINT, " on 236 underline",
	    " underline", " underline" },
	{ PAINT_STRING, CELL_UNDERLINE | CELL_TINT, " 114 on 236 underline",
	    " 2 underline", " underline" },
	/* carets of C, I, J, K and two more: black on their colour */
	{ PAINT_SITE, CELL_REVERSE | CELL_UNDERLINE, " 0 on 117", " 0 on 6",
	    " underline reverse" },
	{ PAINT_SITE + 1, CELL_REVERSE | CELL_UNDERLINE, " 0 on 214", " 0 on 3",
	    " underline reverse" },
	{ PAINT_SITE + 2, CELL_REVERSE | CELL_UNDERLINE, " 0 on 36", " 0 on 2",
	    " underline reverse" },
	{ PAINT_SITE + 3, CELL_REVERSE | CELL_UNDERLINE, " 0 on 228", " 0 on 7",
	    " underline reverse" },
	{ PAINT_SITE + 4, CELL_REVERSE | CELL_UNDERLINE, " 0 on 175", " 0 on 5",
	    " underline reverse" },
	{ PAINT_SITE + 5, CELL_REVERSE | CELL_UNDERLINE, " 0 on 166", " 0 on 1",
	    " underline reverse" },
	/* a letter in the title */
	{ PAINT_SITE, CELL_BOLD, " 0 on 117 bold", " 0 on 6 bold", " bold" },
};
#define SHOWN (sizeof(shown) / sizeof(shown[0]))

/* Each is a letter, in a row of its own. */
static void
show_all(struct terminal *t)
{
	grid_clear(&t->grid);
	for (size_t i = 0; i < SHOWN; i++)
		*grid_at(&t->grid, 0, (int)i) = (struct cell){
			.cp = 'a' + (uint32_t)i,
			.width = 1,
			.paint = shown[i].paint,
			.flags = shown[i].flags,
		};
	tty_redraw(t->tty);
	assert_int_equal(tty_show(t->tty, &t->grid), 0);
	sent(t);
}

static void
colours_have_their_numbers(void **state)
{
	struct terminal t;

	(void)state;
	open_terminal(&t, "xterm-256color", false);
	tty_can(t.tty, TTY_DARK);
	show_all(&t);
	for (size_t i = 0; i < SHOWN; i++)
		assert_string_equal(
		    look_of(&t, (char)('a' + i)), shown[i].fine);
	tty_palette(t.tty, 16);
	show_all(&t);
	for (size_t i = 0; i < SHOWN; i++)
		assert_string_equal(look_of(&t, (char)('a' + i)), shown[i].few);
	tty_palette(t.tty, 0);
	show_all(&t);
	for (size_t i = 0; i < SHOWN; i++)
		assert_string_equal(
		    look_of(&t, (char)('a' + i)), shown[i].none);
	close_terminal(&t, "");
}

/* --- how much it is sent --- */

static void
a_key_costs_little(void **state)
{
	static const char *const names[] = { "xterm-256color", "tmux-256color",
		"screen-256color", "xterm-kitty" };
	static const struct {
		const char *before, *key;
		size_t most;
	} keys[] = { { "C-Home Down End", "\"Q", 120 },
		{ "C-Home Down Home Right", "\"Q", 120 },
		{ "End", "Left", 120 }, { "", "Backspace", 120 },
		{ "C-Home Down End", "Enter", 1024 },
		{ "C-Home", "Enter", 1024 }, { "C-End", "Enter", 1024 },
		{ "C-Home Right Down End \"abc", "C-z", 1024 },
		{ "C-Home", "PgDn", 2048 } };
	struct terminal t;
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		open_terminal(&t, names[i], false);
		for (int line = 0; line < 40; line++)
			pad_remote(&t.e, text_len(editor_text(&t.e)), 0,
			    "for n in range(10): print(n) # what it is\n");
		t.e.now_ms +=
		    60000; /* nobody has just moved or said something */
		editor_tick(&t.e);
		show(&t);
		for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
			t.e.clocks_ms = t.e.now_ms; /* as pace_tell() does */
			press(&t, keys[k].before);
			n = press(&t, keys[k].key);
			if (n == 0 || n > keys[k].most)
				fail_msg("%s: %s after %s: %zu bytes", names[i],
				    keys[k].key, keys[k].before, n);
		}
		close_terminal(&t, "");
	}
}

/* --- that nothing waits for it --- */

static void
who_does_not_read_stops_nobody(void **state)
{
	struct terminal t;
	struct layout l;
	int frames = 0;

	(void)state;
	open_terminal(&t, "xterm-256color", false);
	show(&t);
	while (!tty_busy(t.tty) && ++frames < 1000) {
		tty_redraw(t.tty);
		view_layout(&t.e, 80, 24, &l);
		view_draw(&t.e, &l, &t.grid);
		assert_int_equal(tty_show(t.tty, &t.grid), 0);
	}
	assert_true(frames < 1000);
	assert_int_equal(tty_show(t.tty, &t.grid), CS_EBUSY);
	/* and when it reads again, it is shown what is there now */
	sent(&t);
	press(&t, "C-Home \"ZZZ");
	assert_true(was_sent(&t, "Z"));
	close_terminal(&t, "");
}

/* --- plain terminals --- */

/* BYTES without their escape sequences. False if one of those is a colour, or
 * something else is not printable ASCII. */
static bool
is_plain(const char *p)
{
	const char *end;
	char *next;
	long n;

	while (*p != '\0') {
		if (p[0] == '\033' && (p[1] == '(' || p[1] == ')')) {
			p += 3;
		} else if (p[0] == '\033' && p[1] == '[') {
			end = p + 2 +
			      strcspn(p + 2, "@ABCDEFGHIJKLMNOPQRSTUVWX"
					     "YZ[\\]^_`abcdefghijklmnop"
					     "qrstuvwxyz{|}~");
			for (p += 2; *end == 'm' && p < end; p = next + 1) {
				n = strtol(p, &next, 10);
				if ((n >= 30 && n <= 49 && n != 39 &&
					n != 49) ||
				    n >= 90)
					return false;
			}
			p = end + 1;
		} else if (p[0] == '\033') {
			p += 2;
		} else if ((*p >= ' ' && *p <= '~') || *p == '\r' ||
			   *p == '\n' || *p == '\b' || *p == '\017') {
			p++;
		} else {
			return false;
		}
	}
	return true;
}

static void
ascii_and_mono_hold_for_every_byte(void **state)
{
	static const char *const keys[] = { "C-Home", "C-p", "Esc", "C-f",
		"\"seen", "Esc Esc", "C-g", "Esc", "C-q", "Esc", "C-o", "C-o",
		"C-t", "\"hello", "Enter", "C-t", "S-Down", "C-k",
		"C-Space Down", "PgDn", "F7", "C-r" };
	struct terminal t;

	(void)state;
	assert_true(is_plain("a\033[1;7mb\033[0;10m\033(Bc\033[?25h"));
	assert_false(is_plain("\033[1;31m"));
	assert_false(is_plain("\033[38;5;117m"));
	assert_false(is_plain("\xC2\xA0"));
	open_terminal(&t, "xterm-256color", true);
	t.e.ascii = t.grid.ascii = true;
	tty_ask(t.tty, false);
	sent(&t);
	assert_true(is_plain(t.bytes));
	pad_remote(&t.e, 0, 0,
	    "# \xE6\x97\xA5\xC3\xA9 "
	    "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA6"
	    "\te\xCC\x81\xE2\x80\xAE\n");
	show(&t);
	pad_run(&t.e, 2, "\033[32mgr\xC3\xBCn \033[44mon blue\033[0m\n");
	pad_said(&t.e, 1, 2, SAY_ALL, "gr\xC3\xBC\xC3\x9F dich");
	t.e.people[2].moved_ms = t.e.now_ms;
	show(&t);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		press(&t, keys[i]);
		if (!is_plain(t.bytes))
			fail_msg("%s: %s", keys[i], t.bytes);
	}
	tty_redraw(t.tty);
	show(&t);
	assert_true(is_plain(t.bytes));
	close_terminal(&t, "You left.");
	assert_true(is_plain(t.bytes));
}

static int
run_all(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_asked_in_one_go),
		cmocka_unit_test(the_palette_can_be_changed_at_any_time),
		cmocka_unit_test(who_began_without_colours_can_have_them),
		cmocka_unit_test(few_colours_are_not_made_more),
		cmocka_unit_test(old_ones_are_asked_little),
		cmocka_unit_test(a_large_frame_comes_at_once),
		cmocka_unit_test(more_keys_only_who_has_them),
		cmocka_unit_test(a_tint_fits_the_background),
		cmocka_unit_test(only_who_answers_is_asked_again),
		cmocka_unit_test(a_late_answer_goes_to_nobody),
		cmocka_unit_test(colours_have_their_numbers),
		cmocka_unit_test(a_key_costs_little),
		cmocka_unit_test(who_does_not_read_stops_nobody),
		cmocka_unit_test(ascii_and_mono_hold_for_every_byte),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* In a session of its own, whose terminal is the pty. */
int
main(void)
{
	pid_t child;
	int slave, status;

	setlocale(LC_ALL, "C.UTF-8");
	fflush(stdout);
	if ((child = fork()) < 0)
		return 1;
	if (child > 0)
		return waitpid(child, &status, 0) == child && WIFEXITED(status)
			   ? WEXITSTATUS(status)
			   : 1;
	setsid();
	if ((master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK)) < 0 ||
	    grantpt(master) != 0 || unlockpt(master) != 0 ||
	    (slave = open(ptsname(master), O_RDWR)) < 0 ||
	    (said = dup(STDOUT_FILENO)) < 0 || dup2(slave, STDIN_FILENO) < 0)
		return 1;
	return run_all();
}
