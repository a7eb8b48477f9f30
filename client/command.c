/* command.c - moving, typing, running. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/act.h"
#include "client/block.h"
#include "client/bracket.h"
#include "client/change.h"
#include "client/clip.h"
#include "client/command.h"
#include "client/find.h"
#include "client/follow.h"
#include "client/input.h"
#include "client/keymap.h"
#include "client/lobby.h"
#include "client/menu.h"
#include "client/place.h"
#include "client/point.h"
#include "client/select.h"
#include "client/talk.h"
#include "client/trace.h"
#include "proto/err.h"
#include "proto/utf8.h"

/* --- the caret --- */

static size_t
here(const struct editor *e)
{
	return select_head(e);
}

/* Left and Right go to the ends of what is selected, and end it. */
static bool
is_collapsing(const struct editor *e)
{
	return select_any(e) && !e->extend && !e->mark;
}

static void
left(struct editor *e)
{
	struct span s = select_span(e);

	select_go(
	    e, is_collapsing(e) ? s.from : text_prev(editor_text(e), here(e)));
}

static void
right(struct editor *e)
{
	struct span s = select_span(e);

	select_go(
	    e, is_collapsing(e) ? s.to : text_next(editor_text(e), here(e)));
}

/* BY lines down, keeping the column that the first of such moves had. */
static void
vertical(struct editor *e, long by)
{
	const struct text *t = editor_text(e);
	size_t line = text_line_of(t, here(e)), last = text_line_count(t) - 1;
	int goal = e->goal >= 0 ? e->goal : (int)place_column(t, line, here(e));

	if (by < 0 && (size_t)-by > line) {
		select_go(e, 0);
		return;
	}
	if (by > 0 && line + (size_t)by > last) {
		select_go(e, text_len(t));
		return;
	}
	line = by < 0 ? line - (size_t)-by : line + (size_t)by;
	select_go(e, place_at_column(t, line, (size_t)goal));
	e->goal = goal;
}

static void
up(struct editor *e)
{
	vertical(e, -1);
}

static void
down(struct editor *e)
{
	vertical(e, 1);
}

/* How far a page goes: all lines that are seen but one. */
static size_t
page_lines(const struct editor *e)
{
	size_t lines = e->page > 1 ? (size_t)e->page : 2;

	if (e->wrap)
		lines = place_bottom(e) - e->top;
	return lines > 2 ? lines - 1 : 1;
}

/* What is seen moves as far as the caret, so that it stays in its row. */
static void
page_up(struct editor *e)
{
	size_t by = page_lines(e);

	e->top -= e->top > by ? by : e->top;
	e->skip = 0;
	vertical(e, -(long)by);
}

static void
page_down(struct editor *e)
{
	size_t by = page_lines(e);

	e->top += by;
	e->skip = 0;
	vertical(e, (long)by);
}

static void
line_start(struct editor *e)
{
	const struct text *t = editor_text(e);

	select_go(e, text_line_start(t, text_line_of(t, here(e))));
}

/* ^A goes to the start of the line, as in shells; only a second one selects all,
 * since typing would then remove it. */
static void
start_or_all(struct editor *e)
{
	if (e->at_start)
		select_all(e);
	else
		line_start(e);
	e->at_start = !e->at_start;
}

/* To the text of the line, and from there to its start. */
static void
home(struct editor *e)
{
	const struct text *t = editor_text(e);
	size_t pos = place_indent(t, text_line_of(t, here(e)));

	if (here(e) == pos)
		line_start(e);
	else
		select_go(e, pos);
}

static void
line_end(struct editor *e)
{
	const struct text *t = editor_text(e);

	select_go(e, text_line_end(t, text_line_of(t, here(e))));
}

static void
text_start(struct editor *e)
{
	select_go(e, 0);
}

static void
text_end(struct editor *e)
{
	select_go(e, text_len(editor_text(e)));
}

