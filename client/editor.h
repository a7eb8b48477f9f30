/*
 * editor.h - everything that one person sees and does in a room: the document
 * (proto/peer.h), the people, the last run, and what is on the screen besides.
 * Changed by keys (command.c, panel.c), by the hub (editor.c) and by nothing
 * else; drawn by view.c, which changes nothing.
 */
#ifndef CLIENT_EDITOR_H
#define CLIENT_EDITOR_H

#include <stdbool.h>
#include <stdint.h>

#include "client/grid.h"
#include "client/keys.h"
#include "client/line.h"
#include "client/syntax.h"
#include "proto/msg.h"
#include "proto/peer.h"

#define TOAST_MS 4000
#define TOAST_READ_MS 1500  /* what was shown for so long is known */
#define TOAST_OLD_MS 10000  /* what has waited longer is no news; */
#define TOAST_STALE_MS 6000 /* who comes and goes waits for one other at most */
#define TOAST_QUEUE 3
#define TYPED_MS 1500  /* a chip shows `*` */
#define IDLE_MS 120000 /* a chip shows `z` */
#define FADE_MS 60000  /* without a move, a caret is only a gutter letter */
#define FLAG_MS 3000   /* a name beside a caret that moved */
#define OUTPUT_KEPT (128 * 1024)
#define MIN_COLS 20
#define MIN_ROWS 5
#define TAB_SIZE 4
#define INPUT_LINE_MAX (JOB_INPUT_MAX - 1) /* bytes, without the newline */
#define CLIP_MAX OP_MAX_INSERT             /* bytes of the clipboard */
#define FIND_MAX 128     /* bytes of what is looked for, or replaces it */
#define FIND_DIGITS 9    /* of a line's number */
#define SAID_KEPT 400    /* lines of chat and notes */
#define BELL_MS 120000   /* again while somebody waits to be let in */
#define FILTER_MAX 32    /* bytes, in the menu */
#define ESC_TWICE_MS 500 /* then they open the menu */
#define JUMPS_MAX 16     /* places to go back to */
#define SHIFTS_MAX 32    /* lines that come or go while a program runs */
#define POINTS_MAX 4     /* people who point at once */
#define MARK_MS 1000     /* between two marks in the log */
#define VIM_KEYS_MAX 24  /* of one command */
#define VIM_COVERED_MAX (256 * 1024)
#define VIM_INSERTED_MAX (64 * 1024) /* bytes that can be repeated */

/* By priority. An answer is to a key that was just pressed. */
enum toast_kind {
	TOAST_JOIN,
	TOAST_RUN,
	TOAST_CHAT,
	TOAST_ROOM, /* how it is now */
	TOAST_ERROR,
	TOAST_ANSWER
};
struct toast {
	char text[256];
	uint8_t kind;     /* enum toast_kind */
	uint16_t left_ms; /* that it has yet to be shown, once it is first */
	uint64_t said_ms;
};

enum panel {
	PANEL_NONE,
	PANEL_WAIT, /* nothing is known yet */
	PANEL_JOIN,
	PANEL_LEAVE,
	PANEL_ASK, /* is that what is meant? e->ask */
	PANEL_MENU,
	PANEL_COPY,    /* all of the screen is plain text */
	PANEL_BACK,    /* welcome back */
	PANEL_ENDED,   /* what a candidate is told at the end */
	PANEL_SUMMARY, /* and what the staff is: summary.h */
	PANELS
};

/* What the pane below the text, or beside it, shows. */
enum pane { PANE_OUTPUT, PANE_CHAT, PANE_NOTES, PANES };

/* Are the keys the output's, in its pane, or with the whole screen for it? In small
 * windows, and in the calm mode, the pane is the whole screen. */
enum reading { READING_NOTHING, READING_PANE, READING_WHOLE };

/* What a key asks the editor's outside to do. */
enum request {
	REQUEST_NONE,
	REQUEST_JOIN,
	REQUEST_RUN,
	REQUEST_STOP,
	REQUEST_TAKE,  /* the keyboard of the running program */
	REQUEST_INPUT, /* e->sent is for it */
	REQUEST_SAY,   /* e->talk.sending */
	REQUEST_ACT,   /* e->act */
	REQUEST_LEAVE, /* leave the room */
	REQUEST_QUIT,  /* before having joined */
	REQUEST_REDRAW,
	REQUEST_SHOW,  /* what others did meanwhile */
	REQUEST_REPLAY /* of what has ended */
};

