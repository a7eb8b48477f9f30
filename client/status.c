/* status.c - the last two rows: what happens, and which keys there are. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/act.h"
#include "client/aside.h"
#include "client/clock.h"
#include "client/find.h"
#include "client/follow.h"
#include "client/input.h"
#include "client/keymap.h"
#include "client/launch.h"
#include "client/place.h"
#include "client/point.h"
#include "client/status.h"
#include "client/summary.h"
#include "client/talk.h"
#include "client/timer.h"
#include "client/vim.h"
#include "proto/utf8.h"

#define HINTS_MAX 16
#define ELLIPSIS "\xE2\x80\xA6"
#define END                   \
	{                     \
		NULL, NULL, 0 \
	}
#define PLACE_COLS 15    /* for "Ln 12, Col 34" in the last row */
#define SHORT_COLS 74    /* narrower screens get shorter sentences */
#define SUMMARY_COLS 112 /* the same, in the summary */

/* --- the event line --- */

void
status_shorten(const char *name, int cols, char *dst, size_t size)
{
	const uint8_t *p = (const uint8_t *)name;
	size_t len = strlen(name), at = 0, n;
	int used = 0;

	if (grid_width(name) <= cols) {
		snprintf(dst, size, "%s", name);
		return;
	}
	for (; at < len; at += n) {
		n = utf8_cluster(p + at, len - at);
		used += grid_cluster_cols(p + at, n);
		if (used > cols - 1)
			break;
	}
	snprintf(dst, size, "%.*s" ELLIPSIS, (int)at, name);
}

#define WORD_MAX 20 /* bytes; longer ones are cut, as a name or a path is */

/* The same of a sentence: it ends with a whole word. */
static void
shorten_sentence(const char *text, int cols, char *dst, size_t size)
{
	size_t len, at;

	status_shorten(text, cols, dst, size);
	if (strcmp(dst, text) == 0)
		return;
	len = strlen(dst) - strlen(ELLIPSIS);
	for (at = len; at > 0 && len - at < WORD_MAX && text[at] != ' '; at--)
		;
	while (at > 0 && strchr(" -:;,", dst[at - 1]) != NULL)
		at--;
	if (at > 0 && len - at < WORD_MAX)
		snprintf(dst + at, size - at, ELLIPSIS);
}

/* "Cleo waiting 0:03 (and 1 more) - F9 admits" in COLS columns, for the staff,
 * or nothing. */
static void
offer(const struct editor *e, int cols, char *dst, size_t size)
{
	char clock[24] = "", others[24] = "", what[80];
	char name[NAME_MAX_BYTES + 4];
	uint64_t host = editor_shown_ms(e);
	int more;
	uint8_t site = act_waiting(e, &more);

	dst[0] = '\0';
	if (site == 0 || !e->joined || !editor_is_staff(e) || e->welcome.ended)
		return;
	if (!e->calm)
		clock_minutes(
		    (int64_t)(host - e->people[site].person.since_ms) / 1000,
		    clock, sizeof(clock));
	if (more > 0)
		snprintf(others, sizeof(others),
		    cols < SHORT_COLS ? " (+%d)" : " (and %d more)", more);
	snprintf(what, sizeof(what), " waiting%s%s%s - F9 admits",
	    clock[0] != '\0' ? " " : "", clock, others);
	status_shorten(editor_name_of(e, site), cols - grid_width(what), name,
	    sizeof(name));
	snprintf(dst, size, "%s%s", name, what);
}