static size_t
word_left_of(const struct text *t, size_t pos)
{
	while (pos > 0 && !select_in_word(t, text_prev(t, pos)))
		pos = text_prev(t, pos);
	while (pos > 0 && select_in_word(t, text_prev(t, pos)))
		pos = text_prev(t, pos);
	return pos;
}

static void
word_left(struct editor *e)
{
	select_go(e, word_left_of(editor_text(e), here(e)));
}

static void
word_right(struct editor *e)
{
	const struct text *t = editor_text(e);
	size_t pos = here(e), len = text_len(t);

	while (pos < len && !select_in_word(t, pos))
		pos = text_next(t, pos);
	while (pos < len && select_in_word(t, pos))
		pos = text_next(t, pos);
	select_go(e, pos);
}

/* --- changing the text --- */

static void
type(struct editor *e, uint32_t cp)
{
	uint8_t utf[4];
	int n = utf8_encode(cp, utf);

	if (n > 0)
		change_selected(e, utf, (size_t)n, 0);
}

/* Does what comes before POS in its line ask for a deeper next line, or for a
 * less deep one? */
static int
deeper(const struct text *t, size_t start, size_t pos)
{
	static const char *const ends[] = { "return", "pass", "break",
		"continue", "raise" };
	char word[16] = "";
	size_t at = pos, n = 0;
	int c, open = 0;

	while (at > start && text_byte(t, at - 1) == ' ')
		at--;
	c = at > start ? text_byte(t, at - 1) : -1;
	if (c == ':' || c == '(' || c == '[' || c == '{')
		return 1;
	for (at = start; at < pos; at++) {
		c = text_byte(t, at);
		open += (c == '(' || c == '[' || c == '{') -
			(c == ')' || c == ']' || c == '}');
	}
	if (open > 0) /* what is returned goes on in the next line */
		return 0;
	for (at = start; at < pos && text_byte(t, at) == ' '; at++)
		;
	for (; at < pos && select_in_word(t, at) && n + 1 < sizeof(word); at++)
		word[n++] = (char)text_byte(t, at);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (strcmp(word, ends[i]) == 0)
			return -1;
	return 0;
}

static void
enter(struct editor *e)
{
	const struct text *t = editor_text(e);
	size_t pos = select_span(e).from, line = text_line_of(t, pos);
	size_t start = text_line_start(t, line), indent = 0;
	char ins[256] = "\n";

	while (start + indent < pos && indent + TAB_SIZE + 2 < sizeof(ins) &&
	       (text_byte(t, start + indent) == ' ' ||
		   text_byte(t, start + indent) == '\t')) {
		ins[1 + indent] = (char)text_byte(t, start + indent);
		indent++;
	}
	switch (deeper(t, start, pos)) {
	case 1:
		memset(ins + 1 + indent, ' ', TAB_SIZE);
		indent += TAB_SIZE;
		break;
	case -1:
		indent -= indent >= TAB_SIZE ? TAB_SIZE : indent;
		break;
	}
	change_selected(e, ins, 1 + indent, 0);
}

/* What is selected goes; false: nothing is. */
static bool
delete_selected(struct editor *e)
{
	if (!select_any(e))
		return false;
	change_selected(e, NULL, 0, 0);
	return true;
}

/* In leading blanks back to the multiple of TAB_SIZE before. */
static void
backspace(struct editor *e)
{
	const struct text *t = editor_text(e);
	size_t pos = here(e), line = text_line_of(t, pos);
	size_t start = text_line_start(t, line), to = text_prev(t, pos);

	if (delete_selected(e) || pos == 0)
		return;
	if (pos > start && pos <= place_indent(t, line) &&
	    text_byte(t, to) == ' ')
		while (to > start && (to - start) % TAB_SIZE != 0 &&
		       text_byte(t, to - 1) == ' ')
			to--;
	change_splice(e, to, pos - to, NULL, 0, 0);
}

