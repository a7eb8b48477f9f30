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

#include "client/exec.h"
#include "client/keys.h"
#include "client/line.h"
#include "client/room.h"
#include "client/roomline.h"
#include "client/rooms.h"
#include "client/show.h"
#include "proto/sys/loop.h"
#include "proto/sys/util.h"
#include "proto/utf8.h"

#define REFRESH_MS 3000
#define FIELD_BYTES 120 /* of what is typed for a new room */
#define MINUTES_MAX (7 * 24 * 60)
#define FRAME_LINES 4 /* beside the rooms: two above, two below */
#define CLOCK_COLS 9  /* "12:00 UTC" */

/* Of a new room. */
enum field { TITLE, LANGUAGE, TEMPLATE, MINUTES, FIELDS };
static const struct {
	const char *label, *key, *before; /* what it is unless typed */
} fields[FIELDS] = {
	[TITLE] = { "Title", "title", "none" },
	[LANGUAGE] = { "Language", "language", "python" },
	[TEMPLATE] = { "Template", "template", "none" },
	[MINUTES] = { "Minutes", "minutes", "no end" },
};

/* What a key does. Those with a help are in the menu, before all others. */
struct room_key {
	const char *keys; /* as key_parse reads them, separated by blanks */
	void (*fn)(void);
	const char *name, *help; /* or NULL */
};
/* The *N that are in the menu. */
static const struct room_key *room_keys(size_t *n);

/* What the next key answers. */
enum question { ASKS_NOTHING, ASKS_ROLE, ASKS_END };