/* How somebody looks to us, by site. */
struct seen {
	struct person person;
	bool known;
	uint64_t typed_ms, moved_ms; /* 0: never; moved: to another line */
	uint64_t active_ms;          /* typed or moved at all */
	size_t line, head;           /* of the caret, to notice a change */
	uint16_t link_ms;            /* of MSG_MEASURES, as there */
	uint8_t share;
};

struct run_view {
	uint32_t run;
	uint8_t state; /* enum run_state */
	uint8_t site, stopped_by;
	uint64_t started_ms; /* our clock */
	bool waiting;        /* it reads, and there is nothing */
	uint8_t owner;       /* whose line that is: site, or 0 */
	uint64_t since_ms;   /* our clock: it waits */
	struct run_result result;
	struct buf text;
	bool cut;    /* older output was dropped */
	bool edited; /* since it began, where we have not seen how (trace.h) */
	int scroll;  /* lines up from the end */
};

/* What we type for the running program (input.h). */
struct input_line {
	struct line edit;
	bool focus;     /* keys go there */
	bool taking;    /* we have asked for it */
	bool hands_off; /* since Run we have typed nothing */
};

/* A line of chat or a note. */
struct said_line {
	uint64_t at_ms;                /* by the host's clock */
	uint8_t site, scope;           /* enum say_scope */
	char name[NAME_MAX_BYTES + 1]; /* of who said it, as it was then */
	char *text;                    /* owned */
};

/* What is said in the room, and what we are about to say (talk.h). By pane:
 * PANE_CHAT or PANE_NOTES. */
struct talk {
	struct said_line lines[SAID_KEPT]; /* a ring; the oldest is at first */
	int first, n;
	uint64_t rev;     /* of the last one */
	uint64_t news_ms; /* what was said after this is news, by the host's
			     clock; 0: not known yet */
	enum pane tab;    /* which of both, where there is room for one */
	bool focus;       /* keys go to the line of tab */
	bool to_staff;    /* the next line of chat is for the staff */
	bool whole;       /* with focus: no text, and back to the summary */
	struct line drafts[PANES];
	int unread[PANES], scroll[PANES], page[PANES];
	bool visible[PANES]; /* set by view_layout */
	/* sent, and not heard back yet; empty: nothing */
	char sending[SAY_MAX + 1];
	uint8_t sending_scope;
};

/* How a file was looked at when another was shown. */
struct file_view {
	size_t top, skip, left, head;
};

/* Where our caret was. */
struct jump {
	uint8_t file;
	size_t head;
};

/* Whom we follow (follow.h). */
struct follow {
	uint8_t site; /* 0: nobody */
	bool paused;
	bool settled;    /* we have chosen ourselves */
	uint64_t own_ms; /* when we last moved or changed something; 0: never */
	struct jump jumps[JUMPS_MAX];
	int njumps;
};

/* What has the keys in the place of the event line (find.h). */
/* BAR_SEARCH and BAR_EX: vim's / and :. */
enum bar { BAR_NONE, BAR_FIND, BAR_REPLACE, BAR_LINE, BAR_SEARCH, BAR_EX };
struct find {
	enum bar bar;
	struct line what, with, number, ex;
	bool in_with; /* that is what is being typed */
	bool old;     /* what was looked for before: typing replaces it */
	bool exact;   /* case matters */
	bool word;    /* only whole words */
	size_t from;  /* where the caret was */
};

/* A line that somebody points at (point.h). */
struct point {
	uint8_t site, file; /* site 0: none */
	size_t pos;
	uint64_t until_ms;
};

/* Lines of FILE from LINE on that have come (BY > 0) or gone. */
struct shift {
	uint8_t file;
	size_t line;
	long by;
};

/* The line at which a run failed (trace.h), and what its lines have become. */
struct fault {
	bool known;
	uint8_t file;
	size_t pos, len;
	struct shift shifts[SHIFTS_MAX]; /* since it began */
	int nshifts;                     /* SHIFTS_MAX + 1: too many */
};