static void delete (struct editor *e)
{
	size_t pos = here(e), next = text_next(editor_text(e), pos);

	if (!delete_selected(e) && next > pos)
		change_splice(e, pos, next - pos, NULL, 0, 0);
}

static void
delete_word(struct editor *e)
{
	size_t pos = here(e), to = word_left_of(editor_text(e), pos);

	if (!delete_selected(e) && to < pos)
		change_splice(e, to, pos - to, NULL, 0, 0);
}

static void
tab(struct editor *e)
{
	const struct text *t = editor_text(e);
	size_t pos = here(e);
	size_t column = place_column(t, text_line_of(t, pos), pos);

	if (select_any(e))
		block_indent(e);
	else
		change_splice(
		    e, pos, 0, "    ", TAB_SIZE - column % TAB_SIZE, 0);
}

/* --- taking back --- */

static void
travel(struct editor *e,
    int (*fn)(struct peer *p, uint64_t now_ms, uint8_t *file, size_t *pos),
    const char *done, const char *none)
{
	uint8_t file;
	size_t pos;
	int r;

	if (!change_allowed(e))
		return;
	r = fn(e->peer, e->now_ms, &file, &pos);
	e->goal = -1;
	e->mark = false;
	if (r == 0) {
		editor_show_file(e, file);
		peer_caret_set(e->peer, file, pos, pos);
		editor_say(e, TOAST_ANSWER, "%s", done);
	} else if (r == CS_ENOTFOUND) {
		editor_say(e, TOAST_ANSWER, "%s", none);
	} else {
		change_explain(e, r);
	}
}

static void
undo(struct editor *e)
{
	char name[KEYMAP_NAMES_SIZE], done[128] = "Change taken back";
	size_t len = strlen(done);

	keymap_names(e, "C-y", false, name);
	if (name[0] != '\0')
		snprintf(
		    done + len, sizeof(done) - len, " - %s redoes it", name);
	travel(e, peer_undo, done, "Nothing of yours to undo");
}

static void
redo(struct editor *e)
{
	travel(e, peer_redo, "Your change is back", "Nothing to redo");
}

/* --- everything else --- */

/* An answer that the next news of the run take the place of. */
static void
still_running(struct editor *e)
{
	if (e->lobby)
		editor_say(e, TOAST_ANSWER,
		    "Your program is still running - ^C stops it");
	else
		editor_say(e, TOAST_ANSWER,
		    "Run %u is still running - ^C stops it", e->run.run);
	e->toasts[0].kind = TOAST_RUN;
}

static void
run(struct editor *e)
{
	if (!editor_writable(e))
		editor_say(e, TOAST_ANSWER, "%s",
		    e->welcome.role == ROLE_OBSERVER
			? "You can read here, not run"
			: editor_why_not(e));
	else if (editor_running(e))
		still_running(e);
	else if (!e->online)
		editor_say(e, TOAST_ANSWER,
		    "Not connected just now - run again in a moment");
	else if (e->lobby && text_len(editor_text(e)) > PRACTICE_TEXT_MAX)
		editor_say(e, TOAST_ANSWER,
		    "Too large to practise with: at most %d KB are run here",
		    PRACTICE_TEXT_MAX / 1024);
	else
		e->request = REQUEST_RUN;
	e->line.hands_off = e->request == REQUEST_RUN;
	if (e->request != REQUEST_RUN)
		return;
	talk_leave(e); /* who runs a program looks at what it prints */
	e->pane = PANE_OUTPUT;
}

static void
stop(struct editor *e)
{
	if (editor_is_shut_out(e))
		editor_say(e, TOAST_ANSWER, "%s", editor_why_not(e));
	else if (!editor_running(e))
		editor_say(e, TOAST_ANSWER, "Nothing is running");
	else if (!e->online)
		editor_say(e, TOAST_ANSWER,
		    "Not connected just now - stop again in a moment");
	else
		e->request = REQUEST_STOP;
}

