/*
 * tty.c - ncurses for output only, and the only file that knows it. Its screen
 * is a memfd, so that it never waits for a terminal; its input is never used,
 * because keys.c reads every terminal alike. We have a screen of cells already,
 * and draw what changed straight onto newscr, ncurses' picture of what the terminal
 * shall show: stdscr would be a third one in between.
 *
 * The memfd has its full size from the start and is mapped: a frame begins at
 * its first byte, ncurses' own writes move the file's position, and the bytes go
 * from the mapping to the terminal. They are shown with every key, so each
 * system call counts. Before its first byte is room for what holds a large frame
 * back until it is whole.
 *
 * What the terminal can do more than others it is asked once, behind the first
 * screen, and nothing waits for the answers: who gives none has what all have.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include <curses.h>
#include <term.h>

#include "client/tty.h"
#include "proto/err.h"
#include "proto/sys/loop.h"

#define FRAME_MAX (4 * 1024 * 1024)
#define CLOSE_MS 500      /* for some of the last bytes to be taken */
#define CLOSE_ALL_MS 3000 /* for all of them */
#define ANSWERS_MS 1000   /* after that the shell does not get them any more */
#define LAST_ANSWERS_MS 300
#define TINT_DARK 236 /* behind what others selected */
#define TINT_LIGHT 254
#define SYNC_BYTES 256 /* a larger frame is shown at once, if it can be */

/* Pastes are marked; plain arrows come by CSI (keys.c). */
static const char modes_on[] = "\033[?2004h\033[?1l";
static const char modes_off[] = "\033[?2004l";
/* Buttons, and moves with one held, by numbers of any size. */
static const char mouse_on[] = "\033[?1000h\033[?1002h\033[?1006h";
static const char mouse_off[] = "\033[?1006l\033[?1002l\033[?1000l";
/* The first is written before a frame that is there already. */
static const char sync_on[] = "\033[?2026h";
static const char sync_off[] = "\033[?2026l";
#define SYNC_ROOM (sizeof(sync_on) - 1)
/* Keys that had no sequence of their own get one, with what Shift makes of them
 * beside it: ^Enter, and Esc is no more the beginning of another. */
static const char kitty_on[] = "\033[>5u";
static const char kitty_off[] = "\033[<u";
/* Where is the cursor after a character of two or three bytes? They are in the
 * second row, because in the first the answer could be F3. Of the two the second
 * has no byte that Latin-1 has as a control. */
static const char ask_utf8[] = "\033[2;1H\xE2\x94\x80\033[6n"
			       "\033[2;1H\xC3\xA9\033[6n";
/* Can it hold frames back, what is its name, has it more keys, and how light is
 * it? */
static const char ask_more[] = "\033[?2026$p\033[>0q\033[?u\033]11;?\033\\";
/* What is it? All answer this; so it is the last question. */
static const char ask_end[] = "\033[c";
static const char ask_ok[] = "\033[5n";

struct tty {
	int fd, memory;
	int size_fd;  /* whose size and settings are the terminal's */
	int most;     /* colours that may be used */
	bool started; /* ncurses knows that there are colours */
	bool mono;    /* none are */
	struct termios before;
	FILE *out, *in;
	SCREEN *screen;
	struct grid shown;     /* what ncurses has */
	bool whole;            /* draw everything next time */
	bool mouse;            /* it is wanted, */
	bool mouse_told;       /* or not, and the terminal knows it */
	bool ring;             /* the bell, with the next frame */
	int caret, caret_told; /* its shape; and what the terminal has */
	bool ping;             /* the question, with the next frame */
	bool modern;           /* it swallows sequences that it does not know */
	bool takes_copies; /* and makes OSC 52 its clipboard, as far as known */
	bool sync;         /* it holds frames back */
	bool kitty;        /* it can tell more keys, */
	bool kitty_told;   /* and shall */
	short background;  /* a tint of it is that; 0: not known */
	short tint;        /* behind what others selected; 0: none */
	uint64_t asked_ms; /* 0: not yet */
	bool answered;     /* the last question, that is all of them */
	char *copied;      /* for its clipboard, with the next frame; owned */
	size_t copied_len;
	char *frame;      /* the memfd, FRAME_MAX; it begins at SYNC_ROOM */
	size_t len, sent; /* of the frame */
};