/* The mouse's button in the text (mouse.h): the last press there. */
struct grip {
	bool held;
	uint8_t clicks; /* in the same place: 1 the caret, 2 a word, 3 a line */
	uint16_t x, y;
	uint64_t at_ms;
	size_t from, to; /* what was clicked on */
};

/* Our clipboard (clip.h). */
struct clip {
	struct buf text;
	bool line;    /* a whole line, copied without a selection */
	bool fresh;   /* the terminal is not told yet; who does clears it */
	bool kept_in; /* the terminal hardly takes it */
};

/* What PANEL_COPY shows (copy.h). */
struct copy {
	bool output; /* of the run, else the text */
	size_t line; /* of the text: the first that is shown */
	int scroll;  /* of the output: rows up from the end */
	int page;    /* rows there are */
};

/* A key of emacs' that another has to follow. */
enum prefix { PREFIX_NONE, PREFIX_ESC, PREFIX_X };

/* Does somebody with standard keys mean vim's? (keymap.h) */
struct habit {
	uint32_t cp; /* typed last, 0: not a character */
	int times;
	uint64_t since_ms; /* the first of these; or an Esc */
	bool said;
};

/* How far vim's commands have come (vim.h). Keys are characters, as a terminal
 * sends them. */
enum vim_mode { VIM_NORMAL, VIM_INSERT, VIM_VISUAL, VIM_LINES };
struct vim_keys {
	uint32_t key[VIM_KEYS_MAX];
	size_t n;
};
struct vim {
	uint8_t mode;           /* enum vim_mode; VIM_VISUAL or more: e->mark */
	struct vim_keys keys;   /* of a command that is not whole yet */
	struct vim_keys asking; /* of an operator up to the / behind it */
	struct vim_keys last;   /* of the last change, for `.` */
	/* on what it was done, if that was selected: so many lines, of the
	 * only or the last one so many characters, or whole ones */
	bool last_visual, whole;
	size_t lines, chars;
	bool replaying;
	size_t undo_pos; /* the caret before the last change, for u */
	/* what is inserted, as keys, for `.` and counts; and how often more */
	struct buf inserted;
	unsigned again;
	uint32_t opened; /* o, O: for each of these a new line */
	/* R: what is inserted takes the place of what is there, which is kept:
	 * for each character OVER_MARK and what was in its place */
	bool over;
	struct buf covered;
	bool fresh;      /* its indentation is ours, nothing else is there */
	size_t started;  /* where: ^W and ^U stop there once */
	size_t before;   /* the caret, before a key */
	bool noted;      /* it is in inserted, or was not for the text */
	unsigned scroll; /* lines, of ^D and ^U; 0: half a screen */
	uint32_t find_how, find_what; /* of the last f F t T; 0: none */
	bool back, asked_back; /* the last search went back; the next will */
	bool recording; /* qa was typed, of which the next q is the end */
};

struct menu {
	struct line filter;
	/* the entry that Enter runs: a struct action or command, of the person
	 * SITE; NULL: none is left */
	const void *marked;
	uint8_t site;
};

struct replay;