/* ^C copies only what is selected, and never from the text while it is typed
 * somewhere else. */
static void
copy_or_stop(struct editor *e)
{
	if (editor_text(e) != NULL && select_any(e) && !e->line.focus &&
	    !e->talk.focus && !e->output_full)
		clip_copy(e);
	else
		stop(e);
}

/* Everything is saved; but the moment can be found again in the replay. */
static void
save(struct editor *e)
{
	editor_say(e, TOAST_ANSWER, "Saved automatically%s",
	    act_mark(e) ? "; this moment is marked in the recording"
			: ", at every key");
}

/* ", run 3 OK", or nothing. */
static void
run_words(const struct editor *e, char *dst, size_t size)
{
	char words[96], name[24] = "your program";

	dst[0] = '\0';
	if (!e->lobby)
		snprintf(name, sizeof(name), "run %u", e->run.run);
	if (editor_running(e))
		snprintf(dst, size, ", %s %s", name,
		    e->run.waiting ? "waits for input" : "runs");
	if (e->run.state != RUN_ENDED)
		return;
	run_result_line(&e->run.result, &e->welcome.limits, editor_stopper(e),
	    words, sizeof(words));
	snprintf(dst, size, ", %s %s", name,
	    e->run.result.verdict == VERDICT_OK ? "OK" : words);
}

/* For who does not see the whole screen at a glance. */
static void
where(struct editor *e)
{
	const struct text *t = editor_text(e);
	size_t line = text_line_of(t, here(e));
	char words[128];

	run_words(e, words, sizeof(words));
	editor_say(e, TOAST_ANSWER, "%s line %zu col %zu, %zu lines%s",
	    e->lobby ? "practice" : e->welcome.name, line + 1,
	    place_column(t, line, here(e)) + 1, text_line_count(t), words);
}

static void
show_others(struct editor *e)
{
	e->request = REQUEST_SHOW;
}

static void
redraw(struct editor *e)
{
	e->request = REQUEST_REDRAW;
}

static void
menu(struct editor *e)
{
	menu_open(e);
}

static void
chat(struct editor *e)
{
	talk_toggle(e, PANE_CHAT);
}

static void
notes(struct editor *e)
{
	talk_toggle(e, PANE_NOTES);
}

/* First to what somebody points at. */
static void
follow(struct editor *e)
{
	if (!point_jump(e))
		follow_next(e);
}

static void
next_file(struct editor *e)
{
	unsigned n = peer_file_count(e->peer);

	editor_show_file(
	    e, editor_file_of_tab(e, (editor_tab(e, e->file) + 1) % n));
}

static void
previous_file(struct editor *e)
{
	unsigned n = peer_file_count(e->peer);

	editor_show_file(
	    e, editor_file_of_tab(e, (editor_tab(e, e->file) + n - 1) % n));
}

/* To the task, and back to what was shown before. */
static void
task(struct editor *e)
{
	int file = editor_task(e);

	if (editor_in_task(e)) {
		editor_show_file(e, e->before_task != e->file
					? e->before_task
					: editor_file_of_tab(e, 1));
	} else {
		e->before_task = e->file;
		editor_show_file(e, (uint8_t)file);
	}
}

static void
leave(struct editor *e)
{
	e->panel = PANEL_LEAVE;
	e->hint[0] = '\0';
}

static void
toggle_output(struct editor *e)
{
	e->output_full = !e->output_full;
	e->pane = PANE_OUTPUT;
	e->run.scroll = 0;
	talk_leave(e);
}

/* Where there is one pane and it shows something else, it shows the output; only
 * then has that the whole screen. */
static void
output(struct editor *e)
{
	if (input_wanted(e)) {
		input_focus(e);
	} else if (e->lobby) {
		editor_say(e, TOAST_ANSWER,
		    "Output stands below the pad - ^Up scrolls it");
	} else if (e->pane != PANE_OUTPUT && !e->calm && !e->tiny &&
		   (!e->wide || e->stacked)) {
		talk_leave(e);
		e->pane = PANE_OUTPUT;
	} else {
		toggle_output(e);
	}
}

