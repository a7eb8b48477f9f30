/*
 * keys.c - the decoder, one byte at a time. It never holds more than a short
 * sequence or one paste, and whatever it does not know it swallows as a whole,
 * so that no part of a terminal's reply is ever typed into the document.
 */
#include <stdio.h>
#include <string.h>

#include "client/keys.h"
#include "proto/utf8.h"

#define ESC 0x1B
#define TAB_COLUMNS 4

static const char paste_end[] = "\x1B[201~";

void
keys_init(struct keys *k)
{
	memset(k, 0, sizeof(*k));
	buf_init(&k->paste, KEYS_PASTE_MAX);
}

void
keys_release(struct keys *k)
{
	buf_release(&k->paste);
}

static void
emit_key(struct keys *k, struct key *key, keys_fn *fn, void *arg)
{
	if (k->alt)
		key->mods |= K_ALT;
	k->alt = false;
	k->state = KEYS_GROUND;
	fn(arg, key);
}

static void
emit(struct keys *k, uint8_t code, uint8_t mods, uint32_t cp, keys_fn *fn,
    void *arg)
{
	struct key key = { .code = code, .mods = mods, .cp = cp };

	emit_key(k, &key, fn, arg);
}

/* What came means nothing. */
static void
drop(struct keys *k)
{
	k->state = KEYS_GROUND;
	k->alt = false;
}

/* A terminal's answer may come at any time, so that an Esc before it was Esc. */
static void
emit_answer(struct keys *k, const struct key *key, keys_fn *fn, void *arg)
{
	bool esc = k->alt;

	drop(k);
	if (esc)
		emit(k, K_ESC, 0, 0, fn, arg);
	fn(arg, key);
}

static void
emit_reply(struct keys *k, enum reply reply, keys_fn *fn, void *arg)
{
	struct key key = { .code = K_REPLY, .reply = (uint8_t)reply };

	emit_answer(k, &key, fn, arg);
}

/* --- CSI and SS3 --- */

static const struct {
	char final;
	uint8_t code;
} finals[] = {
	{ 'A', K_UP },
	{ 'B', K_DOWN },
	{ 'C', K_RIGHT },
	{ 'D', K_LEFT },
	{ 'H', K_HOME },
	{ 'F', K_END },
	{ 'P', K_F1 },
	{ 'Q', K_F1 + 1 },
	{ 'R', K_F1 + 2 },
	{ 'S', K_F1 + 3 },
	{ 'M', K_ENTER }, /* SS3 only: the keypad's */
	{ 'Z', K_TAB },
	/* rxvt: with Ctrl, by SS3 */
	{ 'a', K_UP },
	{ 'b', K_DOWN },
	{ 'c', K_RIGHT },
	{ 'd', K_LEFT },
};

/* CSI NUMBER ~ */
static const struct {
	uint8_t number, code;
} tildes[] = {
	{ 1, K_HOME },
	{ 2, K_INSERT },
	{ 3, K_DELETE },
	{ 4, K_END },
	{ 5, K_PGUP },
	{ 6, K_PGDN },
	{ 7, K_HOME },
	{ 8, K_END },
	{ 11, K_F1 },
	{ 12, K_F1 + 1 },
	{ 13, K_F1 + 2 },
	{ 14, K_F1 + 3 },
	{ 15, K_F1 + 4 },
	{ 17, K_F1 + 5 },
	{ 18, K_F1 + 6 },
	{ 19, K_F1 + 7 },
	{ 20, K_F1 + 8 },
	{ 21, K_F1 + 9 },
	{ 23, K_F1 + 10 },
	{ 24, K_F1 + 11 },
};

/* xterm's: 1 + Shift 1, Alt 2, Ctrl 4, Meta 8 (iTerm2's Alt). What kitty adds,
 * such as Caps Lock, changes no key. */
static uint8_t
mods_of(unsigned param)
{
	uint8_t mods = 0;

	if (param < 2 || param > 256)
		return 0;
	param--;
	if (param & 1)
		mods |= K_SHIFT;
	if (param & (2 | 8))
		mods |= K_ALT;
	if (param & 4)
		mods |= K_CTRL;
	return mods;
}

/* Numbers separated by ; into V[3]. Of sub-parameters after : the first of the
 * first number goes into *SUB, others are left out. */
