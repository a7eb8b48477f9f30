/* looks.c - what was chosen, and what follows from it. */
#include <stdio.h>
#include <string.h>

#include "client/keymap.h"
#include "client/looks.h"

/* --- what each means --- */

static void
put_keys(struct editor *e, unsigned value)
{
	keymap_put_on(e, (uint8_t)value);
}

static void
put_colours(struct editor *e, unsigned value)
{
	e->palette = (uint8_t)value;
}

static void
put_ascii(struct editor *e, unsigned value)
{
	e->ascii = value != 0;
}

static void
put_caret(struct editor *e, unsigned value)
{
	e->caret = (uint8_t)value;
}

static void
put_calm(struct editor *e, unsigned value)
{
	e->calm = value != 0;
}

static void
put_layout(struct editor *e, unsigned value)
{
	e->stacked = value == PANES_STACKED;
}

static void
put_wrap(struct editor *e, unsigned value)
{
	e->wrap_wanted = value != 0;
	e->left = 0;
	e->skip = 0;
}

static void
put_blanks(struct editor *e, unsigned value)
{
	e->blanks = value != 0;
}

static void
put_quiet(struct editor *e, unsigned value)
{
	e->quiet = value != 0;
}

static void (*const put_on[LOOKS])(struct editor *e, unsigned value) = {
	[LOOK_KEYS] = put_keys,
	[LOOK_COLOURS] = put_colours,
	[LOOK_ASCII] = put_ascii,
	[LOOK_CARET] = put_caret,
	[LOOK_CALM] = put_calm,
	[LOOK_LAYOUT] = put_layout,
	[LOOK_WRAP] = put_wrap,
	[LOOK_BLANKS] = put_blanks,
	[LOOK_QUIET] = put_quiet,
};

/* --- choosing --- */

void
looks_choose(struct editor *e, enum which_look which, unsigned value)
{
	e->given &= ~(1U << which);
	e->asked_for &= ~(1U << which);
	e->looks = looks_with(e->looks, which, value);
	e->looks_untold = true;
	put_on[which](e, value);
}

void
looks_give(struct editor *e, enum which_look which, unsigned value)
{
	e->asked_for |= 1U << which;
	looks_find(e, which, value);
}

void
looks_find(struct editor *e, enum which_look which, unsigned value)
{
	e->given |= 1U << which;
	put_on[which](e, value);
}

void
looks_welcome(struct editor *e, uint64_t looks)
{
	if (e->was_online) { /* what was chosen since is newer */
		e->looks_untold |= looks != e->looks;
		return;
	}
	e->looks = looks;
	for (unsigned i = 0; i < LOOKS; i++)
		if ((e->given & 1U << i) == 0)
			put_on[i](e, looks_get(looks, i));
}

void
looks_rejoin(const struct editor *e, char *dst, size_t size)
{
	static const struct {
		enum which_look look;
		const char *ending;
	} options[] = { { LOOK_ASCII, "+ascii" }, { LOOK_COLOURS, "+mono" },
		{ LOOK_CALM, "+calm" } };
	const char *command = e->welcome.rejoin, *host = strrchr(command, '@');
	size_t n;

	if (host == NULL)
		host = command + strlen(command);
	snprintf(dst, size, "%.*s", (int)(host - command), command);
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (*host != '\0' && e->asked_for & 1U << options[i].look) {
			n = strlen(dst);
			snprintf(dst + n, size - n, "%s", options[i].ending);
		}
	n = strlen(dst);
	snprintf(dst + n, size - n, "%s", host);
}

int
looks_most(const struct editor *e)
{
	static const int most[PALETTES] = {
		[PALETTE_256] = 256, [PALETTE_16] = 16, [PALETTE_NONE] = 0
	};

	return most[e->palette];
}

int
looks_colours(const struct editor *e)
{
	int most = looks_most(e);

	return e->colours < most ? e->colours : most;
}

/* --- the menu's --- */

/* From 256 to 16 to none, as far as the terminal has them. */
void
looks_next_colours(struct editor *e)
{
	int shown = looks_colours(e);

	if (e->colours == 0) {
		editor_say(e, TOAST_ANSWER, "This terminal has no colours");
	} else if (shown > 16) {
		looks_choose(e, LOOK_COLOURS, PALETTE_16);
		editor_say(e, TOAST_ANSWER, "Colours: 16");
	} else if (shown > 0) {
		looks_choose(e, LOOK_COLOURS, PALETTE_NONE);
		editor_say(e, TOAST_ANSWER, "Colours: none");
	} else {
		looks_choose(e, LOOK_COLOURS, PALETTE_256);
		editor_say(e, TOAST_ANSWER,
		    e->colours >= 256
			? "Colours: 256"
			: "Colours: the %d that this terminal has, not 256",
		    e->colours);
	}
}

void
looks_next_caret(struct editor *e)
{
	static const char *const names[CARETS] = {
		[CARET_OWN] = "the terminal's own",
		[CARET_BLOCK] = "a block",
		[CARET_BAR] = "a bar",
		[CARET_UNDERLINE] = "an underline",
	};

	if (e->caret_own) {
		editor_say(e, TOAST_ANSWER,
		    "This terminal does not let others shape its caret");
		return;
	}
	looks_choose(e, LOOK_CARET, (e->caret + 1U) % CARETS);
	editor_say(e, TOAST_ANSWER, "Caret: %s", names[e->caret]);
}

void
looks_next_borders(struct editor *e)
{
	looks_choose(e, LOOK_ASCII, !e->ascii);
	editor_say(e, TOAST_ANSWER,
	    e->ascii ? "Borders: ASCII, and no character but these"
		     : "Borders: UTF-8, as all text");
}