/* Who types a line should know who reads it. */
static const char *
audience(const struct editor *e, bool brief)
{
	if (!e->talk.focus)
		return "";
	if (!talk_may_write(e))
		return "You can read here, not write";
	if (e->lobby)
		return brief ? "The interviewers see it; recorded"
			     : "The interviewers see what you write; it is "
			       "recorded";
	if (e->talk.tab == PANE_NOTES)
		return brief ? "Interviewers see it; recorded"
			     : "Only interviewers see the notes; they are "
			       "part of the recording";
	if (e->talk.to_staff)
		return brief ? "Interviewers see it; Tab: everyone"
			     : "Only interviewers see it; it is recorded. "
			       "Tab writes to everyone";
	if (editor_is_staff(e))
		return brief ? "Everyone sees it; Tab: staff"
			     : "Everyone in the room sees the chat; it is "
			       "recorded. Tab writes to staff";
	return brief ? "Everyone sees the chat; recorded"
		     : "Everyone in the room sees the chat; it is recorded";
}

static void
focus_news(const struct editor *e, bool brief, char *dst, size_t size)
{
	int64_t ms = (int64_t)e->focus.until_ms - (int64_t)editor_shown_ms(e);
	char clock[24] = "";

	dst[0] = '\0';
	if (!e->focus.on)
		return;
	if (!e->calm) /* what has begun counts: 5:00 is shown for a second */
		clock_minutes((ms + 999) / 1000, clock, sizeof(clock));
	if (!editor_is_shut_out(e))
		snprintf(dst, size, "Nobody is watching. %s%s%s", clock,
		    clock[0] != '\0' ? ". " : "",
		    brief ? "F9 ends it" : "End early: F9");
	else
		snprintf(dst, size, "Focus time %s%s%s", clock,
		    clock[0] != '\0' ? " - " : "- ",
		    brief ? "unobserved"
			  : "candidate works unobserved; recording continues");
}

static void
fault_news(const struct editor *e, char *dst, size_t size)
{
	const struct text *t = peer_text(e->peer, e->fault.file);

	snprintf(dst, size, "Error is on line %zu - Enter goes there",
	    text_line_of(t, e->fault.pos) + 1);
}

/* How it is, as long as nothing happens. */
static void
standing(const struct editor *e, int cols, char *dst, size_t size)
{
	const char *news = input_news(e);
	bool brief = cols < SHORT_COLS;

	offer(e, cols - 2, dst, size);
	if (dst[0] == '\0')
		timer_news(e, cols, dst, size);
	if (dst[0] == '\0')
		snprintf(dst, size, "%s", audience(e, brief));
	if (dst[0] == '\0' && news != NULL)
		snprintf(dst, size, "%s", news);
	if (dst[0] == '\0')
		focus_news(e, brief, dst, size);
	if (dst[0] == '\0' && e->reading != READING_NOTHING && e->fault.known)
		fault_news(e, dst, size);
	if (dst[0] == '\0')
		follow_news(e, cols - 2, dst, size);
	if (dst[0] == '\0' && e->welcome.ended && e->ended_by != 0)
		snprintf(dst, size, "Interview ended by %s - read-only",
		    editor_name_of(e, e->ended_by));
	if (dst[0] == '\0' && e->welcome.role != ROLE_OBSERVER)
		snprintf(dst, size, "%s", editor_why_not(e));
	if (dst[0] == '\0' && e->welcome.frozen && e->joined)
		snprintf(dst, size, "%s",
		    brief ? "Frozen - ^P Thaw"
			  : "Frozen: only interviewers can write - ^P Thaw "
			    "ends it");
}

/* Is there something to be said before TOAST? Who waits, or that our program does,
 * is more important than who comes and goes. */
static bool
is_outranked(const struct editor *e, const struct toast *toast)
{
	char text[128];

	if (toast == NULL || toast->kind > TOAST_JOIN)
		return toast == NULL;
	if (e->line.focus && e->run.waiting)
		return true;
	offer(e, 80, text, sizeof(text));
	return text[0] != '\0';
}

/* Does somebody point at what is not seen? */
static bool
is_pointed(const struct editor *e, const struct toast *toast, int cols,
    char *dst, size_t size)
{
	if (toast != NULL && toast->kind > TOAST_CHAT)
		return false;
	point_news(e, cols, dst, size);
	return dst[0] != '\0';
}

/* Does the rule, or the output's head, say it already? How a run ended is there
 * as long as no other begins. */