static void
parameters(const struct keys *k, unsigned v[3], unsigned *sub)
{
	unsigned i = 0, colons = 0, *to;

	v[0] = v[1] = v[2] = *sub = 0;
	for (uint8_t at = 0; at < k->n && i < 3; at++) {
		to = colons == 0 ? &v[i] : colons == 1 && i == 0 ? sub : NULL;
		if (k->seq[at] == ';') {
			i++;
			colons = 0;
		} else if (k->seq[at] == ':') {
			colons++;
		} else if (k->seq[at] >= '0' && k->seq[at] <= '9' &&
			   to != NULL && *to < 0x200000) {
			*to = *to * 10 + (k->seq[at] - '0');
		}
	}
}

static void control(
    struct keys *k, uint8_t byte, uint8_t mods, keys_fn *fn, void *arg);

/* A code point with modifiers, as CSI u and modifyOtherKeys report it. */
static void
reported(struct keys *k, uint32_t cp, uint8_t mods, keys_fn *fn, void *arg)
{
	if (cp < 0x20 || cp == 0x7F) {
		control(k, (uint8_t)cp, mods, fn, arg);
		return;
	}
	/* a lone modifier and other keys that kitty has private numbers for */
	if (utf8_cp_width(cp) < 0 || (cp >= 0xE000 && cp <= 0xF8FF)) {
		drop(k);
		return;
	}
	if ((mods & K_CTRL) && cp >= 'A' && cp <= 'Z')
		cp += 'a' - 'A';
	emit(k, K_CHAR, mods, cp, fn, arg);
}

static void
begin_paste(struct keys *k)
{
	k->state = KEYS_PASTE;
	k->matched = k->pasted = 0;
	k->alt = false;
	buf_clear(&k->paste);
}

/* CSI NUMBER ~, and rxvt's with $, ^ and @ for Shift, Ctrl and both. */
static void
tilde(struct keys *k, const unsigned v[3], uint8_t byte, keys_fn *fn, void *arg)
{
	uint8_t mods = mods_of(v[1]);

	if (byte == '$' || byte == '@')
		mods |= K_SHIFT;
	if (byte == '^' || byte == '@')
		mods |= K_CTRL;
	if (byte == '~' && v[0] == 200) {
		begin_paste(k);
		return;
	}
	if (byte == '~' && v[0] == 27) {
		reported(k, v[2], mods, fn, arg);
		return;
	}
	for (size_t i = 0; i < sizeof(tildes) / sizeof(tildes[0]); i++)
		if (tildes[i].number == v[0]) {
			emit(k, tildes[i].code, mods, 0, fn, arg);
			return;
		}
	drop(k);
}

/* kitty reports a key as it is without Shift, and what Shift makes of it beside
 * that: M-< is M-, where nobody presses Shift for <. */
static void
key_u(struct keys *k, uint32_t cp, uint32_t shifted, uint8_t mods, keys_fn *fn,
    void *arg)
{
	if ((mods & K_SHIFT) && !(mods & K_CTRL) && shifted > 0x20) {
		cp = shifted;
		mods &= (uint8_t)~K_SHIFT;
	}
	reported(k, cp, mods, fn, arg);
}

/* A button as X10 and SGR number them: 0 to 2, 3 none, 4 Shift, 8 Alt, 16 Ctrl,
 * 32 moved, 64 the wheel. X and Y from 1. */
static void
mouse(struct keys *k, unsigned b, unsigned x, unsigned y, bool released,
    keys_fn *fn, void *arg)
{
	struct key key = { .code = K_MOUSE, .button = (uint8_t)(b & 3) };

	/* the wheel's other axis, extra buttons, a move without a button */
	if (b >= 128 || x < 1 || y < 1 || x > UINT16_MAX || y > UINT16_MAX ||
	    ((b & 64) && (b & 3) > 1) || ((b & 32) && (b & 3) == 3)) {
		drop(k);
		return;
	}
	key.x = (uint16_t)(x - 1);
	key.y = (uint16_t)(y - 1);
	key.mods = (uint8_t)((b & 4 ? K_SHIFT : 0) | (b & 8 ? K_ALT : 0) |
			     (b & 16 ? K_CTRL : 0));
	if (b & 64)
		key.mouse = b & 1 ? MOUSE_WHEEL_DOWN : MOUSE_WHEEL_UP;
	else if (released || (b & 3) == 3) /* X10 does not say of which */
		key.mouse = MOUSE_RELEASE;
	else
		key.mouse = b & 32 ? MOUSE_DRAG : MOUSE_PRESS;
	if ((b & 64) || (b & 3) == 3)
		key.button = 0;
	emit_key(k, &key, fn, arg);
}

