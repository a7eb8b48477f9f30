/*
 * talk.c - chat and notes. A line that was sent stays in memory until it comes
 * back from the hub: only then was it said.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/command.h"
#include "client/talk.h"

/* --- what was said --- */

bool
talk_is_in(enum pane pane, const struct said_line *line)
{
	return (line->scope == SAY_NOTE) == (pane == PANE_NOTES);
}

const struct said_line *
talk_line(const struct talk *t, int i)
{
	return &t->lines[(t->first + i) % SAID_KEPT];
}

static void
drop_oldest(struct talk *t)
{
	free(t->lines[t->first].text);
	t->lines[t->first].text = NULL;
	t->first = (t->first + 1) % SAID_KEPT;
	t->n--;
}

void
talk_forget(struct editor *e)
{
	while (e->talk.n > 0)
		drop_oldest(&e->talk);
	memset(&e->talk, 0, sizeof(e->talk));
	e->talk.tab = PANE_CHAT;
}

/* It is ours, and it has arrived. */
static void
heard_back(struct editor *e, const struct said_line *line)
{
	struct talk *t = &e->talk;
	enum pane pane = line->scope == SAY_NOTE ? PANE_NOTES : PANE_CHAT;
	struct line *draft = &t->drafts[pane];
	size_t len = strlen(line->text);

	if (strcmp(t->sending, line->text) == 0)
		t->sending[0] = '\0';
	else if (draft->len == len && memcmp(draft->text, line->text, len) == 0)
		line_clear(draft); /* it came back when the link was lost */
}

static void
tell(struct editor *e, const struct said_line *line)
{
	enum pane pane = line->scope == SAY_NOTE ? PANE_NOTES : PANE_CHAT;

	if (line->site == e->welcome.site || line->at_ms <= e->talk.news_ms ||
	    e->talk.visible[pane])
		return;
	e->talk.unread[pane]++;
	editor_say(e, TOAST_CHAT, "%s  %s: %s",
	    pane == PANE_NOTES                               ? "note"
	    : line->scope == SAY_STAFF && editor_is_staff(e) ? "staff"
							     : "chat",
	    line->name, line->text);
}

/* A new last line, which owns TEXT. */
static struct said_line *
add_line(struct talk *t, char *text)
{
	struct said_line *line;

	if (t->n == SAID_KEPT)
		drop_oldest(t);
	line = &t->lines[(t->first + t->n++) % SAID_KEPT];
	line->text = text;
	return line;
}

void
talk_event(struct editor *e, const char *what)
{
	char *text = strdup(what);
	struct said_line *line;

	if (text == NULL)
		return;
	line = add_line(&e->talk, text);
	line->at_ms = editor_host_ms(e);
	line->site = 0;
	line->scope = SAY_ALL;
	snprintf(line->name, sizeof(line->name), "*");
}

void
talk_said(struct editor *e, const struct msg *m)
{
	struct talk *t = &e->talk;
	struct said_line *line;
	char *text;

	if (m->said.rev <= t->rev)
		return;
	if ((text = malloc((size_t)m->text_len + 1)) == NULL)
		return; /* it can be read in the log */
	memcpy(text, m->text, m->text_len);
	text[m->text_len] = '\0';
	t->rev = m->said.rev;
	line = add_line(t, text);
	line->at_ms = m->said.at_ms;
	line->site = m->said.site;
	line->scope = m->said.scope;
	snprintf(line->name, sizeof(line->name), "%s",
	    editor_name_of(e, line->site));
	if (line->site == e->welcome.site)
		heard_back(e, line);
	if (line->scope == SAY_ALL && line->at_ms > t->news_ms)
		editor_active(e, line->site);
	tell(e, line);
}

void
talk_welcome(struct editor *e, const struct welcome *w)
{
	if (e->talk.news_ms == 0)
		e->talk.news_ms = w->now_ms - (w->back ? w->away_ms : 0);
}

void
talk_offline(struct editor *e)
{
	struct talk *t = &e->talk;
	enum pane pane = t->sending_scope == SAY_NOTE ? PANE_NOTES : PANE_CHAT;
	struct line *draft = &t->drafts[pane];

	if (t->sending[0] == '\0')
		return;
	if (draft->len == 0) {
		draft->len = draft->at = strlen(t->sending);
		memcpy(draft->text, t->sending, draft->len);
	}
	t->sending[0] = '\0';
	editor_say(e, TOAST_ERROR,
	    "Your last line may not have arrived - it is in the line again");
}