static bool
is_above(
    const struct editor *e, const struct layout *l, const struct toast *toast)
{
	return toast != NULL && toast->kind == TOAST_RUN && !e->lobby &&
	       !e->calm && e->run.state == RUN_ENDED &&
	       (l->rule_y >= 0 || l->out_head || l->out.rows > 0);
}

static void
draw_event(const struct editor *e, const struct layout *l, struct grid *g)
{
	const struct toast *toast = editor_toast(e);
	bool brief = g->cols < SHORT_COLS;
	uint8_t paint = PAINT_EVENT;
	char text[256], shown[sizeof(text) + 4];

	if (e->find.bar != BAR_NONE && editor_text(e) != NULL) {
		find_draw(e, g, l->event_y);
		return;
	}
	if (is_above(e, l, toast))
		toast = NULL;
	if (toast != NULL && toast->kind == TOAST_ANSWER) {
		snprintf(text, sizeof(text), "%s", toast->text);
	} else if ((!e->online || e->unanswered) && e->was_online) {
		snprintf(text, sizeof(text), "%s",
		    brief ? "! reconnecting - nothing is lost"
			  : "! The host does not answer - reconnecting. "
			    "Keep typing, nothing is lost.");
		paint = PAINT_ERROR;
	} else if (is_pointed(e, toast, g->cols - 2, text, sizeof(text))) {
		/* that lasts as long as it is marked */
	} else if (e->behind_ms > 0) {
		snprintf(text, sizeof(text),
		    "Slow connection: %" PRIu64 ".%d s behind",
		    e->behind_ms / 1000, (int)(e->behind_ms / 100 % 10));
		paint = PAINT_ERROR;
	} else if (is_outranked(e, toast)) {
		standing(e, g->cols, text, sizeof(text));
	} else {
		snprintf(text, sizeof(text), "%s", toast->text);
		paint = toast->kind == TOAST_ERROR ? PAINT_ERROR : PAINT_EVENT;
	}
	shorten_sentence(text, g->cols - 1, shown, sizeof(shown));
	grid_puts(g, 1, l->event_y, g->cols, shown, paint, 0);
}

/* --- the keys --- */

static int
hint_cols(const struct hint *h)
{
	return grid_width(h->key) + 1 + grid_width(h->label);
}

/* ",/." are two keys. */
static bool
is_pair(const char *key)
{
	return key[0] != '^' && key[0] != '\0' && key[1] == '/' &&
	       key[2] != '\0';
}

/* The column after all hints up to RANK, GAP columns apart; draws them if G is
 * given. */
static int
put_hints(
    struct grid *g, int y, int end, const struct hint *h, int rank, int gap)
{
	struct spot spot = { .y = y, .kind = SPOT_KEY };
	int x = -1;

	for (; h->key != NULL; h++) {
		if (h->rank > rank)
			continue;
		x += gap;
		if (g != NULL) {
			grid_puts(g, x, y, end, h->key, PAINT_KEY, CELL_BOLD);
			grid_puts(g, x + grid_width(h->key) + 1, y, end,
			    h->label, PAINT_LABEL, 0);
			spot.x = x;
			spot.end = x + hint_cols(h);
			spot.key = h->key;
			if (is_pair(h->key)) {
				spot.end = x + 1;
				grid_spot(g, &spot);
				spot.x = x + 2;
				spot.end = x + hint_cols(h);
				spot.key = h->key + 2;
			}
			grid_spot(g, &spot);
		}
		x += hint_cols(h);
	}
	return x;
}

/* Whole entries only, and in small windows closer together. */
void
status_hints(
    const struct layout *l, struct grid *g, int end, const struct hint *hints)
{
	int rank = 9, gap = 2, y = l->keys_y;

	if ((l->class == VIEW_TINY || l->class == VIEW_LOBBY) &&
	    put_hints(NULL, y, end, hints, rank, gap) > end)
		gap = 1;
	while (rank > 0 && put_hints(NULL, y, end, hints, rank, gap) > end)
		rank--;
	put_hints(g, y, end, hints, rank, gap);
}