static void
mouse_x10(struct keys *k, uint8_t byte, keys_fn *fn, void *arg)
{
	k->seq[k->n++] = byte;
	if (k->n < 3)
		return;
	if (k->seq[0] < 32 || k->seq[1] < 32 || k->seq[2] < 32)
		drop(k);
	else
		mouse(k, k->seq[0] - 32u, k->seq[1] - 32u, k->seq[2] - 32u,
		    false, fn, arg);
}

/* An arrow by SS3: of terminals that send all of them so, or, where plain ones
 * come by CSI, PuTTY's with Ctrl. */
static uint8_t
arrow_mods(struct keys *k, uint8_t byte, bool ss3)
{
	if (byte > 'D' || k->n > 0)
		return 0;
	if (!ss3)
		k->csi_arrows = true;
	return ss3 && k->csi_arrows ? K_CTRL : 0;
}

/* A letter that ends CSI or SS3: a key, with modifiers in the last of at most two
 * parameters. What has others, like the place of the cursor, is a reply. */
static void
letter(struct keys *k, const unsigned v[3], uint8_t byte, bool ss3, keys_fn *fn,
    void *arg)
{
	unsigned param = ss3 && v[1] == 0 ? v[0] : v[1];
	uint8_t mods = mods_of(param);

	if ((v[0] > 1 && !ss3) || v[2] != 0 || (byte == 'R' && param > 16)) {
		drop(k);
		return;
	}
	if (ss3 && byte >= 'j' && byte <= 'y') { /* the keypad's * to 9 */
		emit(k, K_CHAR, mods, byte - 0x40u, fn, arg);
		return;
	}
	mods |= arrow_mods(k, byte, ss3);
	if (byte == 'Z')
		mods |= K_SHIFT;
	if (byte >= 'a')
		mods |= ss3 ? K_CTRL : K_SHIFT;
	for (size_t i = 0; i < sizeof(finals) / sizeof(finals[0]); i++)
		if (finals[i].final == (char)byte) {
			emit(k, finals[i].code, mods, 0, fn, arg);
			return;
		}
	drop(k);
}

/* CSI ? ... BYTE: how a mode is, what its keys are, and what it is. A mode that it
 * knows is set, reset or set for ever. */
static void
reply_csi(
    struct keys *k, const unsigned v[3], uint8_t byte, keys_fn *fn, void *arg)
{
	bool mode = byte == 'y' && k->seq[k->n - 1] == '$';

	if (mode && v[0] == 2026 && v[1] >= 1 && v[1] <= 3)
		emit_reply(k, REPLY_SYNC, fn, arg);
	else if (byte == 'u')
		emit_reply(k, REPLY_KITTY, fn, arg);
	else if (byte == 'c')
		emit_reply(k, REPLY_END, fn, arg);
	else
		drop(k);
}

static void
reply_cursor(struct keys *k, const unsigned v[3], keys_fn *fn, void *arg)
{
	struct key key = { .code = K_REPLY, .reply = REPLY_CURSOR };

	if (v[1] < 1 || v[0] > UINT16_MAX || v[1] > UINT16_MAX) {
		drop(k);
		return;
	}
	key.x = (uint16_t)(v[1] - 1);
	key.y = (uint16_t)(v[0] - 1);
	emit_answer(k, &key, fn, arg);
}

static void
final(struct keys *k, uint8_t byte, bool ss3, keys_fn *fn, void *arg)
{
	unsigned v[3], sub;
	bool marked = k->n > 0 && k->seq[0] >= '<' && k->seq[0] <= '?';

	parameters(k, v, &sub);
	k->state = KEYS_GROUND;
	if (marked && k->seq[0] == '<' && (byte == 'M' || byte == 'm')) {
		mouse(k, v[0], v[1], v[2], byte == 'm', fn, arg);
	} else if (marked && k->seq[0] == '?') {
		reply_csi(k, v, byte, fn, arg);
	} else if (marked) {
		drop(k);
	} else if (!ss3 && byte == 'R' && v[0] > 1 && v[2] == 0) {
		reply_cursor(k, v, fn, arg); /* in the first row it is F3 */
	} else if (!ss3 && byte == 'n' && v[0] == 0) {
		emit_reply(k, REPLY_OK, fn, arg);
	} else if (!ss3 && byte == 'M') {
		k->state = KEYS_MOUSE;
		k->n = 0;
	} else if (!ss3 &&
		   (byte == '~' || byte == '^' || byte == '@' || byte == '$')) {
		tilde(k, v, byte, fn, arg);
	} else if (!ss3 && byte == 'u') {
		key_u(k, v[0], sub, mods_of(v[1]), fn, arg);
	} else {
		letter(k, v, byte, ss3, fn, arg);
	}
}

