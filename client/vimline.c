/* vimline.c - what is typed behind vim's / ? and : in the place of the event
 * line. Patterns are plain text. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "client/change.h"
#include "client/command.h"
#include "client/find.h"
#include "client/place.h"
#include "client/vim.h"
#include "client/vimdo.h"

#define SELECTED "'<,'>"

/* --- opening --- */

static void
open_line(struct editor *e, enum bar bar, const char *text)
{
	struct line *l = &e->find.ex;
	bool mark = e->mark;

	find_open_bar(e, bar);
	e->mark = mark; /* what is selected is meant */
	e->find.old = false;
	line_clear(l);
	l->len = l->at = strlen(text);
	memcpy(l->text, text, l->len);
}

void
vimline_search(struct editor *e, bool back)
{
	e->vim.asked_back = back;
	open_line(e, BAR_SEARCH, "");
}

void
vimline_command(struct editor *e)
{
	open_line(e, BAR_EX, vim_is_visual(e) ? SELECTED : "");
}

/* --- searching --- */

static void
search(struct editor *e)
{
	const struct line *l = &e->find.ex;
	size_t at;

	if (l->len > 0) {
		memcpy(e->find.what.text, l->text, l->len);
		e->find.what.len = e->find.what.at = l->len;
		e->find.exact = true;
	}
	e->vim.back = e->vim.asked_back;
	if (e->vim.asking.n > 0)
		vim_asked(e);
	else if (!find_seek(e, select_head(e), e->vim.back, &at))
		find_say_none(e);
	else {
		select_go(e, at);
		find_say_count(e, at, e->vim.back);
	}
}

/* --- replacing --- */

/* What is between the delimiter *AT and the next one, which *AT is moved to, or to
 * the end. A backslash takes the delimiter, or another backslash, as it is. */
static size_t
part(const char **at, char dst[FIND_MAX])
{
	char delimiter = *(*at)++;
	size_t n = 0;

	for (; **at != '\0' && **at != delimiter; (*at)++) {
		if (**at == '\\' && ((*at)[1] == delimiter || (*at)[1] == '\\'))
			(*at)++;
		if (n < FIND_MAX)
			dst[n++] = **at;
	}
	return n;
}

static void
say_replaced(struct editor *e, size_t n, size_t lines)
{
	editor_say(e, TOAST_ANSWER, "Replaced: %zu in %zu %s - u takes it back",
	    n, lines, lines == 1 ? "line" : "lines");
}

/* "/this/that/g" in the lines of S. */
static void
substitute(struct editor *e, struct span s, const char *text)
{
	const struct text *t = editor_text(e);
	struct line *what = &e->find.what;
	char this[FIND_MAX], with[FIND_MAX];
	const char *at = text;
	size_t len = part(&at, this), with_len = 0, n, lines;

	if (*at != '\0')
		with_len = part(&at, with);
	if (*at != '\0')
		at++;
	if (strcmp(at, "g") != 0 && *at != '\0') {
		editor_say(e, TOAST_ANSWER,
		    ":s/this/that/ knows no flag but g, for all in a line");
		return;
	}
	if (len > 0) {
		memcpy(what->text, this, len);
		what->len = what->at = len;
		e->find.word = false;
	}
	e->find.exact = true;
	if (!change_allowed(e))
		return;
	n = find_replace_in(e, s, *at == 'g', with, with_len, &lines);
	if (n == 0)
		return;
	vimdo_go(e, place_indent(t, text_line_of(t, select_head(e))));
	e->vim.undo_pos = text_line_start(t, text_line_of(t, e->own_change));
	say_replaced(e, n, lines);
}

/* --- commands --- */

static void
nothing(struct editor *e)
{
	(void)e; /* nothing stays marked that was found */
}

static void
save(struct editor *e)
{
	command_press(e, "C-s");
}

static void
quit(struct editor *e)
{
	command_press(e, "C-q");
}

static void
run(struct editor *e)
{
	command_press(e, "F5");
}

static const struct {
	const char *name;
	void (*fn)(struct editor *e);
} commands[] = {
	{ "", nothing },
	{ "noh", nothing },
	{ "w", save },
	{ "q", quit },
	{ "q!", quit },
	{ "wq", quit },
	{ "run", run },
};

/* ":12" */
static bool
go_to_line(struct editor *e, const char *text)
{
	size_t last = text_line_count(editor_text(e)), line;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return false;
	line = strtoul(text, &end, 10);
	if (*end != '\0')
		return false;
	line = line > last ? last : line > 0 ? line : 1;
	vim_normal(e);
	vimdo_go(e, place_indent(editor_text(e), line - 1));
	return true;
}

/* ":s/", ":%s/" or, of what is selected, ":'<,'>s/" */
static bool
go_substitute(struct editor *e, const char *text)
{
	const struct text *t = editor_text(e);
	struct span lines = select_lines(e);
	struct span s = { text_line_start(t, lines.from),
		text_line_end(t, lines.to - 1) };

	if (text[0] == '%')
		s = (struct span){ 0, text_len(t) };
	text += text[0] == '%';
	if (text[0] != 's' || !ispunct((unsigned char)text[1]))
		return false;
	vim_normal(e);
	substitute(e, s, text + 1);
	return true;
}

static void
command(struct editor *e)
{
	const struct line *l = &e->find.ex;
	char copy[FIND_MAX + 1], *text = copy;

	memcpy(copy, l->text, l->len);
	copy[l->len] = '\0';
	if (strncmp(text, SELECTED, strlen(SELECTED)) == 0)
		text += strlen(SELECTED);
	if (go_to_line(e, text) || go_substitute(e, text))
		return;
	vim_normal(e);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, text) == 0) {
			commands[i].fn(e);
			return;
		}
	editor_say(e, TOAST_ANSWER,
	    ":%s is not known here - :w :q :s :%%s :run :noh or a line's "
	    "number",
	    text);
}

/* --- its keys --- */

static void
leave(struct editor *e)
{
	bool commanded = e->find.bar == BAR_EX;

	find_close(e);
	if (commanded)
		vim_normal(e);
}

bool
vimline_key(struct editor *e, const struct key *key)
{
	bool search_bar = e->find.bar == BAR_SEARCH;

	if (key->mods != 0)
		return false;
	if (key->code == K_ESC ||
	    (key->code == K_BACKSPACE && e->find.ex.len == 0)) {
		leave(e);
		return true;
	}
	if (key->code != K_ENTER)
		return false;
	find_close(e);
	if (search_bar)
		search(e);
	else
		command(e);
	return true;
}