/* From the code to the chat, the notes, the output, and back. */
static void
next_pane(struct editor *e)
{
	if (!e->output_full && !e->talk.focus)
		chat(e);
	else if (!e->output_full && e->talk.tab == PANE_CHAT &&
		 editor_is_staff(e))
		notes(e);
	else
		toggle_output(e);
}

/* What the event line offers: who waits comes in, or focus time ends. */
static void
offered(struct editor *e)
{
	if (editor_is_staff(e))
		act_admit_next(e);
	else if (e->focus.on)
		act_end_focus(e);
	else
		editor_say(e, TOAST_ANSWER, "Nothing is offered just now");
}

static void
scroll_output(struct editor *e, int by)
{
	e->run.scroll += by;
	if (e->run.scroll < 0)
		e->run.scroll = 0;
}

static void
output_up(struct editor *e)
{
	scroll_output(e, 3);
}

static void
output_down(struct editor *e)
{
	scroll_output(e, -3);
}

#define CALM COMMAND_CALM
#define SCROLL COMMAND_SCROLL
#define ROOM COMMAND_ROOM
#define STAFF COMMAND_STAFF
#define FILES COMMAND_FILES
#define BARE COMMAND_BARE
#define MOVE COMMAND_MOVE
#define TASK COMMAND_TASK
#define HELD COMMAND_HELD

/* clang-format off */
static const struct command table[] = {
	{ "C-r F5",		"Run the program",		run,		CALM },
	{ "C-c",		NULL,				copy_or_stop,	CALM },
	{ "C-c S-F5",		"Stop the program",		stop,		CALM },
	{ "C-t F2",		"Chat",				chat,		CALM | BARE },
	{ "F8",			"Notes, private to interviewers", notes,	CALM | BARE | ROOM | STAFF },
	{ "C-o",		"Output, or type input",	output,		CALM },
	{ "F6",			"Next pane",			next_pane,	CALM | ROOM },
	{ "F7",			"Follow the next person",	follow,		CALM | ROOM },
	{ "S-F7",		"Back to where you were",	follow_back,	ROOM },
	{ "",			"Point at this line",		point_here,	CALM | ROOM },
	{ "F4",			"The task, and back",		task,		ROOM | TASK },
	{ "C-PgDn",		"Next file",			next_file,	ROOM | FILES },
	{ "C-PgUp",		"Previous file",		previous_file,	ROOM | FILES },
	{ "C-z",		"Undo your last change",	undo,		0 },
	{ "C-y",		"Redo it",			redo,		0 },
	{ "C-f",		"Find",				find_open,	0 },
	{ "F3",			"Find the next",		find_next,	0 },
	{ "S-F3",		"Find the one before",		find_previous,	0 },
	{ "C-\\",		"Replace",			find_replace,	0 },
	{ "C-g",		"Go to a line",			find_line,	0 },
	{ "M-]",		"Go to the other bracket",	bracket_go,	MOVE },
	{ "Home",		"Start of the line's text",	home,		MOVE },
	{ "C-a",		"Start of the line",		start_or_all,	0 },
	{ "End C-e",		"End of the line",		line_end,	MOVE },
	{ "C-Left M-Left M-b",	"One word left",		word_left,	MOVE },
	{ "C-Right M-Right M-f", "One word right",		word_right,	MOVE },
	{ "PgUp",		"One page up",			page_up,	MOVE },
	{ "PgDn",		"One page down",		page_down,	MOVE },
	{ "C-Home M-<",		"Start of the file",		text_start,	MOVE },
	{ "C-End M->",		"End of the file",		text_end,	MOVE },
	{ "",			"Select all (^A twice)",	select_all,	0 },
	{ "C-Space",		"Set a mark, to select from",	select_mark,	0 },
	{ "C-x",		"Cut the selection, or the line", clip_cut,	0 },
	{ "",			"Copy the selection, or the line", clip_copy,	CALM },
	{ "C-v",		"Paste what was copied",	clip_paste,	0 },
	{ "Tab",		"Indent",			tab,		0 },
	{ "S-Tab",		"Outdent the lines",		block_outdent,	0 },
	{ "C-w M-Backspace",	"Delete the word to the left",	delete_word,	0 },
	{ "C-k",		"Delete the line",		block_delete,	0 },
	{ "C-d",		"Duplicate the line",		block_duplicate, 0 },
	{ "M-Up",		"Move the line up",		block_up,	0 },
	{ "M-Down",		"Move the line down",		block_down,	0 },
	{ "C-/ C-_ M-/",	"Comment lines",		block_comment,	0 },
	{ "C-Up",		"Scroll the output up",		output_up,	SCROLL },
	{ "C-Down",		"Scroll the output down",	output_down,	SCROLL },
	{ "C-s",		"Save (it always is)",		save,		CALM | ROOM },
	{ "C-l",		"Draw the screen again",	redraw,		CALM | BARE },
	{ "M-w",		"Where am I?",			where,		CALM },
	{ "M-r",		"Show what others did",		show_others,	CALM | ROOM | HELD },
	{ "C-q",		"Leave",			leave,		CALM | BARE },
	/* where a terminal can say so */
	{ "C-Enter",		NULL,				run,		CALM },
	{ "C-S-z",		NULL,				redo,		0 },
	{ "C-Backspace",	NULL,				delete_word,	0 },
	{ "C-p F1 F10",		NULL,				menu,		CALM | BARE },
	{ "F9",			NULL,				offered,	CALM | BARE | ROOM },
	{ "Left",		NULL,				left,		MOVE },
	{ "Right",		NULL,				right,		MOVE },
	{ "Up",			NULL,				up,		MOVE },
	{ "Down",		NULL,				down,		MOVE },
	{ "Enter",		NULL,				enter,		0 },
	{ "Backspace",		NULL,				backspace,	0 },
	{ "Delete",		NULL,				delete,		0 },
};
/* clang-format on */