static void ground(struct keys *k, uint8_t byte, keys_fn *fn, void *arg);

/* A byte of CSI or SS3. */
static void
csi(struct keys *k, uint8_t byte, keys_fn *fn, void *arg)
{
	bool ss3 = k->state == KEYS_SS3;

	if (byte == ESC) {
		k->state = KEYS_ESC;
		k->alt = false;
	} else if (byte < 0x20 || byte > 0x7E) {
		drop(k); /* broken: what it begins with is forgotten */
		ground(k, byte, fn, arg);
	} else if (!ss3 && byte == '[' && k->n == 0) {
		k->state = KEYS_LINUX;
	} else if (byte >= 0x40 ||
		   (byte == '$' && k->n > 0 && k->seq[0] < '<')) {
		final(k, byte, ss3, fn, arg);
	} else if (k->n < sizeof(k->seq)) {
		k->seq[k->n++] = byte;
	}
}

static void
console(struct keys *k, uint8_t byte, keys_fn *fn, void *arg)
{
	if (byte >= 'A' && byte <= 'E')
		emit(k, (uint8_t)(K_F1 + byte - 'A'), 0, 0, fn, arg);
	else
		drop(k);
}

/* --- pastes --- */

/* What a paste may hold: tabs become blanks, other controls go. */
static void
clean_paste(struct keys *k, struct buf *out)
{
	const uint8_t *p = k->paste.data;
	size_t len = k->paste.len, at = 0;
	uint32_t cp;
	int n;

	while (at < len) {
		n = utf8_decode(p + at, len - at, &cp);
		if (n <= 0) {
			buf_put_raw(out, "\xEF\xBF\xBD", 3);
			at++;
			continue;
		}
		if (cp == '\r') {
			buf_put_u8(out, '\n');
			if (at + 1 < len && p[at + 1] == '\n')
				at++;
		} else if (cp == '\t') {
			buf_put_raw(out, "    ", TAB_COLUMNS);
		} else if (cp == '\n' || (cp >= 0x20 && cp != 0x7F)) {
			buf_put_raw(out, p + at, (size_t)n);
		}
		at += (size_t)n;
	}
}

static void
end_paste(struct keys *k, keys_fn *fn, void *arg)
{
	struct key key = { .code = K_PASTE };
	struct buf clean;

	buf_init(&clean, KEYS_PASTE_MAX);
	if (k->paste.err == 0)
		clean_paste(k, &clean);
	if (k->paste.err != 0 || clean.err != 0)
		key.code = K_PASTE_BIG;
	key.text = clean.data;
	key.len = key.code == K_PASTE ? clean.len : k->pasted;
	k->state = KEYS_GROUND;
	if (key.len > 0)
		fn(arg, &key);
	buf_release(&clean);
	buf_release(&k->paste); /* a large one is rare */
}

static void
paste(struct keys *k, uint8_t byte, keys_fn *fn, void *arg)
{
	if (byte == (uint8_t)paste_end[k->matched]) {
		if (++k->matched == sizeof(paste_end) - 1)
			end_paste(k, fn, arg);
		return;
	}
	/* it only looked like the end */
	buf_put_raw(&k->paste, paste_end, k->matched);
	k->pasted += k->matched;
	k->matched = byte == ESC;
	if (k->matched == 0) {
		buf_put_u8(&k->paste, byte);
		k->pasted++;
	}
}

/* --- single bytes --- */