static struct rooms {
	struct cli *c;
	struct answer me;
	struct json *whole; /* what the host listed, or NULL */
	struct json *list;  /* what of that the filter leaves, or NULL */
	struct json *codes; /* that were made here for candidates, by room */
	char chosen[16];    /* the room where the mark is */
	size_t at, top;     /* its place; the first that is drawn */
	size_t drawn;       /* lines from the first to the cursor's */
	int cols, lines;
	bool all;    /* also those that have ended */
	bool typing; /* what a new room is to be; the field that is typed */
	size_t field;
	struct line values[FIELDS];
	bool filtering; /* the filter is typed */
	struct line filter;
	bool menu;      /* what the keys do, in the place of the rooms */
	size_t menu_at; /* the one that is marked */
	enum question asked;
	char note[CLI_NOTE_SIZE]; /* what went wrong, until the next key */
	bool away;                /* the host does not answer */
	bool over;
	int status;
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

/* The code that leads into ROOM, or NULL: the host keeps none but as a digest, so
 * it is one that was made here. */
static const char *
code_of(const struct json *room)
{
	const char *id = json_get_str(room, "id");

	if (id == NULL || json_get_str(room, "ended_at") != NULL)
		return NULL;
	return json_get_str(self.codes, id);
}

static void
begin_lines(struct roomline *l)
{
	l->cols = self.cols;
	l->coded = false;
	for (size_t i = 0; i < json_count(self.list); i++)
		l->coded |= code_of(json_at(self.list, i)) != NULL;
	time_rfc3339(loop_wall_ms(), l->today);
}

static void
draw_room(const struct roomline *l, size_t i)
{
	const struct json *room = json_at(self.list, i);
	const char mark[] = { i == self.at ? '>' : ' ', ' ',
		i < 9 ? (char)('1' + i) : ' ', '\0' };

	roomline_put(l, room, mark, code_of(room));
	end_line();
}

/* Whose rooms they are, and at the end, if there is room, what time it is. */
static void
draw_head(const struct roomline *l)
{
	size_t used, last = (size_t)self.cols - 1;
	char text[256];

	snprintf(text, sizeof(text), "CodeSync rooms of %s at %s",
	    json_get_str(self.me.result, "name"),
	    json_get_str(self.me.result, "host"));
	used = put(0, text);
	if (used + CLOCK_COLS + 2 <= last)
		printf("%*s%.5s UTC", (int)(last - used - CLOCK_COLS), "",
		    l->today + 11);
	end_line();
	if (self.menu)
		put(0, "  KEY     DOES");
	else
		roomline_head(l);
	end_line();
}

/* "Tab: language python, template none, minutes 60. Enter makes it": the fields
 * that are not being typed. */
static void
fields_text(char *dst, size_t size)
{
	const struct line *v;
	size_t at = (size_t)snprintf(dst, size, "Enter makes it. Tab:");

	for (size_t i = 1; i < FIELDS && at < size; i++) {
		v = &self.values[(self.field + i) % FIELDS];
		at += (size_t)snprintf(dst + at, size - at, "%s %s %.*s",
		    i > 1 ? "," : "", fields[(self.field + i) % FIELDS].label,
		    v->len > 0 ? (int)v->len : 10,
		    v->len > 0 ? v->text
			       : fields[(self.field + i) % FIELDS].before);
	}
	if (at >= (size_t)self.cols)
		snprintf(dst, size, "Enter makes it. Tab: more of it");
}

/* Who waits comes before everything else. */
static void
draw_note(void)
{
	size_t n = json_count(self.whole), waits = 0, i;
	const struct line *filter = &self.filter;
	char text[CLI_NOTE_SIZE] = "";

	for (i = 0; i < n && waits == 0; i++)
		waits = roomline_people(json_at(self.whole, i), "lobby");
	if (self.typing) {
		fields_text(text, sizeof(text));
		put(0, text);
		end_line();
		return;
	}
	if (self.away)
		snprintf(text, sizeof(text),
		    "The host does not answer; it is asked again.");
	else if (self.note[0] != '\0')
		snprintf(text, sizeof(text), "%s", self.note);
	else if (waits > 0)
		snprintf(text, sizeof(text),
		    "%zu waiting in %s: enter to let in", waits,
		    json_get_str(json_at(self.whole, i - 1), "id"));
	else if (self.filtering && n > 0 && json_count(self.list) == 0)
		snprintf(
		    text, sizeof(text), "No room has that. Esc shows all.");
	else if (filter->len > 0 && !self.filtering)
		snprintf(text, sizeof(text),
		    "Those with \"%.*s\". Esc shows all.", (int)filter->len,
		    filter->text);
	else if (n == 0)
		snprintf(text, sizeof(text), "%s",
		    self.all ? "There is no room yet."
			     : "No room is open. A shows ended ones.");
	put(0, text);
	end_line();
}

/* The end of what is typed, as far as there is room: the caret is there. */
static void
draw_line(const char *name, const struct line *value)
{
	const char *p = value->text;
	size_t len = value->len, n, cols = 0, used, room;
	char label[16];

	snprintf(label, sizeof(label), "%s: ", name);
	used = put(0, label);
	room = (size_t)self.cols - 1 - used;
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
	static const char all[] = "Enter Open  N New  I Invite  R Replay  "
				  "E End  / Filter  A All  ^P Menu  Q Quit";
	static const char *const helps[] = { all,
		"Enter Open  N New  I Invite  E End  / Filter  ^P Menu  Q Quit",
		"Enter Open  N New  I Invite  ^P Menu  Q Quit",
		"Enter Open N New ^P Menu Q Quit", "N I E A ^P Q" };
	size_t i = 0, n = sizeof(helps) / sizeof(helps[0]);
	const char *help = "N New  A All  ^P Menu  Q Quit";
	char text[64];

	while (i + 1 < n && strlen(helps[i]) >= (size_t)self.cols)
		i++;
	if (json_count(self.list) > 0)
		help = helps[i];
	if (self.menu)
		help = "Enter does it  Esc Back";
	if (self.asked == ASKS_ROLE)
		help = "Invite C candidate  I interviewer  O observer?";
	snprintf(text, sizeof(text), "End %s? E ends it", self.chosen);
	if (self.asked == ASKS_END)
		help = text;
	if (self.typing)
		draw_line(fields[self.field].label, &self.values[self.field]);
	else if (self.filtering)
		draw_line("Filter", &self.filter);
	else
		put(0, help);
}

/* What the keys do, as many as fit, the marked one among them. */
static void
draw_menu(size_t fit)
{
	size_t n, first = self.menu_at < fit ? 0 : self.menu_at + 1 - fit;
	const struct room_key *keys = room_keys(&n);
	char text[64];

	for (size_t i = first; i < n && i < first + fit; i++) {
		snprintf(text, sizeof(text), "%c %-8s%s",
		    i == self.menu_at ? '>' : ' ', keys[i].name, keys[i].help);
		put(0, text);
		end_line();
	}
}

/* The rooms that fit, the chosen one among them. */
static void
draw(void)
{
	size_t n = json_count(self.list), fit = 1;
	struct roomline l;

	measure();
	begin_lines(&l);
	erase();
	if (self.lines > FRAME_LINES + 1)
		fit = (size_t)(self.lines - FRAME_LINES);
	if (self.at < self.top)
		self.top = self.at;
	if (self.at >= self.top + fit)
		self.top = self.at + 1 - fit;
	if (n <= fit)
		self.top = 0;
	draw_head(&l);
	if (self.menu)
		draw_menu(fit);
	for (size_t i = self.top; i < n && i < self.top + fit && !self.menu;
	     i++)
		draw_room(&l, i);
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

/* What the filter leaves; all if there is none. */
static void
sift(void)
{
	char text[FIELD_BYTES + 1];
	const struct json *room;

	snprintf(
	    text, sizeof(text), "%.*s", (int)self.filter.len, self.filter.text);
	json_free(self.list);
	self.list = json_array_new();
	for (size_t i = 0; i < json_count(self.whole); i++) {
		room = json_at(self.whole, i);
		if (roomline_holds(room, text))
			json_add(self.list, json_dup(room));
	}
	find_chosen();
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
		json_set_bool(args, "all", self.all);
		if ((r = cli_ask_again(self.c, "room list", args, &a)) != 0)
			break;
		json_extend(all, a.result);
		next = json_get_int(a.whole, "next", 0);
		answer_release(&a);
	} while (next != 0);
	self.away = r == EXIT_AWAY;
	if (r == 0) {
		json_free(self.whole);
		self.whole = all;
		sift();
		return;
	}
	json_free(all);
	if (self.away)
		return;
	self.over = true;
	self.status = r;
}

static int
ask_for_ticket(const char *cmd, struct answer *a)
{
	struct json *args = json_object_new();

	json_set_str(args, "room", self.chosen);
	return cli_ask(self.c, cmd, args, NULL, a);
}

/* The editor follows us, with the ticket in A, which is released. */
static void
follow(bool replay, struct answer *a)
{
	const char *ticket = json_get_str(a->result, "ticket");

	if (ticket != NULL && strlen(ticket) == TICKET_LEN &&
	    exec_editor(self.c, replay, ticket) == 0)
		self.over = true;
	else
		snprintf(self.note, sizeof(self.note),
		    "The room cannot be entered now.");
	answer_release(a);
}

static void
replay(void)
{
	struct answer a;

	if (self.at >= json_count(self.list))
		return;
	choose(self.at);
	if (ask_for_ticket("room replay", &a) == 0)
		follow(true, &a);
}

/* A room that has ended is shown from its beginning on, to who may see that. */
static void
enter(void)
{
	const char *state;
	struct answer a;
	int r;

	if (self.at >= json_count(self.list))
		return;
	choose(self.at);
	state = json_get_str(json_at(self.list, self.at), "state");
	if (state != NULL && strcmp(state, "ended") == 0) {
		r = ask_for_ticket("room replay", &a);
		if (r == 0)
			follow(true, &a);
		if (r != EXIT_NOT_ALLOWED)
			return;
	}
	if (ask_for_ticket("room join", &a) == 0)
		follow(false, &a);
}

/* What was typed, but for what was left as it is. False: it is no number. */
static bool
add_fields(struct json *args)
{
	const struct line *v;
	char digits[16];
	uint64_t n;

	for (size_t i = 0; i < MINUTES; i++) {
		v = &self.values[i];
		if (v->len > 0)
			json_set_text(args, fields[i].key, v->text, v->len);
	}
	v = &self.values[MINUTES];
	snprintf(digits, sizeof(digits), "%.*s", (int)v->len, v->text);
	if (v->len == 0)
		return true;
	if (v->len >= sizeof(digits) ||
	    parse_num(digits, 1, MINUTES_MAX, &n) < 0)
		return false;
	json_set_int(args, fields[MINUTES].key, (int64_t)n);
	return true;
}

/* The host will not tell it again. Those of staff and observers are not to be read
 * to the candidate. */
static void
keep_code(const char *room, const struct json *invite)
{
	const char *role = json_get_str(invite, "role");
	const char *code = json_get_str(invite, "code");

	if (room == NULL || role == NULL || code == NULL ||
	    strcmp(role, "candidate") != 0)
		return;
	json_set_str(self.codes, room, code);
}

static void
invite(const char *role)
{
	struct json *args = json_object_new();
	struct answer made;

	json_set_str(args, "room", self.chosen);
	json_set_str(args, "role", role);
	erase(); /* it stays above the list */
	if (room_invite_shown(self.c, self.chosen, args, &made) != 0)
		return;
	putchar('\n');
	keep_code(self.chosen, made.result);
	answer_release(&made);
}

static void
end_room(void)
{
	struct json *args = json_object_new();
	struct answer a;

	json_set_str(args, "room", self.chosen);
	if (cli_ask(self.c, "room end", args, NULL, &a) != 0)
		return;
	answer_release(&a);
	fetch();
}

static void
create(void)
{
	struct json *args = json_object_new();
	struct answer a;

	if (!add_fields(args)) {
		snprintf(self.note, sizeof(self.note),
		    "The minutes are a number from 1 to %d.", MINUTES_MAX);
		json_free(args);
		return;
	}
	json_set_bool(args, "lobby", true);
	json_set_bool(args, "copy", true);
	json_set(args, "files", json_array_new());
	if (cli_ask(self.c, "room create", args, NULL, &a) != 0)
		return;
	erase();
	show_created(a.result); /* stays above the list */
	putchar('\n');
	keep_code(json_get_str(a.result, "id"),
	    json_at(json_get(a.result, "invites"), 0));
	snprintf(self.chosen, sizeof(self.chosen), "%s",
	    json_get_str(a.result, "id"));
	answer_release(&a);
	line_clear(&self.filter); /* it is to be seen */
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
	for (size_t i = 0; i < FIELDS; i++)
		line_clear(&self.values[i]);
	for (const char *p = "60"; *p != '\0'; p++)
		line_type(&self.values[MINUTES], FIELD_BYTES, (uint8_t)*p);
	self.field = TITLE;
	self.typing = true;
}

static void
ask(enum question question)
{
	if (self.at >= json_count(self.list))
		return;
	choose(self.at);
	self.asked = question;
}

static void
key_invite(void)
{
	ask(ASKS_ROLE);
}

static void
key_end(void)
{
	ask(ASKS_END);
}

static void
key_filter(void)
{
	self.filtering = true;
}

/* All rooms are shown again. */
static void
key_unfilter(void)
{
	self.filtering = false;
	line_clear(&self.filter);
	sift();
}

static void
key_menu(void)
{
	self.menu = true;
	self.menu_at = 0;
}

static void
key_all(void)
{
	self.all = !self.all;
	fetch();
}

static void
key_quit(void)
{
	self.over = true;
}

/* clang-format off */
static const struct room_key table[] = {
	{ "Enter",		enter,		"Enter", "Open; so do 1 to 9" },
	{ "n N",		key_new,	"N", "New room" },
	{ "i I",		key_invite,	"I", "Invite somebody" },
	{ "r R",		replay,		"R", "Replay what was" },
	{ "e E",		key_end,	"E", "End the interview" },
	{ "/ C-f",		key_filter,	"/", "Filter: rooms that hold a text" },
	{ "a A",		key_all,	"A", "All rooms, or only those that are open" },
	/* C-Space is what a C-d becomes that came before this was raw */
	{ "q Q C-c C-d C-Space C-q", key_quit,	"Q", "Quit" },
	{ "Up k",		key_up,		NULL, NULL },
	{ "Down j",		key_down,	NULL, NULL },
	{ "Home",		key_first,	NULL, NULL },
	{ "End",		key_last,	NULL, NULL },
	{ "Esc",		key_unfilter,	NULL, NULL },
	{ "C-p ? F1 F10",	key_menu,	NULL, NULL },
};
/* clang-format on */

static const struct room_key *
room_keys(size_t *n)
{
	for (*n = 0; table[*n].help != NULL; ++*n)
		;
	return table;
}

/* False: the menu is closed, and KEY is what it always is. */
static bool
menu_key(const struct key *key)
{
	size_t n;

	room_keys(&n);
	if (key_is_one_of(key, "Up") && self.menu_at > 0) {
		self.menu_at--;
	} else if (key_is_one_of(key, "Down Tab") && self.menu_at + 1 < n) {
		self.menu_at++;
	} else if (!key_is_one_of(key, "Up Down Tab")) {
		self.menu = false;
		if (key_is_one_of(key, "Enter"))
			table[self.menu_at].fn();
		return key_is_one_of(key, "Enter Esc C-p ? F1 F10");
	}
	return true;
}

/* The rooms that are left are seen while one types. */
static void
filter_key(const struct key *key)
{
	if (key_is_one_of(key, "Esc C-c")) {
		key_unfilter();
	} else if (key_is_one_of(key, "Enter")) {
		self.filtering = false;
	} else if (key_is_one_of(key, "Up")) {
		key_up();
	} else if (key_is_one_of(key, "Down")) {
		key_down();
	} else if (key_is_one_of(key, "Backspace C-w C-u")) {
		line_key(&self.filter, key);
		sift();
	} else if (key->code == K_CHAR && key->mods == 0 &&
		   utf8_cp_width(key->cp) >= 0) {
		line_type(&self.filter, FIELD_BYTES, key->cp);
		sift();
	}
}

/* KEY answers what was asked; any other one is no. */
static void
answer_key(const struct key *key)
{
	static const struct {
		const char *keys, *role;
	} roles[] = { { "c C", "candidate" }, { "i I", "interviewer" },
		{ "o O", "observer" } };
	enum question asked = self.asked;

	self.asked = ASKS_NOTHING;
	if (asked == ASKS_END && key_is_one_of(key, "e E"))
		end_room();
	for (size_t i = 0; i < 3 && asked == ASKS_ROLE; i++)
		if (key_is_one_of(key, roles[i].keys))
			invite(roles[i].role);
}

static void
field_key(const struct key *key)
{
	struct line *value = &self.values[self.field];

	if (key_is_one_of(key, "Tab Down")) {
		self.field = (self.field + 1) % FIELDS;
	} else if (key_is_one_of(key, "S-Tab Up")) {
		self.field = (self.field + FIELDS - 1) % FIELDS;
	} else if (key_is_one_of(key, "Enter")) {
		self.typing = false;
		create();
	} else if (key_is_one_of(key, "Esc C-c")) {
		self.typing = false;
	} else if (key_is_one_of(key, "Backspace C-w C-u")) {
		line_key(value, key);
	} else if (key->code == K_CHAR && key->mods == 0 &&
		   utf8_cp_width(key->cp) >= 0) {
		line_type(value, FIELD_BYTES, key->cp);
	}
}

static void
on_key(void *arg, const struct key *key)
{
	(void)arg;
	if (self.over || key->code == K_REPLY)
		return;
	self.note[0] = '\0';
	if (self.menu && menu_key(key))
		return;
	if (self.typing || self.filtering || self.asked != ASKS_NOTHING) {
		if (self.typing)
			field_key(key);
		else if (self.filtering)
			filter_key(key);
		else
			answer_key(key);
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
	else if (r == 0 && !self.typing && self.asked == ASKS_NOTHING)
		fetch();
	if (r <= 0)
		return r == 0 || errno == EINTR;
	if ((n = read(0, bytes, sizeof(bytes))) > 0)
		keys_feed(&self.keys, bytes, (size_t)n, on_key, NULL);
	return n > 0;
}

int
rooms_main(struct cli *c)
{
	int r;

	self.c = c;
	if ((r = cli_ask(c, "whoami", NULL, NULL, &self.me)) != 0)
		return r;
	c->note = self.note;
	self.codes = json_object_new();
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
	json_free(self.whole);
	json_free(self.codes);
	answer_release(&self.me);
	return self.status;
}