/* The same of an editor: some terminals keep ^P for themselves, and Esc twice
 * reaches us from all; in the waiting room, too, what runs can be stopped. */
static void
draw_hints(const struct editor *e, const struct layout *l, struct grid *g,
    int end, const struct hint *hints)
{
	struct hint shown[HINTS_MAX];
	size_t i;

	for (i = 0; i + 1 < HINTS_MAX && hints[i].key != NULL; i++) {
		shown[i] = hints[i];
		if (e->no_control_p && strcmp(shown[i].key, "^P") == 0)
			shown[i].key = "EscEsc";
		if (e->talk.whole &&
		    strcmp(shown[i].label, "Back to code") == 0)
			shown[i].label = "Back to summary";
		if (editor_running(e) && strcmp(shown[i].label, "Run") == 0)
			shown[i] = (struct hint){ "^C", "Stop", shown[i].rank };
	}
	shown[i] = (struct hint)END;
	status_hints(l, g, end, shown);
}

/* What the keys row says where the keys go, and at its end. */
struct hints {
	const struct hint *hints;
	const char *place;
};

static const struct hint typing[] = { { "Enter", "Send line", 1 },
	{ "^D", "End of input", 2 }, { "^C", "Stop program", 3 },
	{ "Esc", "Back to code", 0 }, END };
static const struct hint typing_brief[] = { { "Enter", "Send", 1 },
	{ "^D", "End", 2 }, { "^C", "Stop", 3 }, { "Esc", "Back", 0 }, END };
static const struct hint talking[] = { { "Enter", "Send", 0 },
	{ "^T or Esc", "Back to code", 1 }, { "PgUp", "Older", 2 },
	{ "^P", "Menu+Help", 3 }, END };
static const struct hint noting[] = { { "Enter", "Keep", 0 },
	{ "F8 or Esc", "Back to code", 1 }, { "PgUp", "Older", 2 },
	{ "^P", "Menu+Help", 3 }, END };
static const struct hint listening[] = { { "^T or Esc", "Back to code", 0 },
	{ "PgUp", "Older", 1 }, { "^P", "Menu+Help", 2 }, END };
static const struct hint talking_brief[] = { { "Enter", "Send", 0 },
	{ "Esc", "Back", 1 }, { "PgUp", "Older", 2 }, { "^P", "Menu", 3 },
	END };
static const struct hint waiting[] = { { "^R", "Run", 0 }, { "^Z", "Undo", 3 },
	{ "^T", "Message", 0 }, { "^P", "Menu+Help", 1 }, { "^Q", "Leave", 2 },
	END };
static const struct hint waiting_vim[] = { { "NORMAL", "", 0 },
	{ "F5", "Run", 1 }, { "i", "Insert", 3 }, { "^T", "Message", 0 },
	{ "^P", "Menu+Help", 1 }, { "^Q", "Leave", 2 }, END };
static const struct hint waiting_vim_insert[] = { { "INSERT", "", 0 },
	{ "F5", "Run", 1 }, { "Esc", "Normal", 3 }, { "^T", "Message", 0 },
	{ "^P", "Menu+Help", 1 }, { "^Q", "Leave", 2 }, END };
static const struct hint waiting_emacs[] = { { "F5", "Run", 0 },
	{ "^_", "Undo", 3 }, { "^T", "Message", 0 }, { "M-x", "Menu+Help", 1 },
	{ "^Q", "Leave", 2 }, END };
/* what the bar itself has no room for */
static const struct hint finding_brief[] = { { "\xE2\x86\x91", "Previous", 2 },
	{ "^R", "Replace", 1 }, { "M-c", "Case", 3 }, { "Esc", "Back", 0 },
	END };
