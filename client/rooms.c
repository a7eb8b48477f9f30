/*
 * rooms.c - the list of rooms on a terminal. It is drawn below what stands there,
 * so that the last words of an editor are still seen, and asked for again every
 * few seconds. Entering a room is not for us: we may start no program. We ask the
 * host for a ticket, hand it to codesyncd and end; it has the editor follow on this
 * terminal, and us when that has ended.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "client/keys.h"
#include "client/line.h"
#include "client/rooms.h"
#include "client/show.h"
#include "proto/sys/util.h"
#include "proto/utf8.h"

#define REFRESH_MS 3000
#define TITLE_BYTES 120 /* of a new room */
#define FRAME_LINES 4   /* beside the rooms: two above, two below */
#define COLS_WITH_TIME 60
#define STARTED_COLS 11 /* "01-31 12:00" */

static struct rooms {
	struct cli *c;
	struct answer me;
	struct json *list; /* or NULL */
	char chosen[16];   /* the room where the mark is */
	size_t at, top;    /* its place; the first that is drawn */
	size_t drawn;      /* lines from the first to the cursor's */
	int cols, lines;
	bool typing; /* the title of a new room */
	struct line title;
	char note[CLI_NOTE_SIZE]; /* what went wrong, until the next key */
	bool away;                /* the host does not answer */
	bool over;
	int status, choice;
	struct termios before;
	struct keys keys;
} self;

/* --- the terminal --- */

static void
on_winch(int signo)
{
	(void)signo; /* poll() ends, which is what it is for */
}

static int
begin_raw(void)
{
	const struct sigaction sa = { .sa_handler = on_winch };
	struct termios t;

	if (tcgetattr(0, &self.before) != 0)
		return -1;
	t = self.before;
	t.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
	t.c_iflag &= ~(tcflag_t)(ICRNL | IXON);
	sigaction(SIGWINCH, &sa, NULL);
	return tcsetattr(0, TCSADRAIN, &t);
}

/* How large it is; when that has changed, lines may have been wrapped, and
 * nobody knows where the list begins. */