/* --- which terminal --- */

/* Names that describe nothing here but are known to speak xterm's language. */
static const struct {
	const char *part, *use;
} relatives[] = {
	{ "tmux", "tmux-256color" },
	{ "screen", "screen-256color" },
	{ "xterm", "xterm-256color" },
	{ "256", "xterm-256color" },
	{ "kitty", "xterm-256color" },
	{ "ghostty", "xterm-256color" },
	{ "alacritty", "xterm-256color" },
	{ "foot", "xterm-256color" },
	{ "wezterm", "xterm-256color" },
	{ "iterm", "xterm-256color" },
	{ "putty", "xterm-256color" },
	{ "rxvt", "xterm-256color" },
};

static bool
can_draw(const char *name)
{
	int error;
	bool can;

	if (name[0] == '\0' || setupterm(name, STDOUT_FILENO, &error) != OK)
		return false;
	can = cursor_address != NULL && clear_screen != NULL && !generic_type &&
	      !hard_copy;
	del_curterm(cur_term);
	return can;
}

/* The description to use for the terminal NAME, or NULL. */
static const char *
description(const char *name)
{
	if (can_draw(name))
		return name;
	for (size_t i = 0; i < sizeof(relatives) / sizeof(relatives[0]); i++)
		if (strstr(name, relatives[i].part) != NULL &&
		    can_draw(relatives[i].use))
			return relatives[i].use;
	return NULL;
}

/* What by itself does not take OSC 52: tmux and screen only when told to. */
static bool
keeps_its_clipboard(const char *name)
{
	static const char *const parts[] = { "tmux", "screen", "linux", "vt",
		"putty", "rxvt", "nsterm", "Apple" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strncmp(name, parts[i], strlen(parts[i])) == 0)
			return true;
	return false;
}

/* --- colours --- */

struct look {
	short colour256, colour8; /* of the text, or of a person's cell */
	attr_t attr, attr_mono;
};

static const struct look looks[PAINTS] = {
	[PAINT_TEXT] = { -1, -1, 0, 0 },
	[PAINT_KEYWORD] = { 176, COLOR_MAGENTA, 0, A_BOLD },
	[PAINT_STRING] = { 114, COLOR_GREEN, 0, 0 },
	[PAINT_NUMBER] = { 173, COLOR_YELLOW, 0, 0 },
	[PAINT_COMMENT] = { 244, COLOR_CYAN, 0, 0 },
	[PAINT_CALL] = { 117, -1, 0, 0 },
	[PAINT_DIM] = { 244, -1, 0, 0 },
	[PAINT_TITLE] = { -1, -1, A_REVERSE, A_REVERSE },
	[PAINT_RULE] = { 250, -1, 0, 0 },
	[PAINT_EVENT] = { -1, -1, 0, 0 },
	[PAINT_ERROR] = { 215, COLOR_YELLOW, A_BOLD, A_BOLD },
	[PAINT_KEY] = { 117, COLOR_CYAN, 0, A_BOLD },
	[PAINT_LABEL] = { -1, -1, 0, 0 },
	[PAINT_BOX] = { -1, -1, 0, 0 },
	[PAINT_ESCAPED] = { 215, COLOR_YELLOW, 0, 0 },
	[PAINT_OUTPUT] = { 244, -1, 0, 0 }, /* black would not be seen */
	[PAINT_OUTPUT + 1] = { 203, COLOR_RED, 0, 0 },
	[PAINT_OUTPUT + 2] = { 114, COLOR_GREEN, 0, 0 },
	[PAINT_OUTPUT + 3] = { 221, COLOR_YELLOW, 0, 0 },
	[PAINT_OUTPUT + 4] = { 111, COLOR_BLUE, 0, 0 },
	[PAINT_OUTPUT + 5] = { 176, COLOR_MAGENTA, 0, 0 },
	[PAINT_OUTPUT + 6] = { 80, COLOR_CYAN, 0, 0 },
	[PAINT_OUTPUT + 7] = { -1, -1, 0, 0 },
	[PAINT_SITE] = { 117, COLOR_CYAN, 0, 0 },
	[PAINT_SITE + 1] = { 214, COLOR_YELLOW, 0, 0 },
	[PAINT_SITE + 2] = { 36, COLOR_GREEN, 0, 0 },
	[PAINT_SITE + 3] = { 228, COLOR_WHITE, 0, 0 },
	[PAINT_SITE + 4] = { 175, COLOR_MAGENTA, 0, 0 },
	[PAINT_SITE + 5] = { 166, COLOR_RED, 0, 0 },
};