static void
control(struct keys *k, uint8_t byte, uint8_t mods, keys_fn *fn, void *arg)
{
	switch (byte) {
	case '\r':
	case '\n':
		emit(k, K_ENTER, mods, 0, fn, arg);
		break;
	case '\t':
		emit(k, K_TAB, mods, 0, fn, arg);
		break;
	case 0x08:
	case 0x7F:
		emit(k, K_BACKSPACE, mods, 0, fn, arg);
		break;
	case ESC:
		emit(k, K_ESC, mods, 0, fn, arg);
		break;
	case 0:
		emit(k, K_CHAR, mods | K_CTRL, ' ', fn, arg);
		break;
	default:
		emit(k, K_CHAR, mods | K_CTRL,
		    byte < 0x1B ? byte + 'a' - 1u : byte + '@' - 0u, fn, arg);
	}
}

static void
ground(struct keys *k, uint8_t byte, keys_fn *fn, void *arg)
{
	if (byte == ESC) {
		k->state = KEYS_ESC;
		k->alt = false;
	} else if (byte < 0x20 || byte == 0x7F) {
		k->del_erases |= byte == 0x7F;
		control(k, byte, byte == 0x08 && k->del_erases ? K_CTRL : 0, fn,
		    arg);
	} else if (byte < 0x80) {
		emit(k, K_CHAR, 0, byte, fn, arg);
	} else if (byte >= 0xC2 && byte <= 0xF4) {
		k->state = KEYS_UTF8;
		k->seq[0] = byte;
		k->n = 1;
		k->want = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
	} else {
		k->alt = false; /* nothing that UTF-8 starts with */
	}
}

static void
utf8(struct keys *k, uint8_t byte, keys_fn *fn, void *arg)
{
	uint32_t cp;

	if ((byte & 0xC0) != 0x80) { /* cut short: drop it, take this one */
		k->state = KEYS_GROUND;
		ground(k, byte, fn, arg);
		return;
	}
	k->seq[k->n++] = byte;
	if (k->n < k->want)
		return;
	k->state = KEYS_GROUND;
	if (utf8_decode(k->seq, k->n, &cp) == k->n && cp >= 0xA0)
		emit(k, K_CHAR, 0, cp, fn, arg);
	k->alt = false;
}

static void
after_esc(struct keys *k, uint8_t byte, keys_fn *fn, void *arg)
{
	k->n = 0;
	switch (byte) {
	case '[':
		k->state = KEYS_CSI;
		break;
	case 'O':
		k->state = KEYS_SS3;
		break;
	case ']': /* OSC */
	case 'P': /* DCS */
	case '_': /* APC */
		k->state = KEYS_STRING;
		k->intro = byte;
		k->length = k->n = 0;
		k->esc_inside = false;
		break;
	case ESC: /* Alt with a sequence (iTerm2), or Esc twice */
		if (k->alt) {
			k->alt = false;
			emit(k, K_ESC, 0, 0, fn, arg);
		}
		k->state = KEYS_ESC;
		k->alt = true;
		break;
	default: /* Esc and a plain key in one go is Alt with it */
		k->state = KEYS_GROUND;
		k->alt = true;
		ground(k, byte, fn, arg);
	}
}

/* Can a reply that INTRO begins go on with BYTE? If not, it was Alt and a key. */
static bool
starts_reply(uint8_t intro, uint8_t byte)
{
	if (byte == 'G')
		return intro == '_';
	if (byte >= '0' && byte <= '9')
		return intro != '_';
	return intro == 'P' && strchr(">!+$|", byte) != NULL && byte != '\0';
}

/* The first two digits, by which it is light or dark, of the colour's component
 * after P: they may be less than two, and more. */
static const char *
component(const char *p, unsigned *value)
{
	int n = 0;

	if (p == NULL || sscanf(p, "%2x%n", value, &n) != 1)
		return NULL;
	if (n == 1)
		*value *= 0x11;
	p += strspn(p, "0123456789abcdefABCDEF");
	return *p == '/' ? p + 1 : p;
}

/* TEXT is "11;rgb:1e1e/1e1e/2e2e", also with rgba and what is behind that. */
static void
reply_colour(struct keys *k, const char *text, keys_fn *fn, void *arg)
{
	unsigned r, g, b;
	const char *p =
	    strncmp(text, "11;rgb", 6) == 0 ? strchr(text, ':') : NULL;

	p = component(p != NULL ? p + 1 : NULL, &r);
	p = component(p, &g);
	p = component(p, &b);
	if (p == NULL) {
		drop(k);
		return;
	}
	/* as bright as the eye finds it */
	emit_reply(k,
	    r * 30 + g * 59 + b * 11 > 128 * 100 ? REPLY_LIGHT : REPLY_DARK, fn,
	    arg);
}