struct editor {
	/* the document */
	struct peer *peer; /* NULL until it is known */
	uint8_t file;
	struct syntax syntax;
	struct file_view files[FILE_MAX]; /* of those that are not shown */
	uint8_t before_task;              /* which was shown before the task */
	/* how we look at it */
	size_t top;  /* first line on the screen */
	size_t skip; /* rows of it that are above the screen, if wrapped */
	bool wrap;   /* long lines go on in the next row; set by view_layout */
	bool wrap_wanted; /* where it is not too narrow for anything else */
	size_t left;      /* first column of text */
	/* the caret's moves select: by a mark, or by the key that is held */
	bool mark, extend;
	bool at_start;                     /* ^A was the last key */
	size_t own_change, own_change_end; /* what our last change made */
	int goal;   /* the column that up and down keep, or -1 */
	bool loose; /* our caret may be off the screen: we follow or scroll */
	struct follow follow;
	struct point points[POINTS_MAX];
	struct fault fault;
	bool point_wanted; /* the hub is to hear of ours; who tells it clears */
	/* lines of text on the screen, its columns, and rows of output; and the
	 * whole screen's; set by view_layout */
	int page, text_cols, out_page, cols, rows;
	/* what was chosen (looks.h): all of it, what holds for this once, and what
	 * of that our options said, by 1 << enum which_look, and that the hub is
	 * to be told, which who does clears; and what it means */
	uint64_t looks;
	unsigned given, asked_for;
	bool looks_untold;
	bool ascii, calm;
	uint8_t palette;   /* enum palette */
	uint8_t caret;     /* enum caret_shape */
	bool caret_own;    /* the terminal lets nobody choose that */
	uint8_t reading;   /* enum reading */
	enum pane pane;    /* where there is room for one */
	bool stacked;      /* also on a wide screen */
	bool wide, tiny;   /* it is one, or a small one; set by view_layout */
	bool mouse;        /* it is ours, not the terminal's own */
	bool quiet;        /* the staff's carets are not shown */
	bool blanks;       /* they can be seen, tabs as arrows */
	bool authors;      /* beside each line is who has typed it */
	bool no_control_p; /* the terminal keeps ^P, for all we know */
	int colours;       /* that the terminal has; 0: none */
	struct grip grip;
	/* the room */
	struct welcome welcome;
	bool joined;
	bool online; /* linked and welcomed */
	bool was_online;
	bool unanswered; /* something typed has been waiting for long */
	uint64_t
	    behind_ms;    /* the terminal is behind us by that; 0: it is not */
	uint16_t link_ms; /* that its answers take (pace.h); 0: not known */
	bool link_untold; /* to the hub; who tells it clears it */
	struct seen people[SITE_MAX + 1];
	struct run_view run;
	struct talk talk;
	struct focus focus; /* the candidate works unwatched */
	/* the clock (timer.h): what it showed when we last looked, 0: nothing
	 * yet; and it is not shown */
	struct timer timer;
	int64_t told_left_s;
	bool clock_hidden;
	uint8_t ended_by; /* site, if we were told */
	/* of a room that has ended, for the staff (summary.h); owned */
	bool summed;
	struct summary summary;
	struct tally *tallies;
	uint32_t ntallies;
	int summary_top;    /* the first line that is seen */
	bool summary_fresh; /* it came by itself, and no key was for it yet */
	/* outside: we wait to be let in, and peer is the practice pad, of which
	 * no edit is ever sent (lobby.h); then run is of that */
	bool lobby, sent_back;
	uint64_t waiting_ms; /* since when, by our clock */
	uint64_t bell_ms;    /* when the next one is due; 0: nobody waits */
	bool bell;           /* ring it; who does clears it */
	struct act act, ask; /* with REQUEST_ACT; in the box PANEL_ASK */
	struct input_line line;
	struct buf sent; /* with REQUEST_INPUT; who sends it clears it */
	bool sent_eof;   /* and then the input ends */
	struct clip clip;
	struct find find;
	int64_t clock_ms; /* the host's wall clock minus ours */
	/* what is said: the first is on the screen, the others wait */
	struct toast toasts[TOAST_QUEUE];
	int ntoasts;
	uint64_t toast_until_ms;    /* of the first */
	char head[HEAD_DIGITS + 1]; /* of the log at the end; "": not known */
	/* boxes */
	enum panel panel;
	enum panel behind;  /* a box: PANEL_SUMMARY or PANEL_ENDED, which it
			      leads back to, or PANEL_NONE, the room */
	uint64_t typing_ms; /* when the last character was typed; 0: never */
	char name[NAME_MAX_BYTES + 1]; /* in the join box */
	bool consent, at_consent;
	char hint[96]; /* of a box */
	struct menu menu;
	struct copy copy;
	/* what is shown is the past (replay.h), or NULL; and then: a pane is
	 * shown in the place of the text where there is no room for both */
	const struct replay *replay;
	bool pane_full;
	uint64_t marked_ms; /* when ^S marked the moment; 0: never */
	/* which keys do what (keymap.h) */
	uint8_t keymap; /* enum keymap */
	uint8_t prefix; /* enum prefix */
	struct habit habit;
	struct vim vim;
	uint64_t esc_ms; /* an Esc that did nothing else; 0: none */
	/* times */
	uint64_t now_ms; /* monotonic; set before anything is called */
	uint64_t
	    clocks_ms; /* when clocks that are shown stood still; 0: they run */
	enum request request;
};

