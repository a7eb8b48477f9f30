/*
 * command.c - what a key does: who gets it, the table of commands, and those of
 * them that are too small for a file of their own.
 */
#include "client/act.h"
#include "client/aside.h"
#include "client/block.h"
#include "client/bracket.h"
#include "client/change.h"
#include "client/clip.h"
#include "client/command.h"
#include "client/find.h"
#include "client/follow.h"
#include "client/input.h"
#include "client/keymap.h"
#include "client/launch.h"
#include "client/lobby.h"
#include "client/menu.h"
#include "client/move.h"
#include "client/panel.h"
#include "client/place.h"
#include "client/point.h"
#include "client/select.h"
#include "client/talk.h"
#include "client/type.h"

/* --- small commands --- */

/* ^C copies only what is selected, and never from the text while it is typed
 * somewhere else. */
static void
copy_or_stop(struct editor *e)
{
	if (editor_text(e) != NULL && select_any(e) && !e->line.focus &&
	    !e->talk.focus && !aside_is_whole(e))
		clip_copy(e);
	else
		launch_stop(e);
}

/* Everything is saved; but the moment can be found again in the replay. */
static void
save(struct editor *e)
{
	editor_say(e, TOAST_ANSWER, "Saved automatically%s",
	    act_mark(e) ? "; this moment is marked in the recording"
			: ", at every key");
}