bool
key_fn_press(
    const struct key_fn *fns, size_t n, struct editor *e, const struct key *key)
{
	for (size_t i = 0; i < n; i++)
		if (key_is_one_of(key, fns[i].keys)) {
			fns[i].fn(e);
			return true;
		}
	return false;
}

const struct command *
command_table(size_t *n)
{
	*n = sizeof(table) / sizeof(table[0]);
	return table;
}

bool
command_is_for(const struct editor *e, const struct command *c)
{
	if (!(c->flags & COMMAND_BARE) && editor_text(e) == NULL)
		return false;
	if ((c->flags & COMMAND_ROOM) && e->lobby)
		return false;
	if ((c->flags & COMMAND_STAFF) && !editor_is_staff(e))
		return false;
	if ((c->flags & COMMAND_HELD) && !e->calm)
		return false;
	if ((c->flags & COMMAND_TASK) && editor_task(e) < 0)
		return false;
	return !(c->flags & COMMAND_FILES) ||
	       (e->peer != NULL && peer_file_count(e->peer) > 1);
}

static void
unknown(struct editor *e, const struct key *key)
{
	char name[32];

	key_name(key, name, sizeof(name));
	editor_say(e, TOAST_ANSWER, "%s does nothing here - %s opens the menu",
	    name, keymap_of(e)->menu);
}

/* While the output has the whole screen: is KEY for that? */
static bool
is_reading(const struct editor *e, const struct key *key)
{
	if (!e->output_full)
		return false;
	if (key->code == K_ENTER)
		return e->fault.known;
	return key->code == K_UP || key->code == K_DOWN ||
	       key->code == K_PGUP || key->code == K_PGDN ||
	       key->code == K_HOME || key->code == K_END || key->code == K_ESC;
}