static void
measure(void)
{
	struct winsize ws = { 0 };
	int cols = 80, lines = 24;

	if (ioctl(0, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0 && ws.ws_row > 0) {
		cols = ws.ws_col;
		lines = ws.ws_row;
	}
	if (self.cols != 0 && (cols != self.cols || lines != self.lines)) {
		fputs("\033[H\033[2J", stdout);
		self.drawn = 0;
	}
	self.cols = cols;
	self.lines = lines;
}

/* Take away what is drawn; the cursor is where it began. */
static void
erase(void)
{
	putchar('\r');
	if (self.drawn > 0)
		printf("\033[%zuA", self.drawn);
	fputs("\033[J", stdout);
	self.drawn = 0;
}

/* --- what is drawn --- */

/* As much of TEXT as fits behind USED columns; the last one stays free, because
 * terminals differ in what follows it. Returns what is used then. */
static size_t
put(size_t used, const char *text)
{
	size_t last = (size_t)self.cols - 1, len = strlen(text);

	if (used >= last)
		return used;
	if (len > last - used)
		len = last - used;
	show_text(text, len);
	return used + len;
}

static void
end_line(void)
{
	putchar('\n');
	self.drawn++;
}

/* How many of ROOM's people are in STATE, or all with NULL. */
static size_t
count_people(const struct json *room, const char *state)
{
	const struct json *people = json_get(room, "people");
	const char *s;
	size_t n = 0;

	for (size_t i = 0; i < json_count(people); i++) {
		s = json_get_str(json_at(people, i), "state");
		n += state == NULL || (s != NULL && strcmp(s, state) == 0);
	}
	return n;
}

/* "01-31 12:00" of "2026-01-31T12:00:00.000Z". */
static void
short_time(const char *at, char dst[STARTED_COLS + 1])
{
	if (at == NULL || strlen(at) < 16)
		snprintf(dst, STARTED_COLS + 1, "--");
	else
		snprintf(dst, STARTED_COLS + 1, "%.5s %.5s", at + 5, at + 11);
}

static void
draw_room(size_t i)
{
	const struct json *room = json_at(self.list, i);
	const char *title = json_get_str(room, "title");
	char text[96], at[STARTED_COLS + 1], people[24];
	size_t used, last = (size_t)self.cols - 1;

	snprintf(people, sizeof(people), "%zu/%zu", count_people(room, "here"),
	    count_people(room, NULL));
	snprintf(text, sizeof(text), "%c %c %-8.8s %-8.8s %-7.7s",
	    i == self.at ? '>' : ' ', i < 9 ? (char)('1' + i) : ' ',
	    json_get_str(room, "id"), json_get_str(room, "state"), people);
	used = put(0, text);
	if (self.cols >= COLS_WITH_TIME) {
		short_time(json_get_str(room, "started_at"), at);
		snprintf(text, sizeof(text), "%-*s  ", STARTED_COLS, at);
		used = put(used, text);
	}
	if (used < last && title != NULL)
		show_text(title, last - used);
	end_line();
}

static void
draw_head(void)
{
	char text[256];

	snprintf(text, sizeof(text), "CodeSync rooms of %s at %s",
	    json_get_str(self.me.result, "name"),
	    json_get_str(self.me.result, "host"));
	put(0, text);
	end_line();
	snprintf(text, sizeof(text), "    %-8s %-8s %-7s%s%s", "ROOM", "STATE",
	    "PEOPLE", self.cols >= COLS_WITH_TIME ? "STARTED UTC  " : "",
	    "TITLE");
	put(0, text);
	end_line();
}

/* Who waits comes before everything else. */
static void
draw_note(void)
{
	size_t n = json_count(self.list), waits = 0, i;
	char text[CLI_NOTE_SIZE] = "";

	for (i = 0; i < n && waits == 0; i++)
		waits = count_people(json_at(self.list, i), "lobby");
	if (self.away)
		snprintf(text, sizeof(text),
		    "The host does not answer; it is asked again.");
	else if (self.note[0] != '\0')
		snprintf(text, sizeof(text), "%s", self.note);
	else if (waits > 0)
		snprintf(text, sizeof(text),
		    "%zu waiting in %s: enter it to let "
		    "them in",
		    waits, json_get_str(json_at(self.list, i - 1), "id"));
	else if (n == 0)
		snprintf(text, sizeof(text), "There is no room yet.");
	put(0, text);
	end_line();
}

/* The end of what is typed, as far as there is room: the caret is there. */
static void
draw_title(void)
{
	static const char label[] = "Title: ";
	const char *p = self.title.text;
	size_t len = self.title.len, n, cols = 0, used = put(0, label);
	size_t room = (size_t)self.cols - 1 - used;

	for (size_t i = 0; i < len; i += n) {
		n = utf8_cluster(p + i, len - i);
		cols += (size_t)abs(utf8_cluster_width(p + i, n));
	}
	for (; cols > room && len > 0; p += n, len -= n) {
		n = utf8_cluster(p, len);
		cols -= (size_t)abs(utf8_cluster_width(p, n));
	}
	printf("%.*s", (int)len, p);
}

static void
draw_help(void)
{
	const char *help = "Enter Open  1-9 Open  Up/Down Choose  N New  "
			   "Q Quit";

	if (json_count(self.list) == 0)
		help = "N New  Q Quit";
	else if (strlen(help) >= (size_t)self.cols)
		help = "Enter Open  N New  Q Quit";
	if (self.typing)
		draw_title();
	else
		put(0, help);
}

/* The rooms that fit, the chosen one among them. */
static void
draw(void)
{
	size_t n = json_count(self.list), fit = 1;

	measure();
	erase();
	if (self.lines > FRAME_LINES + 1)
		fit = (size_t)(self.lines - FRAME_LINES);
	if (self.at < self.top)
		self.top = self.at;
	if (self.at >= self.top + fit)
		self.top = self.at + 1 - fit;
	if (n <= fit)
		self.top = 0;
	draw_head();
	for (size_t i = self.top; i < n && i < self.top + fit; i++)
		draw_room(i);
	draw_note();
	draw_help();
	fflush(stdout);
}

/* --- what is asked --- */

/* Put the mark where it was, if that room is still there. */
static void
find_chosen(void)
{
	size_t n = json_count(self.list);
	const char *id;

	for (size_t i = 0; i < n; i++) {
		id = json_get_str(json_at(self.list, i), "id");
		if (id != NULL && strcmp(id, self.chosen) == 0) {
			self.at = i;
			return;
		}
	}
	if (self.at >= n)
		self.at = n > 0 ? n - 1 : 0;
}

static void
choose(size_t at)
{
	const char *id = json_get_str(json_at(self.list, at), "id");

	self.at = at;
	snprintf(self.chosen, sizeof(self.chosen), "%s", id != NULL ? id : "");
}

/* A list comes in parts. What is wrong ends us; but a host that is away may come
 * back. */
static void
fetch(void)
{
	struct json *all = json_array_new(), *args;
	struct answer a;
	int64_t next = 0;
	int r;

	do {
		args = json_object_new();
		json_set_int(args, "after", next);
		if ((r = cli_ask_again(self.c, "room list", args, &a)) != 0)
			break;
		json_extend(all, a.result);
		next = json_get_int(a.whole, "next", 0);
		answer_release(&a);
	} while (next != 0);
	self.away = r == EXIT_AWAY;
	if (r == 0) {
		json_free(self.list);
		self.list = all;
		find_chosen();
		return;
	}
	json_free(all);
	if (self.away)
		return;
	self.over = true;
	self.status = r;
}

static void
enter(void)
{
	struct json *args;
	const char *ticket;
	struct answer a;

	if (self.at >= json_count(self.list))
		return;
	choose(self.at);
	args = json_object_new();
	json_set_str(args, "room", self.chosen);
	if (cli_ask(self.c, "room join", args, NULL, &a) != 0)
		return;
	ticket = json_get_str(a.result, "ticket");
	if (ticket != NULL && strlen(ticket) == TICKET_LEN &&
	    write_all(self.choice, ticket, TICKET_LEN) == 0)
		self.over = true;
	else
		snprintf(self.note, sizeof(self.note),
		    "The room cannot be entered now.");
	answer_release(&a);
}

static void
create(void)
{
	struct json *args = json_object_new();
	struct answer a;

	json_set_text(args, "title", self.title.text, self.title.len);
	json_set_bool(args, "lobby", true);
	json_set_bool(args, "copy", true);
	json_set(args, "files", json_array_new());
	if (cli_ask(self.c, "room create", args, NULL, &a) != 0)
		return;
	erase();
	show_created(a.result); /* stays above the list */
	putchar('\n');
	snprintf(self.chosen, sizeof(self.chosen), "%s",
	    json_get_str(a.result, "id"));
	answer_release(&a);
	fetch();
}

/* --- keys --- */

static void
key_up(void)
{
	if (self.at > 0)
		choose(self.at - 1);
}

static void
key_down(void)
{
	if (self.at + 1 < json_count(self.list))
		choose(self.at + 1);
}

static void
key_first(void)
{
	choose(0);
}

static void
key_last(void)
{
	size_t n = json_count(self.list);

	choose(n > 0 ? n - 1 : 0);
}

static void
key_new(void)
{
	line_clear(&self.title);
	self.typing = true;
}

static void
key_quit(void)
{
	self.over = true;
}

/* clang-format off */
static const struct {
	const char *keys;
	void (*fn)(void);
} table[] = {
	{ "Up k C-p",		key_up },
	{ "Down j C-n",		key_down },
	{ "Home",		key_first },
	{ "End",		key_last },
	{ "Enter",		enter },
	{ "n N",		key_new },
	/* C-Space is what a C-d becomes that came before this was raw */
	{ "q Q C-c C-d C-Space C-q",	key_quit },
};
/* clang-format on */

static void
title_key(const struct key *key)
{
	if (key_is_one_of(key, "Enter")) {
		self.typing = false;
		create();
	} else if (key_is_one_of(key, "Esc C-c")) {
		self.typing = false;
	} else if (key_is_one_of(key, "Backspace C-w C-u")) {
		line_key(&self.title, key);
	} else if (key->code == K_CHAR && key->mods == 0 &&
		   utf8_cp_width(key->cp) >= 0) {
		line_type(&self.title, TITLE_BYTES, key->cp);
	}
}

static void
on_key(void *arg, const struct key *key)
{
	(void)arg;
	if (self.over || key->code == K_REPLY)
		return;
	self.note[0] = '\0';
	if (self.typing) {
		title_key(key);
		return;
	}
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (key_is_one_of(key, table[i].keys)) {
			table[i].fn();
			return;
		}
	if (key->code != K_CHAR || key->mods != 0 || key->cp < '1' ||
	    key->cp > '9')
		return;
	if (key->cp - '1' >= json_count(self.list)) {
		snprintf(
		    self.note, sizeof(self.note), "There is no such number.");
		return;
	}
	choose(key->cp - '1');
	enter();
}

/* Keys, or time to ask again. False: the terminal is gone. */
static bool
turn(void)
{
	unsigned esc_ms = keys_wait_ms(&self.keys);
	struct pollfd p = { 0, POLLIN, 0 };
	char bytes[256];
	ssize_t n;
	int r = poll(&p, 1, esc_ms != 0 ? (int)esc_ms : REFRESH_MS);

	if (r == 0 && esc_ms != 0)
		keys_timeout(&self.keys, on_key, NULL);
	else if (r == 0 && !self.typing)
		fetch();
	if (r <= 0)
		return r == 0 || errno == EINTR;
	if ((n = read(0, bytes, sizeof(bytes))) > 0)
		keys_feed(&self.keys, bytes, (size_t)n, on_key, NULL);
	return n > 0;
}

int
rooms_main(struct cli *c, int choice)
{
	int r;

	self.c = c;
	self.choice = choice;
	if ((r = cli_ask(c, "whoami", NULL, NULL, &self.me)) != 0)
		return r;
	c->note = self.note;
	keys_init(&self.keys);
	if (begin_raw() != 0)
		self.over = true;
	fetch();
	while (!self.over) {
		draw();
		if (!turn())
			break;
	}
	erase();
	fflush(stdout);
	tcsetattr(0, TCSADRAIN, &self.before);
	c->note = NULL;
	if (self.status != 0)
		cli_fail(c, self.status, "%s", self.note);
	keys_release(&self.keys);
	json_free(self.list);
	answer_release(&self.me);
	return self.status;
}