/* A string has come to its end; what it begins with is in seq. */
static void
end_string(struct keys *k, keys_fn *fn, void *arg)
{
	struct key key = { .code = K_REPLY, .reply = REPLY_NAME };
	char text[sizeof(k->seq) + 1];

	memcpy(text, k->seq, k->n);
	text[k->n] = '\0';
	if (k->intro == ']') {
		reply_colour(k, text, fn, arg);
	} else if (k->intro == 'P' && strncmp(text, ">|", 2) == 0) {
		key.text = k->seq + 2;
		key.len = k->n - 2u;
		emit_answer(k, &key, fn, arg);
	} else {
		drop(k);
	}
}

static void
string(struct keys *k, uint8_t byte, keys_fn *fn, void *arg)
{
	if (k->length++ == 0 && !starts_reply(k->intro, byte)) {
		k->alt = true;
		emit(k, K_CHAR, 0, k->intro, fn, arg);
		ground(k, byte, fn, arg);
	} else if (byte == 0x07 || (k->esc_inside && byte == '\\')) {
		end_string(k, fn, arg);
	} else if ((byte < 0x20 && byte != ESC) ||
		   k->length > KEYS_STRING_MAX) {
		drop(k); /* somebody types: it has no end */
		ground(k, byte, fn, arg);
	} else if (byte != ESC && k->n < sizeof(k->seq)) {
		k->seq[k->n++] = byte;
	}
	k->esc_inside = byte == ESC;
}

static void
take(struct keys *k, uint8_t byte, keys_fn *fn, void *arg)
{
	switch (k->state) {
	case KEYS_UTF8:
		utf8(k, byte, fn, arg);
		break;
	case KEYS_ESC:
		after_esc(k, byte, fn, arg);
		break;
	case KEYS_SS3:
	case KEYS_CSI:
		csi(k, byte, fn, arg);
		break;
	case KEYS_STRING:
		string(k, byte, fn, arg);
		break;
	case KEYS_MOUSE:
		mouse_x10(k, byte, fn, arg);
		break;
	case KEYS_LINUX:
		console(k, byte, fn, arg);
		break;
	case KEYS_PASTE:
		paste(k, byte, fn, arg);
		break;
	default:
		ground(k, byte, fn, arg);
	}
}

void
keys_feed(struct keys *k, const void *p, size_t len, keys_fn *fn, void *arg)
{
	const uint8_t *at = p;

	for (size_t i = 0; i < len; i++)
		take(k, at[i], fn, arg);
}

unsigned
keys_wait_ms(const struct keys *k)
{
	switch (k->state) {
	case KEYS_GROUND:
	case KEYS_PASTE: /* on a slow line it takes as long as it takes */
		return 0;
	case KEYS_ESC:
		return KEYS_ESC_MS;
	case KEYS_STRING: /* replies come whole; alone it is Alt-] */
		return k->length == 0 ? KEYS_ESC_MS : KEYS_STUCK_MS;
	default:
		return KEYS_STUCK_MS;
	}
}

/* Alt with a key that could have begun a sequence, if nothing followed it. */
static uint32_t
lone(const struct keys *k)
{
	if (k->state == KEYS_STRING)
		return k->length == 0 ? k->intro : 0;
	if (k->state == KEYS_CSI || k->state == KEYS_SS3)
		return k->n > 0 ? 0 : k->state == KEYS_CSI ? '[' : 'O';
	return 0;
}

void
keys_timeout(struct keys *k, keys_fn *fn, void *arg)
{
	bool twice = k->alt;
	uint32_t cp = lone(k);

	if (keys_wait_ms(k) == 0)
		return;
	k->alt = cp != 0;
	if (k->state != KEYS_ESC && cp == 0) {
		drop(k);
		return;
	}
	emit(k, cp != 0 ? K_CHAR : K_ESC, 0, cp, fn, arg);
	if (twice && cp == 0)
		emit(k, K_ESC, 0, 0, fn, arg);
}

/* --- names --- */