static const struct hint replacing_brief[] = { { "Enter", "This", 0 },
	{ "\xE2\x86\x93", "Skip", 2 }, { "M-a", "All", 1 },
	{ "Tab", "Field", 3 }, { "Esc", "Back", 0 }, END };
static const struct hint what_brief[] = { { "Enter", "With", 0 },
	{ "\xE2\x86\x93", "Next", 2 }, { "M-a", "All", 1 },
	{ "Esc", "Back", 0 }, END };
static const struct hint after_x[] = { { "^X-", "", 0 }, { "^S", "Save", 0 },
	{ "^C", "Leave", 0 }, { "^G", "Give up", 0 }, END };

static const struct hint *
waiting_hints(const struct editor *e)
{
	if (e->keymap == KEYMAP_EMACS)
		return waiting_emacs;
	if (e->keymap == KEYMAP_VIM)
		return e->vim.mode == VIM_INSERT ? waiting_vim_insert
						 : waiting_vim;
	return waiting;
}

/* Where the keys go to a line, or nowhere but to the pad; else none. */
static struct hints
line_hints(const struct editor *e, const struct layout *l)
{
	bool brief =
	    l->class == VIEW_TINY || (l->class == VIEW_LOBBY && l->box_x == 0);
	bool notes = e->talk.tab == PANE_NOTES;

	if (e->line.focus && brief)
		return (struct hints){ typing_brief, "" };
	if (e->line.focus)
		return (struct hints){ typing, "stdin" };
	if (e->talk.focus && !talk_may_write(e))
		return (struct hints){ listening, "chat" };
	if (e->talk.focus && brief)
		return (
		    struct hints){ talking_brief, notes ? "notes" : "chat" };
	if (e->talk.focus && notes)
		return (struct hints){ noting, "notes" };
	if (e->talk.focus)
		return (struct hints){ talking, "chat" };
	if (brief && e->find.bar == BAR_FIND)
		return (struct hints){ finding_brief, "" };
	if (brief && e->find.bar == BAR_REPLACE)
		return (struct hints){
			e->find.in_with ? replacing_brief : what_brief, ""
		};
	if (e->prefix == PREFIX_X)
		return (struct hints){ after_x, "" };
	if (e->lobby)
		return (struct hints){ waiting_hints(e), "" };
	return (struct hints){ NULL, "" };
}

/* With vim's keys: by the mode; who only reads gets no others than to look. */
static void
vim_keys(const struct editor *e, const struct hint **hints)
{
	static const struct hint normal[] = { { "i", "Insert", 4 },
		{ "u", "Undo", 6 }, { "/", "Find", 8 }, { ":", "Command", 7 },
		END };
	static const struct hint looking[] = { { "/", "Find", 4 }, END };
	static const struct hint inserting[] = { { "Esc", "Normal", 4 }, END };
	static const struct hint selecting[] = { { "d", "Delete", 5 },
		{ "y", "Copy", 6 }, { ">", "Indent", 8 },
		{ "Esc", "Normal", 4 }, END };

	*hints = e->vim.mode == VIM_INSERT   ? inserting
		 : e->vim.mode != VIM_NORMAL ? selecting
		 : editor_writable(e)        ? normal
					     : looking;
}

static const char *
run_key(const struct editor *e)
{
	return e->wide && e->keymap == KEYMAP_STANDARD ? "^R/F5"
						       : keymap_of(e)->run;
}