/* Keys that move move the output. */
static void
reading(struct editor *e, const struct key *key)
{
	int page = e->out_page > 1 ? e->out_page - 1 : 1;

	switch (key->code) {
	case K_UP:
		scroll_output(e, key->mods == 0 ? 1 : 3);
		break;
	case K_DOWN:
		scroll_output(e, key->mods == 0 ? -1 : -3);
		break;
	case K_PGUP:
		scroll_output(e, page);
		break;
	case K_PGDN:
		scroll_output(e, -page);
		break;
	case K_HOME:
		scroll_output(e, OUTPUT_KEPT); /* view_layout limits it */
		break;
	case K_END:
		e->run.scroll = 0;
		break;
	case K_ESC:
		toggle_output(e);
		break;
	case K_ENTER:
		trace_go(e);
		break;
	default:
		break;
	}
}

static const struct command *
standard_of(const struct editor *e, const struct key *key)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (key_is_one_of(key, table[i].keys))
			return command_is_for(e, &table[i]) ? &table[i] : NULL;
	return NULL;
}

/* KEY is a standard one, or one of the keymap's own. */
static const struct command *
command_of(const struct editor *e, const struct key *key)
{
	const struct command *c;
	bool bound;

	if (e->keymap != KEYMAP_STANDARD) {
		c = keymap_command(e, key, &bound);
		if (bound)
			return c;
	}
	return standard_of(e, key);
}

void
command_press(struct editor *e, const char *name)
{
	const struct command *c;
	struct key key;

	if (key_parse(name, &key) && (c = standard_of(e, &key)) != NULL)
		c->fn(e);
}

/* Something of our own is going to happen to the text or the caret, by C or, if
 * that is NULL, by typing. Pages go on from what is seen. */
static void
take_over(struct editor *e, const struct command *c)
{
	if (editor_text(e) == NULL ||
	    (c != NULL && (c->flags & (COMMAND_CALM | COMMAND_SCROLL))))
		return;
	if (c != NULL && (c->fn == page_up || c->fn == page_down))
		place_take_view(e);
	follow_pause(e);
}

void
command_run(struct editor *e, const struct command *c)
{
	/* nobody edits what is not seen */
	if (!(c->flags & COMMAND_CALM)) {
		talk_leave(e);
		e->output_full = false;
	}
	take_over(e, c);
	c->fn(e);
	if (editor_text(e) != NULL)
		place_follow_caret(e);
}

/* It ends following. Two of them open the menu, also then. */
static void
escape(struct editor *e)
{
	follow_stop(e);
	if (select_drop(e)) {
		e->esc_ms = 0;
		return;
	}
	if (e->keymap == KEYMAP_STANDARD && e->esc_ms != 0 &&
	    e->now_ms - e->esc_ms < ESC_TWICE_MS) {
		e->esc_ms = 0;
		menu_open(e);
	} else {
		e->esc_ms = e->now_ms;
	}
}

/* Where the keys go to a line, and KEY means nothing in it. */
static void
line_key_left(struct editor *e, const struct key *key)
{
	const struct command *c = command_of(e, key);

	if (c != NULL && (c->flags & (COMMAND_CALM | COMMAND_SCROLL)))
		c->fn(e);
	else
		unknown(e, key);
}

static bool
is_typed(const struct key *key)
{
	return key->code == K_PASTE ||
	       (key->code == K_CHAR && (key->mods & ~K_SHIFT) == 0);
}

/* With Shift a move selects. */
static const struct command *
selecting(const struct editor *e, const struct key *key)
{
	struct key plain = *key;
	const struct command *c;

	plain.mods &= (uint8_t)~K_SHIFT;
	if (plain.mods == key->mods || (c = command_of(e, &plain)) == NULL)
		return NULL;
	return c->flags & COMMAND_MOVE ? c : NULL;
}