/* --- what we say --- */

bool
talk_may_write(const struct editor *e)
{
	return e->replay == NULL && e->welcome.role != ROLE_OBSERVER;
}

/* From where the notes were opened. */
static void
go_back(struct editor *e)
{
	if (e->talk.whole)
		e->panel = PANEL_SUMMARY;
	talk_leave(e);
}

void
talk_toggle(struct editor *e, enum pane pane)
{
	struct talk *t = &e->talk;

	if (t->focus && t->tab == pane) {
		go_back(e);
		return;
	}
	e->pane = t->tab = pane;
	t->focus = true;
	t->scroll[pane] = 0;
	editor_unsay(e, TOAST_CHAT);
	e->line.focus = e->line.hands_off = false;
	e->reading = READING_NOTHING;
}

void
talk_leave(struct editor *e)
{
	e->talk.focus = e->talk.whole = false;
	e->talk.scroll[e->talk.tab] = 0;
}

static uint8_t
scope_of(const struct talk *t)
{
	if (t->tab == PANE_NOTES)
		return SAY_NOTE;
	return t->to_staff ? SAY_STAFF : SAY_ALL;
}

/* Without blanks around it; 0: there is nothing. */
static size_t
trim(const struct line *l, const char **text)
{
	size_t from = 0, len = l->len;

	while (from < len && l->text[from] == ' ')
		from++;
	while (len > from && l->text[len - 1] == ' ')
		len--;
	*text = l->text + from;
	return len - from;
}

static void
enter(struct editor *e)
{
	struct talk *t = &e->talk;
	struct line *draft = &t->drafts[t->tab];
	const char *text;
	size_t len = trim(draft, &text);

	if (len == 0)
		return;
	if (!e->online) {
		editor_say(e, TOAST_ANSWER,
		    "Not connected just now - again in a moment");
		return;
	}
	memcpy(t->sending, text, len);
	t->sending[len] = '\0';
	t->sending_scope = scope_of(t);
	line_clear(draft);
	t->scroll[t->tab] = 0;
	e->request = REQUEST_SAY;
}

static void
scope(struct editor *e)
{
	if (e->talk.tab != PANE_CHAT || !editor_is_staff(e))
		return;
	e->talk.to_staff = !e->talk.to_staff;
	editor_say(e, TOAST_ANSWER,
	    e->talk.to_staff ? "Only interviewers will see what you write"
			     : "Everyone in the room will see what you write");
}

static void
page_up(struct editor *e)
{
	int page = e->talk.page[e->talk.tab];

	e->talk.scroll[e->talk.tab] += page > 1 ? page - 1 : 1;
}

static void
page_down(struct editor *e)
{
	int page = e->talk.page[e->talk.tab],
	    *at = &e->talk.scroll[e->talk.tab];

	*at -= page > 1 ? page - 1 : 1;
	if (*at < 0)
		*at = 0;
}

static void
too_long(struct editor *e)
{
	editor_say(e, TOAST_ANSWER, "A line has at most %d bytes", SAY_MAX);
}

/* clang-format off */
static const struct key_fn table[] = {
	{ "Enter",	enter },
	{ "Esc",	go_back },
	{ "Tab",	scope },
	{ "PgUp",	page_up },
	{ "PgDn",	page_down },
};
/* clang-format on */

bool
talk_key(struct editor *e, const struct key *key)
{
	struct line *draft = &e->talk.drafts[e->talk.tab];

	if (key_fn_press(table, sizeof(table) / sizeof(table[0]), e, key))
		return true;
	if (!talk_may_write(e)) {
		if (key->code != K_PASTE &&
		    (key->code != K_CHAR || (key->mods & ~K_SHIFT) != 0))
			return false;
		editor_say(e, TOAST_ANSWER, "You can read here, not write");
		return true;
	}
	if (line_key(draft, key))
		return true;
	if (key->code == K_PASTE) {
		if (!line_paste(draft, SAY_MAX, key->text, key->len))
			too_long(e);
		return true;
	}
	if (key->code != K_CHAR || (key->mods & ~K_SHIFT) != 0)
		return false;
	if (!line_type(draft, SAY_MAX, key->cp))
		too_long(e);
	return true;
}