/* Those that differ with the keymap. */
static void
first_keys(const struct editor *e, bool brevity, const struct hint **hints)
{
	static const struct hint standard[] = { { "^F", "Find", 3 },
		{ "^Z", "Undo", 5 }, { "^Y", "Redo", 6 },
		{ "^/", "Comment", 7 }, END };
	static const struct hint brief[] = { { "^F", "Find", 6 },
		{ "^Z", "Undo", 3 }, { "^Y", "Redo", 6 },
		{ "^/", "Comment", 7 }, END };
	static const struct hint emacs[] = { { "^_", "Undo", 5 },
		{ "^S", "Find", 7 }, END };
	static const struct hint looking[] = { { "^F", "Find", 3 }, END };
	static const struct hint emacs_looking[] = { { "^S", "Find", 3 }, END };
	static const struct hint none[] = { END };

	if (e->keymap == KEYMAP_VIM)
		vim_keys(e, hints);
	else if (e->find.bar != BAR_NONE) /* it says which there are */
		*hints = none;
	else if (!editor_writable(e))
		*hints = e->keymap == KEYMAP_EMACS ? emacs_looking : looking;
	else if (e->keymap == KEYMAP_EMACS)
		*hints = emacs;
	else
		*hints = brevity ? brief : standard;
}

/* "Ln 5, Col 13", after the keys of a command that is not whole. */
static void
place_text(const struct editor *e, bool tiny, char *dst, size_t size)
{
	const struct text *t = editor_text(e);
	char pending[VIM_KEYS_MAX * 4 + 1];
	size_t line, head;

	dst[0] = '\0';
	if (t == NULL)
		return;
	head = peer_caret(e->peer).head;
	line = text_line_of(t, head);
	vim_pending(e, pending, sizeof(pending));
	snprintf(dst, size, tiny ? "%.12s%s%zu:%zu" : "%.12s%sLn %zu, Col %zu",
	    pending, pending[0] != '\0' ? "  " : "", line + 1,
	    place_column(t, line, head) + 1);
}

/* To run and to stop: the bar has a ^R of its own. */
static bool
has_run_key(const struct editor *e)
{
	if (editor_running(e))
		return launch_why_not_stop(e)[0] == '\0';
	return editor_writable(e) && launch_why_not_run(e)[0] == '\0' &&
	       (e->find.bar == BAR_NONE || e->keymap != KEYMAP_STANDARD);
}

static void
draw_text_keys(const struct editor *e, const struct layout *l, struct grid *g)
{
	bool busy = editor_running(e), tiny = l->class == VIEW_TINY;
	bool brief = tiny || g->cols < SHORT_COLS;
	bool notes = editor_is_staff(e);
	bool wanted = input_wanted(e);
	const char *run = busy ? "^C" : run_key(e);
	char place[64], chat[24] = "Chat";
	/* its pane, or the rule, has a name to click on */
	int out = wanted ? 1 : !tiny ? 9 : l->rule_y > 0 ? 99 : 2;
	const char *word = keymap_word(e);
	const struct hint rest[] = { { "^O", wanted ? "Input" : "Output", out },
		{ "^T", chat, 2 },
		{ "F4", editor_in_task(e) ? "Code" : "Task",
		    editor_task(e) >= 0 ? 2 : 99 },
		{ "F7", "Follow", 8 }, { "F8", "Notes", notes ? 4 : 99 },
		{ keymap_of(e)->menu, brief ? "Menu" : "Menu+Help", 1 },
		/* who uses vim knows :q */
		{ "^Q", "Leave", e->keymap == KEYMAP_VIM || tiny ? 5 : 4 },
		END };
	struct hint all[HINTS_MAX] = { { word, "", word[0] != '\0' ? 0 : 99 },
		{ run, busy ? "Stop" : "Run", has_run_key(e) ? 0 : 99 } };
	const struct hint *first;
	int end = g->cols, hints_end, n = 2;

	if (tiny && e->talk.unread[PANE_CHAT] > 0) /* there are no tabs */
		snprintf(
		    chat, sizeof(chat), "Chat(%d)", e->talk.unread[PANE_CHAT]);
	first_keys(e, brief, &first);
	for (; first->key != NULL; first++)
		all[n++] = *first;
	memcpy(all + n, rest, sizeof(rest));
	place_text(e, tiny, place, sizeof(place));
	if (place[0] != '\0')
		end -= grid_width(place) + 1;
	/* which keys are named does not depend on where the caret is */
	hints_end = end - 1;
	if (!tiny && hints_end > g->cols - PLACE_COLS)
		hints_end = g->cols - PLACE_COLS;
	draw_hints(e, l, g, hints_end, all);
	grid_puts(g, end, l->keys_y, g->cols, place, PAINT_LABEL, 0);
}