static const struct {
	const char *name;
	uint8_t code;
} names[] = {
	{ "Enter", K_ENTER },
	{ "Tab", K_TAB },
	{ "Backspace", K_BACKSPACE },
	{ "Esc", K_ESC },
	{ "Up", K_UP },
	{ "Down", K_DOWN },
	{ "Left", K_LEFT },
	{ "Right", K_RIGHT },
	{ "Home", K_HOME },
	{ "End", K_END },
	{ "PgUp", K_PGUP },
	{ "PgDn", K_PGDN },
	{ "Insert", K_INSERT },
	{ "Delete", K_DELETE },
};

/* Those that NAME begins with ("C-M-"); returns their length. */
static size_t
modifiers(const char *name, uint8_t *mods)
{
	static const char letters[] = "CMS";
	static const uint8_t bits[] = { K_CTRL, K_ALT, K_SHIFT };
	const char *at = name, *letter;

	*mods = 0;
	for (; at[0] != '\0' && at[1] == '-' && at[2] != '\0' && at[2] != ' ' &&
	       (letter = strchr(letters, at[0])) != NULL;
	     at += 2)
		*mods |= bits[letter - letters];
	return (size_t)(at - name);
}

bool
key_parse(const char *name, struct key *key)
{
	unsigned f;
	int n;

	memset(key, 0, sizeof(*key));
	name += modifiers(name, &key->mods);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].name, name) == 0) {
			key->code = names[i].code;
			return true;
		}
	if (sscanf(name, "F%u%n", &f, &n) == 1 && name[n] == '\0' && f >= 1 &&
	    f <= 12) {
		key->code = (uint8_t)(K_F1 + f - 1);
		return true;
	}
	if (strcmp(name, "Space") == 0)
		name = " ";
	key->code = K_CHAR;
	n = utf8_decode(name, strlen(name), &key->cp);
	return n > 0 && name[n] == '\0';
}

/* Is NAME[LEN], without its modifiers, the key's? As key_parse has it, but
 * without a copy: each key that is typed is looked for in all lists. */
static bool
is_called(const struct key *key, const char *name, size_t len)
{
	char own[8];

	if (key->code >= K_F1 && key->code <= K_F12) {
		snprintf(own, sizeof(own), "F%d", key->code - K_F1 + 1);
	} else if (key->code == K_CHAR && key->cp != ' ') {
		own[utf8_encode(key->cp, (uint8_t *)own)] = '\0';
	} else if (key->code == K_CHAR) {
		snprintf(own, sizeof(own), "Space");
	} else {
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (names[i].code == key->code &&
			    strlen(names[i].name) == len &&
			    memcmp(names[i].name, name, len) == 0)
				return true;
		return false;
	}
	return strlen(own) == len && memcmp(own, name, len) == 0;
}

bool
key_is_typed(const struct key *key)
{
	return key->code == K_CHAR && (key->mods & ~K_SHIFT) == 0;
}

bool
key_is_one_of(const struct key *key, const char *list)
{
	uint8_t mods;
	size_t n, skip;

	for (; *list != '\0'; list += n + (list[n] == ' ')) {
		n = strcspn(list, " ");
		skip = modifiers(list, &mods);
		if (mods == key->mods && is_called(key, list + skip, n - skip))
			return true;
	}
	return false;
}

void
key_name(const struct key *key, char *dst, size_t size)
{
	const char *alt = key->mods & K_ALT ? "M-" : "";
	const char *shift = key->mods & K_SHIFT ? "Shift-" : "";
	char utf[5] = "";

	snprintf(dst, size, "%s", key->code == K_MOUSE ? "Mouse" : "");
	if (key->code >= K_F1 && key->code <= K_F12) {
		snprintf(dst, size, "%s%s%sF%d", alt, shift,
		    key->mods & K_CTRL ? "^" : "", key->code - K_F1 + 1);
		return;
	}
	if (key->code == K_CHAR) {
		utf[utf8_encode(key->cp, (uint8_t *)utf)] = '\0';
		if ((key->mods & K_CTRL) && utf[0] >= 'a' && utf[0] <= 'z')
			utf[0] -= 'a' - 'A';
		snprintf(dst, size, "%s%s%s", alt,
		    key->mods & K_CTRL ? "^" : "",
		    utf[0] == ' ' ? "Space" : utf);
		return;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].code == key->code)
			snprintf(dst, size, "%s%s%s%s", alt, shift,
			    key->mods & K_CTRL ? "^" : "", names[i].name);
}