/* The pair of a paint, on the tint or not. */
static short
pair_of(const struct tty *t, int paint, bool tinted)
{
	return (short)(tinted && t->tint != 0 ? PAINTS + paint + 1 : paint + 1);
}

static void
set_pairs(struct tty *t)
{
	bool fine = t->most >= 256 && COLORS >= 256;
	short colour;

	t->tint = fine && COLOR_PAIRS > 2 * PAINTS ? t->background : 0;
	for (int i = 0; i < PAINTS; i++) {
		colour = fine ? looks[i].colour256 : looks[i].colour8;
		if (i >= PAINT_SITE)
			init_pair(pair_of(t, i, false), COLOR_BLACK, colour);
		else
			init_pair(pair_of(t, i, false), colour, -1);
		if (i < PAINT_SITE && t->tint != 0)
			init_pair(pair_of(t, i, true), colour, t->tint);
	}
}

/* Who wants no colours, to begin with, gets no byte that is about them. */
static void
set_colours(struct tty *t)
{
	if (t->most > 0 && !t->started)
		t->started = has_colors() && start_color() == OK &&
			     use_default_colors() == OK && COLOR_PAIRS > PAINTS;
	t->mono = t->most == 0 || !t->started;
	if (!t->mono)
		set_pairs(t);
}

static void
set_tint(struct tty *t, short tint)
{
	t->background = tint;
	set_colours(t);
	t->whole = true;
}

static attr_t
attributes(const struct tty *t, const struct cell *c)
{
	const struct look *l = &looks[c->paint];
	attr_t a = t->mono ? l->attr_mono : l->attr;

	if (c->flags & CELL_BOLD)
		a |= A_BOLD;
	/* a person's cell has a colour of its own, or else shows by these */
	if (c->paint >= PAINT_SITE && !t->mono)
		return a;
	if (c->flags & CELL_REVERSE)
		a |= A_REVERSE;
	if (c->flags & CELL_UNDERLINE)
		a |= A_UNDERLINE;
	return a;
}

/* --- the frame --- */

/* The next one begins. */
static void
rewind_frame(struct tty *t)
{
	lseek(t->memory, SYNC_ROOM, SEEK_SET);
	t->len = t->sent = SYNC_ROOM;
}

/* What was written since is the frame. */
static void
end_frame(struct tty *t)
{
	off_t len;

	fflush(t->out);
	len = lseek(t->memory, 0, SEEK_CUR);
	t->len = len > 0 ? (size_t)len : SYNC_ROOM;
	if (t->len > FRAME_MAX) { /* more than the largest screen takes */
		t->len = FRAME_MAX;
		tty_redraw(t);
	}
}

/* Past ncurses. */
static void
say(struct tty *t, const char *text)
{
	if (write(t->memory, text, strlen(text)) > 0)
		end_frame(t);
}

/* A large frame that is there in full is shown in one go. */
static void
hold_frame(struct tty *t)
{
	if (!t->sync || t->len - SYNC_ROOM <= SYNC_BYTES)
		return;
	say(t, sync_off);
	memcpy(t->frame, sync_on, SYNC_ROOM);
	t->sent = 0;
}

