/*
 * keymap.h - which keys do what: the standard ones (command.c), or on top of
 * these vim's (vim.h) or emacs' (emacs.c). A keymap is data, and can be switched
 * at any time. While the standard one is on, nothing here is asked about a key.
 */
#ifndef CLIENT_KEYMAP_H
#define CLIENT_KEYMAP_H

#include "client/command.h"
#include "client/editor.h"

#define KEYMAP_NAMES_SIZE 48

/* Keys, and what they do: what the standard key AS does or, if that is NULL,
 * OWN; nothing if that has no function. */
struct binding {
	const char *keys, *as;
	struct command own;
};
struct keymap_info {
	const char *name;
	const char *menu, *run; /* keys of both, for people */
	const struct binding *bindings;
	size_t n;
	bool names_only; /* they only name keys, which key() does */
	/* Has KEY in the text a meaning of its own? Then do it. Both may be NULL. */
	bool (*wants)(struct editor *e, const struct key *key);
	void (*key)(struct editor *e, const struct key *key);
	/* After every key, and when it is switched on. May be NULL. */
	void (*settle)(struct editor *e);
};
extern const struct keymap_info keymap_emacs, keymap_vim;

const struct keymap_info *keymap_of(const struct editor *e);
/* From now on MAP (looks.h does it), */
void keymap_put_on(struct editor *e, uint8_t map);
/* and the hub shall remember it. */
void keymap_switch(struct editor *e, uint8_t map);
/* The one after that which is on. */
void keymap_next(struct editor *e);
/* The standard key that KEY stands for; KEY itself if it stands for none. */
struct key keymap_standard(const struct editor *e, const struct key *key);
/* The keymap's own command of KEY; NULL if it has none. *BOUND: KEY is not what
 * it is in the standard keymap. */
const struct command *keymap_command(
    const struct editor *e, const struct key *key, bool *bound);
/* The names of the keys that do what the standard KEYS do, for people: all, or
 * the first. DST has KEYMAP_NAMES_SIZE bytes. */
void keymap_names(
    const struct editor *e, const char *keys, bool all, char *dst);
/* What the keys row says first: a mode, or a prefix that waits; "" for none. */
const char *keymap_word(const struct editor *e);
/* The caret's shape (tty_caret): that was chosen, or else tells the mode. */
int keymap_caret(const struct editor *e);
/* Standard keys are on, and KEY looks as if vim's were meant: that is said
 * once. */
void keymap_notice(struct editor *e, const struct key *key);

#endif
