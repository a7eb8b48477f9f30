/* type.c - see type.h */
#include <stdio.h>
#include <string.h>

#include "client/block.h"
#include "client/change.h"
#include "client/keymap.h"
#include "client/move.h"
#include "client/place.h"
#include "client/select.h"
#include "client/type.h"
#include "proto/err.h"
#include "proto/utf8.h"

void
type_char(struct editor *e, uint32_t cp)
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

void
type_enter(struct editor *e)
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

size_t
type_back_to(const struct text *t, size_t pos)
{
	size_t line = text_line_of(t, pos), start = text_line_start(t, line);
	size_t to = text_prev(t, pos);

	if (pos > start && pos <= place_indent(t, line) &&
	    text_byte(t, to) == ' ')
		while (to > start && (to - start) % TAB_SIZE != 0 &&
		       text_byte(t, to - 1) == ' ')
			to--;
	return to;
}

/* What is selected goes, or else what is between FROM and TO. */
static void
delete_from(struct editor *e, size_t from, size_t to)
{
	if (!delete_selected(e) && from < to)
		change_splice(e, from, to - from, NULL, 0, 0);
}

void
type_backspace(struct editor *e)
{
	size_t pos = select_head(e);

	delete_from(e, type_back_to(editor_text(e), pos), pos);
}

void
type_delete(struct editor *e)
{
	size_t pos = select_head(e);

	delete_from(e, pos, text_next(editor_text(e), pos));
}

void
type_delete_word(struct editor *e)
{
	size_t pos = select_head(e);

	delete_from(e, move_before_word(editor_text(e), pos), pos);
}

void
type_tab(struct editor *e)
{
	const struct text *t = editor_text(e);
	size_t pos = select_head(e);
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

void
type_undo(struct editor *e)
{
	char name[KEYMAP_NAMES_SIZE], done[128] = "Change taken back";
	size_t len = strlen(done);

	keymap_names(e, "C-y", false, name);
	if (name[0] != '\0')
		snprintf(
		    done + len, sizeof(done) - len, " - %s redoes it", name);
	travel(e, peer_undo, done, "Nothing of yours to undo");
}

void
type_redo(struct editor *e)
{
	travel(e, peer_redo, "Your change is back", "Nothing to redo");
}