static void
say_caret(struct tty *t, int shape)
{
	char text[16];

	snprintf(text, sizeof(text), "\033[%d q", shape);
	say(t, text);
	t->caret_told = shape;
}

/* --- opening --- */

static bool
is_socket(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
}

static int
set_raw(struct tty *t)
{
	struct termios raw;

	if (tcgetattr(t->size_fd, &t->before) != 0)
		return -1;
	raw = t->before;
	cfmakeraw(&raw);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	return tcsetattr(t->size_fd, TCSANOW, &raw);
}

static int
open_screen(struct tty *t, const char *name)
{
	t->memory = memfd_create("screen", MFD_CLOEXEC);
	if (t->memory < 0 || ftruncate(t->memory, FRAME_MAX) != 0)
		return -1;
	t->frame = mmap(
	    NULL, FRAME_MAX, PROT_READ | PROT_WRITE, MAP_SHARED, t->memory, 0);
	if (t->frame == MAP_FAILED ||
	    (t->out = fdopen(dup(t->memory), "w")) == NULL ||
	    (t->in = fopen("/dev/null", "re")) == NULL)
		return -1;
	/* they are somebody else's; use_env(FALSE) would refuse terminals, like
	 * linux, whose description has no size */
	unsetenv("LINES");
	unsetenv("COLUMNS");
	if ((t->screen = newterm(name, t->out, t->in)) == NULL)
		return -1;
	set_colours(t);
	wresize(stdscr, 1, 1); /* we draw onto newscr */
	rewind_frame(t);
	say(t, modes_on);
	return 0;
}

/* Its bytes go through descriptor 0; if that is a socket, it is also ours to ask
 * for the size. False: there is none. */
static bool
open_terminal(struct tty *t)
{
	bool socket = is_socket(STDIN_FILENO);

	if (!socket && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)))
		return false;
	/* a description of our own: what we set on it is not the shell's */
	t->size_fd =
	    open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	t->fd = socket || t->size_fd < 0 ? STDIN_FILENO : t->size_fd;
	if (t->size_fd < 0 && !socket)
		t->size_fd = t->fd;
	if (t->fd == STDIN_FILENO)
		fcntl(t->fd, F_SETFL, fcntl(t->fd, F_GETFL) | O_NONBLOCK);
	return t->size_fd >= 0;
}

static void
close_terminal(struct tty *t)
{
	if (t->fd == STDIN_FILENO)
		fcntl(t->fd, F_SETFL, fcntl(t->fd, F_GETFL) & ~O_NONBLOCK);
	if (t->size_fd != STDIN_FILENO)
		close(t->size_fd);
}

int
tty_open(struct tty **out, int colours, char *err, size_t size)
{
	const char *term = getenv("TERM"), *name;
	struct tty *t;

	*out = NULL;
	if ((t = calloc(1, sizeof(*t))) == NULL)
		return CS_ENOMEM;
	if (!open_terminal(t)) {
		snprintf(err, size, "a room needs a terminal; use ssh -t");
		free(t);
		return CS_EINVAL;
	}
	if ((name = description(term != NULL ? term : "")) == NULL) {
		snprintf(err, size,
		    "the terminal type \"%s\" is not known here or cannot show "
		    "an editor; set TERM, for example TERM=xterm-256color",
		    term != NULL ? term : "");
		close_terminal(t);
		free(t);
		return CS_EINVAL;
	}
	t->most = colours;
	t->whole = true;
	t->modern = strncmp(name, "vt", 2) != 0 && strcmp(name, "linux") != 0;
	t->takes_copies = t->modern && !keeps_its_clipboard(term);
	if (open_screen(t, name) != 0 || set_raw(t) != 0) {
		snprintf(err, size, "the terminal cannot be used: %s",
		    strerror(errno));
		close_terminal(t);
		free(t);
		return CS_EINVAL;
	}
	*out = t;
	return 0;
}

int
tty_fd(const struct tty *t)
{
	return t->fd;
}

