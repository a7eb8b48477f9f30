/*
 * keys.h - bytes from a terminal into keys, for any TERM: UTF-8, SS3, CSI with
 * modifiers, CSI u and modifyOtherKeys, bracketed paste, the mouse by SGR and
 * X10, and replies, however late they come. What means nothing is swallowed. Pure;
 * the caller's clock decides about a lone Esc, and about sequences that do not end.
 */
#ifndef CLIENT_KEYS_H
#define CLIENT_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/buf.h"

#define KEYS_PASTE_MAX (64 * 1024) /* bytes of one paste */
#define KEYS_ESC_MS 25             /* then an Esc stands alone */
#define KEYS_STUCK_MS 1000         /* then a sequence has no end */
#define KEYS_STRING_MAX 4096       /* bytes of a reply */

enum key_code {
	K_CHAR =
	    1, /* cp; with K_CTRL a lower-case letter or one of @ \ ] ^ _ */
	K_ENTER,
	K_TAB,
	K_BACKSPACE,
	K_ESC,
	K_UP,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_HOME,
	K_END,
	K_PGUP,
	K_PGDN,
	K_INSERT,
	K_DELETE,
	K_F1, /* F1 to F12 follow each other */
	K_F12 = K_F1 + 11,
	K_PASTE,     /* text, len: valid UTF-8, lines end with \n */
	K_MOUSE,     /* mouse, button, x, y */
	K_PASTE_BIG, /* len bytes came, more than KEYS_PASTE_MAX: all dropped */
	K_REPLY,     /* reply: the terminal's answer to a question of ours */
};
enum key_mods { K_SHIFT = 1, K_ALT = 2, K_CTRL = 4 };
enum mouse {
	MOUSE_PRESS,
	MOUSE_DRAG,
	MOUSE_RELEASE,
	MOUSE_WHEEL_UP,
	MOUSE_WHEEL_DOWN
};

enum reply {
	REPLY_SYNC,   /* it can hold a frame back (mode 2026) */
	REPLY_KITTY,  /* it can report keys by CSI u */
	REPLY_LIGHT,  /* its background is light, */
	REPLY_DARK,   /* or dark */
	REPLY_NAME,   /* text, len: its name, as far as it fits; no string */
	REPLY_CURSOR, /* x, y: where its cursor is */
	REPLY_OK,     /* it has read all that came before the question */
	REPLY_END     /* of what it is; every terminal says that */
};

struct key {
	uint8_t code, mods;
	uint32_t cp;
	uint8_t mouse, button; /* enum mouse; 0 left, 1 middle, 2 right */
	uint8_t reply;         /* enum reply */
	uint16_t x, y;         /* of the mouse or the cursor, from 0 */
	const uint8_t *text;   /* borrowed until the next keys_feed */
	size_t len;
};

enum keys_state {
	KEYS_GROUND,
	KEYS_UTF8,
	KEYS_ESC,
	KEYS_SS3,
	KEYS_CSI,
	KEYS_STRING, /* a reply: up to BEL or ESC \ */
	KEYS_MOUSE,  /* three bytes of X10's */
	KEYS_LINUX,  /* one byte: the console's F1 to F5 */
	KEYS_PASTE,
};

struct keys {
	uint8_t state;
	bool alt;        /* an Esc came before */
	bool esc_inside; /* KEYS_STRING: the last byte was Esc */
	bool del_erases; /* Backspace is DEL here, so BS is Ctrl-Backspace */
	bool csi_arrows; /* plain arrows come by CSI here, so SS3 is Ctrl */
	uint8_t seq[32]; /* of a code point, CSI's parameters or a reply */
	uint8_t n, want; /* bytes in seq; bytes to come */
	uint8_t intro;   /* KEYS_STRING: what came behind Esc */
	size_t length;   /* KEYS_STRING */
	struct buf paste;
	size_t pasted;  /* bytes, also what was dropped */
	size_t matched; /* of the end mark */
};

typedef void keys_fn(void *arg, const struct key *key);

void keys_init(struct keys *k);
void keys_release(struct keys *k);
void keys_feed(
    struct keys *k, const void *p, size_t len, keys_fn *fn, void *arg);
/* Is it in the middle of something that may be all? Then call keys_timeout after
 * so many milliseconds without input; else 0. */
unsigned keys_wait_ms(const struct keys *k);
void keys_timeout(struct keys *k, keys_fn *fn, void *arg);
/* The key of a name like "C-r", "M-b", "S-Tab", "Home", "F5", "x": for tests
 * and for help. False if there is none. */
bool key_parse(const char *name, struct key *key);
/* Is it a character by itself, as one types it? */
bool key_is_typed(const struct key *key);
/* Is it one of LIST, names that are separated by blanks? */
bool key_is_one_of(const struct key *key, const char *list);
/* Its name for people: "^R", "M-b", "F5". */
void key_name(const struct key *key, char *dst, size_t size);

#endif