/* A key that the keymap has something of its own for. */
static void
own_key(struct editor *e, const struct key *key)
{
	e->at_start = e->line.hands_off = false;
	if (e->output_full)
		toggle_output(e);
	take_over(e, NULL);
	keymap_of(e)->key(e, key);
	if (editor_text(e) != NULL)
		place_follow_caret(e);
}

static void
text_key(struct editor *e, const struct key *key)
{
	const struct command *c = command_of(e, key);

	if (c == NULL && (c = selecting(e, key)) != NULL)
		e->extend = true;
	if (c == NULL || c->fn != start_or_all)
		e->at_start = false;
	e->line.hands_off = false;
	if (e->output_full && (c == NULL || !(c->flags & COMMAND_CALM)))
		toggle_output(e);
	if (c != NULL || is_typed(key))
		take_over(e, c);
	if (c != NULL)
		c->fn(e);
	else if (key->code == K_CHAR && (key->mods & ~K_SHIFT) == 0)
		type(e, key->cp);
	else if (key->code == K_PASTE)
		clip_paste_key(e, key);
	else if (key->code == K_ESC)
		escape(e);
	else
		unknown(e, key);
	e->extend = false;
	place_follow_caret(e);
}

static void
too_large(struct editor *e, size_t len)
{
	editor_say(e, TOAST_ANSWER,
	    "Too large to paste: %zu bytes, at most %d - nothing was changed",
	    len, KEYS_PASTE_MAX);
}

/* There is no text: nothing has come yet, or the candidate works unwatched. */
static void
bare_key(struct editor *e, const struct key *key)
{
	const struct command *c;

	if (e->talk.focus && talk_key(e, key))
		return;
	c = command_of(e, key);
	if (c != NULL && (c->flags & COMMAND_BARE))
		c->fn(e);
}

/* Does the find bar take KEY? What means nothing in it ends it. */
static bool
bar_key(struct editor *e, const struct key *key)
{
	if (e->find.bar == BAR_NONE)
		return false;
	if (find_key(e, key)) {
		place_follow_caret(e);
		return true;
	}
	find_close(e);
	return false;
}

/* KEY as the standard keymap has it. */
static void
standard_key(struct editor *e, const struct key *key)
{
	bool used;

	if (key->code == K_PASTE_BIG) {
		too_large(e, key->len);
	} else if (bar_key(e, key)) {
		e->line.hands_off = false;
	} else if (e->line.focus || e->talk.focus) {
		used = e->line.focus ? input_key(e, key) : talk_key(e, key);
		if (!used)
			line_key_left(e, key);
	} else if (!is_reading(e, key)) {
		text_key(e, key);
	} else {
		reading(e, key);
	}
	if (e->lobby)
		lobby_settle(e);
}

/* Does KEY go to the text, and does the keymap want it? */
static bool
is_wanted(struct editor *e, const struct key *key)
{
	const struct keymap_info *m = keymap_of(e);

	return m->wants != NULL && key->code != K_PASTE_BIG &&
	       e->find.bar == BAR_NONE && !e->line.focus && !e->talk.focus &&
	       !is_reading(e, key) && m->wants(e, key);
}

static void
mapped_key(struct editor *e, const struct key *key)
{
	struct key as;

	if (is_wanted(e, key)) {
		own_key(e, key);
	} else {
		as = keymap_standard(e, key);
		standard_key(e, &as);
	}
	if (keymap_of(e)->settle != NULL && editor_text(e) != NULL)
		keymap_of(e)->settle(e);
	if (e->lobby)
		lobby_settle(e);
}

void
command_key(struct editor *e, const struct key *key)
{
	if (key->code != K_ESC)
		e->esc_ms = 0;
	if (e->peer == NULL || editor_text(e) == NULL) {
		bare_key(e, key);
	} else if (e->keymap != KEYMAP_STANDARD) {
		mapped_key(e, key);
	} else {
		keymap_notice(e, key);
		standard_key(e, key);
	}
}