void
tty_size(const struct tty *t, int *cols, int *rows)
{
	struct winsize ws;

	*cols = 80;
	*rows = 24;
	if (ioctl(t->size_fd, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0 &&
	    ws.ws_row > 0) {
		*cols = ws.ws_col < GRID_MAX_COLS ? ws.ws_col : GRID_MAX_COLS;
		*rows = ws.ws_row < GRID_MAX_ROWS ? ws.ws_row : GRID_MAX_ROWS;
	}
}

void
tty_resize(struct tty *t, int cols, int rows)
{
	resizeterm(rows, cols);
	grid_resize(&t->shown, cols, rows);
	tty_redraw(t);
}

void
tty_redraw(struct tty *t)
{
	clearok(curscr, TRUE);
	t->whole = true;
}

int
tty_colours(const struct tty *t)
{
	(void)t;
	return has_colors() && max_colors > 0 ? max_colors : 0;
}

void
tty_palette(struct tty *t, int colours)
{
	if (t->most == colours)
		return;
	t->most = colours;
	set_colours(t);
	tty_redraw(t);
}

void
tty_mouse(struct tty *t, bool on)
{
	t->mouse_told &= t->mouse == on;
	t->mouse = on;
}

bool
tty_ping(struct tty *t)
{
	t->ping = t->answered;
	return t->ping;
}

void
tty_caret(struct tty *t, int shape)
{
	t->caret = t->modern ? shape : 0;
}

bool
tty_takes_shapes(const struct tty *t)
{
	return t->modern;
}

void
tty_bell(struct tty *t)
{
	t->ring = true;
}

int
tty_copy(struct tty *t, const void *sequence, size_t len)
{
	char *copy;

	if (!t->modern)
		return 0;
	if ((copy = malloc(len)) == NULL)
		return CS_ENOMEM;
	memcpy(copy, sequence, len);
	free(t->copied);
	t->copied = copy;
	t->copied_len = len;
	return 0;
}

bool
tty_takes_copies(const struct tty *t)
{
	return t->takes_copies;
}

/* --- what it can do --- */

void
tty_ask(struct tty *t, bool utf8)
{
	doupdate(); /* onto the other screen, so that nothing is left of it */
	end_frame(t);
	if (utf8)
		say(t, ask_utf8);
	if (t->modern)
		say(t, ask_more);
	say(t, ask_end);
	t->asked_ms = loop_now_ms();
	tty_redraw(t);
}

void
tty_can(struct tty *t, enum tty_can what)
{
	switch (what) {
	case TTY_SYNC:
		t->sync = true;
		break;
	case TTY_KITTY:
		t->kitty = true;
		break;
	case TTY_LIGHT:
		set_tint(t, TINT_LIGHT);
		break;
	case TTY_DARK:
		set_tint(t, TINT_DARK);
		break;
	case TTY_ANSWERED:
		t->answered = true;
		break;
	}
}

/* --- drawing --- */

static bool
same(const struct cell *a, const struct cell *b)
{
	return a->cp == b->cp && a->paint == b->paint && a->flags == b->flags &&
	       a->width == b->width &&
	       memcmp(a->marks, b->marks, sizeof(a->marks)) == 0;
}

static void
put(const struct tty *t, int x, int y, const struct cell *c)
{
	wchar_t text[CELL_MARKS + 2] = { (wchar_t)c->cp };
	cchar_t cc;
	int n = 1;

	if (c->cp == 0) /* the wide one before covers it */
		return;
	/* libc may know another width; ncurses would then shift the row */
	if (wcwidth(text[0]) != c->width)
		text[0] = c->width == 1 ? L'?' : L'\uFF1F';
	for (int i = 0; i < CELL_MARKS && c->marks[i] != 0; i++)
		if (wcwidth((wchar_t)c->marks[i]) == 0)
			text[n++] = (wchar_t)c->marks[i];
	text[n] = L'\0';
	setcchar(&cc, text, attributes(t, c),
	    t->mono ? 0 : pair_of(t, c->paint, c->flags & CELL_TINT), NULL);
	mvwadd_wch(newscr, y, x, &cc);
}

/* Row Y becomes CELLS[COLS]; SHOWN is what is there. */
static void
show_row(const struct tty *t, int y, const struct cell *cells,
    struct cell *shown, int cols)
{
	size_t len = (size_t)cols * sizeof(*cells);

	if (!t->whole && memcmp(cells, shown, len) == 0)
		return;
	for (int x = 0; x < cols; x++)
		if (t->whole || !same(&cells[x], &shown[x]))
			put(t, x, y, &cells[x]);
	memcpy(shown, cells, len);
}

int
tty_show(struct tty *t, const struct grid *g)
{
	size_t row = (size_t)g->cols;

	if (tty_busy(t))
		return CS_EBUSY;
	if (g->cols != t->shown.cols || g->rows != t->shown.rows)
		return CS_EINVAL;
	for (int y = 0; y < g->rows; y++)
		show_row(t, y, &g->cells[(size_t)y * row],
		    &t->shown.cells[(size_t)y * row], g->cols);
	t->whole = false;
	curs_set(g->cursor ? 1 : 0);
	wmove(newscr, g->cursor_y, g->cursor_x);
	doupdate();
	if (t->ring)
		beep();
	t->ring = false;
	end_frame(t);
	if (!t->mouse_told)
		say(t, t->mouse ? mouse_on : mouse_off);
	t->mouse_told = true;
	if (t->kitty && !t->kitty_told)
		say(t, kitty_on);
	t->kitty_told = t->kitty;
	if (t->ping)
		say(t, ask_ok);
	t->ping = false;
	if (t->caret != t->caret_told)
		say_caret(t, t->caret);
	if (t->copied != NULL && write(t->memory, t->copied, t->copied_len) > 0)
		end_frame(t);
	free(t->copied);
	t->copied = NULL;
	hold_frame(t);
	return tty_flush(t);
}

bool
tty_busy(const struct tty *t)
{
	return t->len > t->sent;
}

int
tty_flush(struct tty *t)
{
	ssize_t n;

	while (t->sent < t->len) {
		n = write(t->fd, t->frame + t->sent, t->len - t->sent);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : CS_ECLOSED;
		t->sent += (size_t)n;
	}
	rewind_frame(t);
	return 0;
}

/* --- closing --- */

static void
flush_for(struct tty *t, int ms)
{
	struct pollfd p = { t->fd, POLLOUT, 0 };
	uint64_t end = loop_now_ms() + CLOSE_ALL_MS;

	while (tty_flush(t) == 0 && tty_busy(t) && loop_now_ms() < end)
		if (poll(&p, 1, ms) <= 0)
			return;
}

/* What it has yet to say is for us, not for who has the terminal next. */
static void
hear_last(struct tty *t)
{
	struct pollfd p = { t->fd, POLLIN, 0 };
	uint64_t age = loop_now_ms() - t->asked_ms;
	char block[512];

	if (t->asked_ms == 0 || t->answered || age > ANSWERS_MS)
		return;
	if (poll(&p, 1, LAST_ANSWERS_MS) > 0)
		while (read(t->fd, block, sizeof(block)) > 0)
			;
}

static void
say_farewell(struct tty *t, const char *farewell)
{
	if (t->kitty_told) /* each screen has its own */
		say(t, kitty_off);
	endwin();
	if (t->caret_told != 0)
		say_caret(t, 0);
	say(t, mouse_off);
	say(t, modes_off);
	if (farewell[0] != '\0') {
		say(t, farewell);
		say(t, "\r\n");
	}
	flush_for(t, CLOSE_MS);
	hear_last(t);
}

void
tty_close(struct tty *t, const char *farewell)
{
	if (t == NULL)
		return;
	if (farewell != NULL)
		say_farewell(t, farewell);
	tcsetattr(t->size_fd, TCSANOW, &t->before);
	delscreen(t->screen);
	fclose(t->out);
	fclose(t->in);
	close(t->memory);
	close_terminal(t);
	grid_release(&t->shown);
	free(t->copied);
	munmap((void *)t->frame, FRAME_MAX);
	free(t);
}