/* E is all zeros: most of it is never written to, and so takes no memory. */
void editor_init(struct editor *e);
void editor_release(struct editor *e);
/* Say one line on the event line: at once, or after what is as important. An
 * answer takes the place of the last one, and so does news of a run or of how the room
 * is, so that none comes late. What has to make room is shown later for the rest of its time, if it could not
 * be read. At most TOAST_QUEUE lines wait; the least important is dropped, and
 * what would be seen TOAST_OLD_MS late, or TOAST_STALE_MS for TOAST_JOIN. */
void editor_say(struct editor *e, enum toast_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* What KIND said is not to be read any more. */
void editor_unsay(struct editor *e, enum toast_kind kind);
/* What is on the event line, or NULL. */
const struct toast *editor_toast(const struct editor *e);
/* Time has passed (now_ms): the next line has its turn. */
void editor_tick(struct editor *e);
/* MSG_HEAD: what the log's head was at the end. */
void editor_head(struct editor *e, const struct msg *m);
/* The text we look at, or NULL. */
const struct text *editor_text(const struct editor *e);
bool editor_writable(const struct editor *e);
/* Why not, for people to read; "" if it is writable or not yet known. */
const char *editor_why_not(const struct editor *e);
bool editor_is_staff(const struct editor *e);
/* Does the candidate work where we do not see it? */
bool editor_is_shut_out(const struct editor *e);
/* The file with the task, which comes before the others, or -1; do we look at
 * it, and is it ours only to read? */
int editor_task(const struct editor *e);
bool editor_in_task(const struct editor *e);
bool editor_only_reads(const struct editor *e);
/* The files in the order of their tabs: where FILE is, from 0, and which is AT. */
unsigned editor_tab(const struct editor *e, uint8_t file);
uint8_t editor_file_of_tab(const struct editor *e, unsigned at);
/* Look at FILE, where it was looked at last. It exists. */
void editor_show_file(struct editor *e, uint8_t file);
/* The file on the screen is another one: its colours. CS_ENOMEM. */
int editor_lex(struct editor *e);
/* Our copy of the room's documents, or NULL. The pad of who waits outside is
 * none: no edit of it is ever sent. */
struct peer *editor_room_copy(const struct editor *e);
/* The room is closed to us: all that we have of it goes. */
void editor_forget(struct editor *e);
/* The host's clock, in Unix milliseconds, as far as we know it. */
uint64_t editor_host_ms(const struct editor *e);
/* The same for clocks that are only looked at: while we type they stand still. */
uint64_t editor_shown_ms(const struct editor *e);
/* Something begins or ends by these clocks just now: they say the time of that. */
void editor_set_clocks(struct editor *e);
/* Is there a run that has not ended? */
bool editor_running(const struct editor *e);
/* Quiet mode: is SITE's caret not to be seen? */
bool editor_is_hidden(const struct editor *e, uint8_t site);
/* SITE's name for sentences; never NULL. */
const char *editor_name_of(const struct editor *e, uint8_t site);
/* peer_changed: what an operation means for the view. */
void editor_changed(void *arg, uint8_t file, const struct op *op, uint8_t site);
/* SITE's caret is somewhere, perhaps elsewhere than before. */
void editor_moved(struct editor *e, uint8_t site);
/* SITE has done something just now, so is not idle. */
void editor_active(struct editor *e, uint8_t site);
/* There is a new run, our SITE's perhaps; what the one before printed is gone. */
void editor_run_begins(
    struct editor *e, uint32_t run, uint8_t site, uint64_t started_ms);
/* R is what somebody typed for it, and stands among its output. */
void editor_typed(struct editor *e, const struct record *r);
/* Who has stopped the run, for sentences; "" in the lobby, where nobody else is. */
const char *editor_stopper(const struct editor *e);
/* Output of the run, cut in front to OUTPUT_KEPT. */
void editor_output(struct editor *e, const void *text, size_t len);
/* Take in one record of the log (after peer_remote). */
void editor_record(struct editor *e, const struct record *r);
/* The people as MSG_PEOPLE lists them. */
void editor_people(struct editor *e, const struct person *p, uint32_t n);
void editor_welcome(struct editor *e, const struct welcome *w);
void editor_show_output(struct editor *e, const struct output *o);
void editor_focus(struct editor *e, const struct focus *f);
/* The people as MSG_MEASURES tells of them; of who is not there nothing is known. */
void editor_measures(struct editor *e, const struct measure *s, uint32_t n);

#endif
