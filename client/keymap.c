/* keymap.c - which keymap is on, and what follows from it. */
#include <stdio.h>
#include <string.h>

#include "client/keymap.h"
#include "client/looks.h"
#include "client/vim.h"

#define NOTICE_MS 1000
#define NOTICE_TIMES 4
/* By DECSCUSR: they do not blink. */
static const int shapes[CARETS] = {
	[CARET_OWN] = 0,
	[CARET_BLOCK] = 2,
	[CARET_BAR] = 6,
	[CARET_UNDERLINE] = 4,
};

static const struct keymap_info standard = {
	.name = "standard",
	.menu = "^P",
	.run = "^R",
};

static const struct keymap_info *const keymaps[KEYMAPS] = {
	[KEYMAP_STANDARD] = &standard,
	[KEYMAP_VIM] = &keymap_vim,
	[KEYMAP_EMACS] = &keymap_emacs,
};

const struct keymap_info *
keymap_of(const struct editor *e)
{
	return keymaps[e->keymap];
}

/* --- switching --- */

void
keymap_put_on(struct editor *e, uint8_t map)
{
	if (e->keymap == KEYMAP_VIM)
		vim_leave(e);
	e->keymap = map;
	e->prefix = PREFIX_NONE;
	e->mark = false;
	if (keymap_of(e)->settle != NULL)
		keymap_of(e)->settle(e);
}

void
keymap_switch(struct editor *e, uint8_t map)
{
	looks_choose(e, LOOK_KEYS, map);
	e->habit.said = true; /* who has found it needs no hint */
	editor_say(e, TOAST_ANSWER,
	    map == KEYMAP_VIM ? "vim keys are on - i inserts, Esc ends that, "
				"^P is the menu"
	    : map == KEYMAP_EMACS
		? "emacs keys are on - M-x is the menu, F5 runs"
		: "Standard keys are on - ^P is the menu");
}

void
keymap_next(struct editor *e)
{
	keymap_switch(e, (uint8_t)((e->keymap + 1) % KEYMAPS));
}

/* --- keys --- */

/* What binds KEY, or NULL. */
static const struct binding *
bound_by(const struct editor *e, const struct key *key)
{
	const struct keymap_info *m = keymap_of(e);

	for (size_t i = 0; i < m->n && !m->names_only; i++)
		if (key_is_one_of(key, m->bindings[i].keys))
			return &m->bindings[i];
	return NULL;
}

struct key
keymap_standard(const struct editor *e, const struct key *key)
{
	const struct binding *b = bound_by(e, key);
	struct key as;

	return b != NULL && b->as != NULL && key_parse(b->as, &as) ? as : *key;
}

const struct command *
keymap_command(const struct editor *e, const struct key *key, bool *bound)
{
	const struct binding *b = bound_by(e, key);

	*bound = b != NULL && b->as == NULL;
	return *bound && b->own.fn != NULL ? &b->own : NULL;
}

/* --- names --- */

static bool
is_listed(const char *list, const char *name)
{
	struct key key;

	return key_parse(name, &key) && key_is_one_of(&key, list);
}

/* The names of KEYS behind those in DST; keys that mean something else in M are
 * left out. */
static void
add_names(const struct keymap_info *m, const char *keys, bool all, char *dst)
{
	char one[16], name[32];
	struct key key;
	size_t n, at = strlen(dst);
	bool taken;

	for (; *keys != '\0' && (all || at == 0);
	     keys += n + (keys[n] == ' ')) {
		n = strcspn(keys, " ");
		snprintf(one, sizeof(one), "%.*s", (int)n, keys);
		taken = false;
		for (size_t i = 0; m != NULL && i < m->n && !taken; i++)
			taken = is_listed(m->bindings[i].keys, one);
		if (taken || !key_parse(one, &key))
			continue;
		key_name(&key, name, sizeof(name));
		if (at + 2 + strlen(name) >= KEYMAP_NAMES_SIZE)
			return;
		at += (size_t)snprintf(dst + at, KEYMAP_NAMES_SIZE - at, "%s%s",
		    at > 0 ? "  " : "", name);
	}
}

void
keymap_names(const struct editor *e, const char *keys, bool all, char *dst)
{
	const struct keymap_info *m = keymap_of(e);

	dst[0] = '\0';
	for (size_t i = 0; i < m->n; i++)
		if (m->bindings[i].as != NULL &&
		    is_listed(keys, m->bindings[i].as))
			add_names(NULL, m->bindings[i].keys, all, dst);
	add_names(m, keys, all, dst);
}

const char *
keymap_word(const struct editor *e)
{
	if (e->keymap == KEYMAP_VIM)
		return vim_mode_name(e);
	return e->prefix == PREFIX_X     ? "^X-"
	       : e->prefix == PREFIX_ESC ? "Esc-"
					 : "";
}

int
keymap_caret(const struct editor *e)
{
	bool typing = e->panel != PANEL_NONE || e->find.bar != BAR_NONE ||
		      e->line.focus || e->talk.focus;

	if (e->caret != CARET_OWN || e->keymap != KEYMAP_VIM)
		return shapes[e->caret];
	return shapes[typing || (e->vim.mode == VIM_INSERT && !e->vim.over)
			  ? CARET_BAR
			  : CARET_BLOCK];
}

/* --- who means vim's --- */

void
keymap_notice(struct editor *e, const struct key *key)
{
	struct habit *n = &e->habit;
	bool typed = key->code == K_CHAR && (key->mods & ~K_ALT) == 0;
	bool again = typed && key->cp == n->cp && key->mods == 0 &&
		     strchr("hjkl", (int)key->cp) != NULL &&
		     e->now_ms - n->since_ms <= NOTICE_MS;
	/* Esc and what follows it at once are one key, with Alt */
	bool colon =
	    typed && key->cp == ':' &&
	    (key->mods == K_ALT || (n->cp == 0 && n->since_ms != 0 &&
				       e->now_ms - n->since_ms <= NOTICE_MS));

	if (n->said)
		return;
	n->times = again ? n->times + 1 : 1;
	if (!again)
		n->since_ms = typed || key->code == K_ESC ? e->now_ms : 0;
	n->cp = typed && key->cp < 0x7F ? key->cp : 0;
	if (!colon && n->times < NOTICE_TIMES)
		return;
	n->said = true;
	editor_say(e, TOAST_CHAT, "Vim user? ^P vim switches keys on");
}