static void
draw_keys(const struct editor *e, const struct layout *l, struct grid *g)
{
	bool busy = editor_running(e), brief = l->class == VIEW_TINY;
	bool whole = aside_is_whole(e);
	const struct hint reading[] = { { "Enter", "Go to line",
					    e->fault.known ? 1 : 99 },
		{ "Esc", "Back to code", 0 },
		{ "^O", "Whole screen", whole ? 99 : 2 },
		{ "PgUp", "Older", 2 }, { "PgDn", "Newer", whole ? 4 : 5 },
		{ busy ? "^C" : keymap_of(e)->run, busy ? "Stop" : "Run",
		    has_run_key(e) ? 3 : 99 },
		{ keymap_of(e)->menu, "Menu+Help", 4 }, { "^Q", "Leave", 5 },
		END };
	/* with Enter there is no room for more than how to go on */
	int more = e->fault.known ? 99 : 2;
	const struct hint reading_brief[] = { { "Enter", "Go to line",
						  e->fault.known ? 1 : 99 },
		{ "Esc", "Back", 0 }, { "PgUp", "Older", more },
		{ busy ? "^C" : keymap_of(e)->run,
		    busy                       ? "Stop"
		    : e->run.state == RUN_NONE ? "Run"
					       : "Again",
		    has_run_key(e) ? 1 : 99 },
		{ keymap_of(e)->menu, "Menu", more }, END };
	struct hints h = line_hints(e, l);
	int end;

	if (!e->joined && !e->lobby) /* all of them go to the join box */
		return;
	if (h.hints == NULL && e->reading != READING_NOTHING && brief)
		h = (struct hints){ reading_brief, "" };
	if (h.hints == NULL && e->reading != READING_NOTHING)
		h = (struct hints){ reading, "output" };
	if (h.hints == NULL) {
		draw_text_keys(e, l, g);
		return;
	}
	end = g->cols - (int)strlen(h.place) - (h.place[0] != '\0');
	draw_hints(e, l, g, end - 1, h.hints);
	grid_puts(g, end, l->keys_y, g->cols, h.place, PAINT_LABEL, 0);
}

void
status_summary_event(const struct editor *e, struct grid *g)
{
	const struct toast *t = editor_toast(e);
	char text[sizeof(t->text) + 4];

	if (t == NULL)
		return;
	shorten_sentence(t->text, g->cols - 1, text, sizeof(text));
	grid_puts(g, 1, g->rows - 2, g->cols, text,
	    t->kind == TOAST_ERROR ? PAINT_ERROR : PAINT_EVENT, 0);
}

void
status_summary_keys(const struct editor *e, struct grid *g, bool scrolls)
{
	bool brief = g->cols < SUMMARY_COLS;
	const struct layout l = { .keys_y = g->rows - 1,
		.class = g->cols < SHORT_COLS ? VIEW_TINY : VIEW_STACKED };
	/* what there is no room for is in the menu */
	const struct hint hints[] = { { "R", "Replay", 0 },
		{ "E", brief ? "Export" : "Export code+chat+notes",
		    summary_may_export(e) ? 3 : 99 },
		{ "N", brief ? "Notes" : "Edit notes", 3 },
		{ "D", "Delete recording", e->welcome.owns ? 3 : 99 },
		{ "PgDn", "More", scrolls ? 1 : 99 },
		{ "Enter", brief ? "Code" : "Read the code", 0 },
		{ "^P", brief ? "Menu" : "Menu+Help", 1 }, { "Q", "Quit", 2 },
		END };

	status_hints(&l, g, g->cols - 1, hints);
}

void
status_draw(const struct editor *e, const struct layout *l, struct grid *g)
{
	draw_event(e, l, g);
	draw_keys(e, l, g);
}