/* For who does not see the whole screen at a glance. */
static void
where(struct editor *e)
{
	const struct text *t = editor_text(e);
	size_t line = text_line_of(t, select_head(e));
	char words[128];

	launch_words(e, words, sizeof(words));
	editor_say(e, TOAST_ANSWER, "%s line %zu col %zu, %zu lines%s",
	    e->lobby ? "practice" : e->welcome.name, line + 1,
	    place_column(t, line, select_head(e)) + 1, text_line_count(t),
	    words);
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

#define CALM COMMAND_CALM
#define SCROLL COMMAND_SCROLL
#define ROOM COMMAND_ROOM
#define STAFF COMMAND_STAFF
#define FILES COMMAND_FILES
#define BARE COMMAND_BARE
#define MOVE COMMAND_MOVE
#define TASK COMMAND_TASK
#define HELD COMMAND_HELD
#define WRITE COMMAND_WRITE
#define RUN COMMAND_RUN
#define STOP COMMAND_STOP
#define POINT COMMAND_POINT
#define FIRST COMMAND_FIRST

/* clang-format off */
static const struct command table[] = {
	{ "C-r F5",		"Run the program",		launch_run,	CALM | RUN | FIRST },
	{ "C-c",		NULL,				copy_or_stop,	CALM },
	{ "C-c S-F5",		"Stop the program",		launch_stop,	CALM | STOP | FIRST },
	{ "C-t F2",		"Chat",				aside_chat,	CALM | BARE | FIRST },
	{ "F8",			"Notes, private to interviewers", aside_notes,	CALM | BARE | ROOM | STAFF | FIRST },
	{ "C-o",		"Output, or type input",	aside_output,	CALM },
	{ "F6",			"Next pane",			aside_next,	CALM | ROOM },
	{ "F7",			"Follow the next person",	follow,		CALM | ROOM },
	{ "S-F7",		"Back to where you were",	follow_back,	ROOM },
	{ "",			"Point at this line",		point_here,	CALM | ROOM | POINT },
	{ "F4",			"The task, and back",		task,		ROOM | TASK },
	{ "C-PgDn",		"Next file",			next_file,	ROOM | FILES },
	{ "C-PgUp",		"Previous file",		previous_file,	ROOM | FILES },
	{ "C-z",		"Undo your last change",	type_undo,	WRITE },
	{ "C-y",		"Redo it",			type_redo,	WRITE },
	{ "C-f",		"Find",				find_open,	0 },
	{ "F3",			"Find the next",		find_next,	0 },
	{ "S-F3",		"Find the one before",		find_previous,	0 },
	{ "C-\\",		"Replace",			find_replace,	WRITE },
	{ "C-g",		"Go to a line",			find_line,	0 },
	{ "M-]",		"Go to the other bracket",	bracket_go,	MOVE },
	{ "Home",		"Start of the line's text",	move_home,	MOVE },
	{ "C-a",		"Start of the line",		move_start_or_all, 0 },
	{ "End C-e",		"End of the line",		move_line_end,	MOVE },
	{ "C-Left M-Left M-b",	"One word left",		move_word_left,	MOVE },
	{ "C-Right M-Right M-f", "One word right",		move_word_right,	MOVE },
	{ "PgUp",		"One page up",			move_page_up,	MOVE },
	{ "PgDn",		"One page down",		move_page_down,	MOVE },
	{ "C-Home M-<",		"Start of the file",		move_text_start,	MOVE },
	{ "C-End M->",		"End of the file",		move_text_end,	MOVE },
	{ "",			"Select all (^A twice)",	select_all,	0 },
	{ "C-Space",		"Set a mark, to select from",	select_mark,	0 },
	{ "C-x",		"Cut the selection, or the line", clip_cut,	WRITE },
	/* ^C is the one above, which does this with a selection */
	{ "C-c",		"Copy the selection, or the line", clip_copy,	CALM },
	{ "C-v",		"Paste what was copied",	clip_paste,	WRITE },
	{ "Tab",		"Indent",			type_tab,	WRITE },
	{ "S-Tab",		"Outdent the lines",		block_outdent,	WRITE },
	{ "C-w M-Backspace",	"Delete the word to the left",	type_delete_word, WRITE },
	{ "C-k",		"Delete the line",		block_delete,	WRITE },
	{ "C-d",		"Duplicate the line",		block_duplicate, WRITE },
	{ "M-Up",		"Move the line up",		block_up,	WRITE },
	{ "M-Down",		"Move the line down",		block_down,	WRITE },
	{ "C-/ C-_ M-/",	"Comment lines",		block_comment,	WRITE },
	{ "C-Up",		"Scroll the output up",		aside_up,	SCROLL },
	{ "C-Down",		"Scroll the output down",	aside_down,	SCROLL },
	{ "C-s",		"Save (it always is)",		save,		CALM | ROOM },
	{ "C-l",		"Draw the screen again",	redraw,		CALM | BARE },
	{ "M-w",		"Where am I?",			where,		CALM },
	{ "M-r",		"Show what others did",		show_others,	CALM | ROOM | HELD },
	{ "C-q",		"Leave",			leave,		CALM | BARE },
	/* where a terminal can say so */
	{ "C-Enter",		NULL,				launch_run,	CALM | RUN },
	{ "C-S-z",		NULL,				type_redo,	WRITE },
	{ "C-Backspace",	NULL,				type_delete_word, WRITE },
	{ "C-p F1 F10",		"Help: this menu, all of it",	menu,		CALM | BARE },
	{ "F9",			NULL,				offered,	CALM | BARE | ROOM },
	{ "Left",		NULL,				move_left,	MOVE },
	{ "Right",		NULL,				move_right,	MOVE },
	{ "Up",			NULL,				move_up,	MOVE },
	{ "Down",		NULL,				move_down,	MOVE },
	{ "Enter",		NULL,				type_enter,	WRITE },
	{ "Backspace",		NULL,				type_backspace,	WRITE },
	{ "Delete",		NULL,				type_delete,	WRITE },
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

bool
command_is_offered(const struct editor *e, const struct command *c)
{
	static const struct {
		unsigned flag;
		const char *(*why_not)(const struct editor *e);
	} refusals[] = {
		{ COMMAND_WRITE, change_why_not },
		{ COMMAND_RUN, launch_why_not_run },
		{ COMMAND_STOP, launch_why_not_stop },
		{ COMMAND_POINT, point_why_not },
	};

	if (c->help == NULL || !command_is_for(e, c))
		return false;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if ((c->flags & refusals[i].flag) &&
		    refusals[i].why_not(e)[0] != '\0')
			return false;
	return true;
}

static void
unknown(struct editor *e, const struct key *key)
{
	char name[32];

	key_name(key, name, sizeof(name));
	editor_say(e, TOAST_ANSWER, "%s does nothing here - %s opens the menu",
	    name, keymap_of(e)->menu);
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
	if (c != NULL && (c->fn == move_page_up || c->fn == move_page_down))
		place_take_view(e);
	follow_pause(e);
}

void
command_run(struct editor *e, const struct command *c)
{
	/* nobody edits what is not seen */
	if (!(c->flags & COMMAND_CALM)) {
		talk_leave(e);
		e->reading = READING_NOTHING;
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

static bool
is_typed(const struct key *key)
{
	return key->code == K_PASTE || key_is_typed(key);
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

/* Esc and a key that follows it at once look like that key with Alt. Where that
 * means nothing, it was these two: who leaves a line by Esc and goes on quickly
 * must not go on in it. */
static bool
was_two(struct editor *e, const struct key *key)
{
	struct key esc = { .code = K_ESC }, second = *key;

	if (!(key->mods & K_ALT) || command_of(e, key) != NULL ||
	    selecting(e, key) != NULL)
		return false;
	second.mods &= (uint8_t)~K_ALT;
	command_key(e, &esc);
	if (e->panel == PANEL_NONE)
		command_key(e, &second);
	else /* Esc has led back to one */
		panel_key(e, &second);
	return true;
}

/* Where the keys go to a line, and KEY means nothing in it. */
static void
line_key_left(struct editor *e, const struct key *key)
{
	const struct command *c = command_of(e, key);

	if (c != NULL && (c->flags & (COMMAND_CALM | COMMAND_SCROLL)))
		c->fn(e);
	else if (!was_two(e, key))
		unknown(e, key);
}

/* In the text Esc does little, and a letter with Alt is rather one that another
 * editor knows: it is not typed. For emacs Esc is the same as Alt. */
static bool
was_two_in_text(struct editor *e, const struct key *key)
{
	bool letter = key->code == K_CHAR && !(key->mods & K_CTRL);

	return !letter && e->keymap != KEYMAP_EMACS && was_two(e, key);
}

/* A key that the keymap has something of its own for. */
static void
own_key(struct editor *e, const struct key *key)
{
	e->at_start = false;
	if (e->reading != READING_NOTHING)
		aside_leave(e);
	take_over(e, NULL);
	keymap_of(e)->key(e, key);
	if (editor_text(e) != NULL)
		place_follow_caret(e);
}

static void
text_key(struct editor *e, const struct key *key)
{
	const struct command *c = command_of(e, key);

	if (was_two_in_text(e, key))
		return;
	if (c == NULL && (c = selecting(e, key)) != NULL)
		e->extend = true;
	if (c == NULL || c->fn != move_start_or_all)
		e->at_start = false;
	if (is_typed(key))
		e->line.hands_off = false;
	if (e->reading != READING_NOTHING &&
	    (c == NULL || !(c->flags & COMMAND_CALM)))
		aside_leave(e);
	if (c != NULL || is_typed(key))
		take_over(e, c);
	if (c != NULL)
		c->fn(e);
	else if (key_is_typed(key))
		type_char(e, key->cp);
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
	else if (e->talk.focus)
		was_two(e, key);
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
	if (was_two(e, key))
		return true;
	find_close(e);
	return false;
}

/* A key to where they go: a line, the output, or the text. */
static void
place_key(struct editor *e, const struct key *key)
{
	bool used;

	if (e->line.focus || e->talk.focus) {
		used = e->line.focus ? input_key(e, key) : talk_key(e, key);
		if (!used)
			line_key_left(e, key);
	} else if (!aside_takes(e, key)) {
		text_key(e, key);
	} else {
		aside_key(e, key);
	}
}

/* KEY as the standard keymap has it. */
static void
standard_key(struct editor *e, const struct key *key)
{
	if (key->code == K_PASTE_BIG)
		too_large(e, key->len);
	else if (!bar_key(e, key))
		place_key(e, key);
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
	       !aside_takes(e, key) && m->wants(e, key);
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
	if (key_is_typed(key))
		e->typing_ms = e->now_ms;
	if (e->peer == NULL || editor_text(e) == NULL) {
		bare_key(e, key);
	} else if (e->keymap != KEYMAP_STANDARD) {
		mapped_key(e, key);
	} else {
		keymap_notice(e, key);
		standard_key(e, key);
	}
}
