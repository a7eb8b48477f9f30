/* emacs.c - emacs' keys: most of them stand for a standard one. */
#include "client/change.h"
#include "client/clip.h"
#include "client/keymap.h"
#include "client/select.h"

/* What is from the caret to POS goes, and can be yanked. */
static void
kill_to(struct editor *e, size_t pos)
{
	struct span s = { select_head(e), pos };
	struct op op;

	if (!change_allowed(e) || s.from == s.to || !clip_keep(e, s, false))
		return;
	op_init(&op);
	op_splice(&op, s.from, s.to - s.from, NULL, 0);
	change_alone(e, &op, 0, s.from, s.from);
}

/* To the end of the line; at the end, its newline. */
static void
kill_line(struct editor *e)
{
	const struct text *t = editor_text(e);
	size_t pos = select_head(e);
	size_t end = text_line_end(t, text_line_of(t, pos));

	kill_to(e, pos < end ? end : text_next(t, pos));
}

static void
kill_word(struct editor *e)
{
	size_t pos = select_head(e), end;

	select_drop(e);
	command_press(e, "C-Right");
	end = select_head(e);
	select_set(e, pos, pos);
	kill_to(e, end);
}

/* Only what is selected: emacs knows no copying of whole lines. */
static bool
has_region(struct editor *e)
{
	if (!select_any(e))
		editor_say(e, TOAST_ANSWER,
		    "Nothing is selected - ^Space sets the mark");
	return select_any(e);
}

static void
kill_region(struct editor *e)
{
	if (has_region(e))
		clip_cut(e);
}

static void
copy_region(struct editor *e)
{
	if (!has_region(e))
		return;
	clip_copy(e);
	select_drop(e);
}

/* clang-format off */
static const struct binding bindings[] = {
	{ .keys = "C-e",	.as = "End" },
	{ .keys = "C-b",	.as = "Left" },
	{ .keys = "C-f",	.as = "Right" },
	{ .keys = "C-n",	.as = "Down" },
	{ .keys = "C-p",	.as = "Up" },
	{ .keys = "C-d",	.as = "Delete" },
	{ .keys = "C-y",	.as = "C-v" },
	{ .keys = "C-s",	.as = "C-f" },
	{ .keys = "C-_ C-/",	.as = "C-z" },
	{ .keys = "M-b",	.as = "C-Left" },
	{ .keys = "M-f",	.as = "C-Right" },
	{ .keys = "M-<",	.as = "C-Home" },
	{ .keys = "M->",	.as = "C-End" },
	{ .keys = "C-g",	.as = "Esc" },
	{ .keys = "M-x",	.as = "C-p" },
	{ .keys = "C-k",	.own = { "", NULL, kill_line, 0 } },
	{ .keys = "M-d",	.own = { "", NULL, kill_word, 0 } },
	{ .keys = "C-w",	.own = { "", NULL, kill_region, 0 } },
	{ .keys = "M-w",	.own = { "", NULL, copy_region, COMMAND_CALM } },
	/* emacs looks backward with it: nobody shall run by mistake */
	{ .keys = "C-r",	.own = { "", NULL, NULL, 0 } },
};

/* What follows ^X. */
static const struct {
	const char *key, *as;
} after_x[] = {
	{ "C-s", "C-s" },
	{ "C-c", "C-q" },
};
/* clang-format on */

static bool
begins(const struct editor *e, const struct key *key)
{
	return e->prefix == PREFIX_NONE &&
	       (key_is_one_of(key, "C-x") ||
		   (key->code == K_ESC && key->mods == 0 && !select_any(e) &&
		       !e->mark && e->follow.site == 0));
}

static bool
wants(struct editor *e, const struct key *key)
{
	return e->prefix != PREFIX_NONE || begins(e, key);
}

static void
after(struct editor *e, const struct key *key)
{
	char name[32];

	for (size_t i = 0; i < sizeof(after_x) / sizeof(after_x[0]); i++)
		if (key_is_one_of(key, after_x[i].key)) {
			command_press(e, after_x[i].as);
			return;
		}
	key_name(key, name, sizeof(name));
	if (!key_is_one_of(key, "Esc C-g"))
		editor_say(e, TOAST_ANSWER,
		    "^X %s does nothing here - M-x shows what does", name);
}

/* Esc and then a key is that key with Alt, for terminals without Alt. */
static void
prefixed(struct editor *e, const struct key *key)
{
	uint8_t prefix = e->prefix;
	struct key alt = *key;

	if (prefix == PREFIX_NONE) {
		e->prefix = key->code == K_ESC ? PREFIX_ESC : PREFIX_X;
		return;
	}
	e->prefix = PREFIX_NONE;
	if (prefix == PREFIX_X) {
		after(e, key);
	} else if (key->code != K_ESC) {
		alt.mods |= K_ALT;
		command_key(e, &alt);
	}
}

const struct keymap_info keymap_emacs = {
	.name = "emacs",
	.menu = "M-x",
	.run = "F5",
	.bindings = bindings,
	.n = sizeof(bindings) / sizeof(bindings[0]),
	.wants = wants,
	.key = prefixed,
};
