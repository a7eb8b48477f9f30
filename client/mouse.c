/* mouse.c - clicks and the wheel. */
#include <string.h>

#include "client/follow.h"
#include "client/menu.h"
#include "client/mouse.h"
#include "client/pane.h"
#include "client/place.h"
#include "client/talk.h"
#include "client/vim.h"

/* --- clicks --- */

/* The key that "^T", "F8" or "^T or Esc" names. */
static bool
key_of(const char *label, struct key *key)
{
	char name[16];
	size_t n = strcspn(label, " ");

	if (n >= sizeof(name))
		return false;
	memcpy(name, label, n);
	name[n] = '\0';
	if (name[0] != '^' || n != 2)
		return key_parse(name, key);
	*key = (struct key){ .code = K_CHAR, .mods = K_CTRL };
	key->cp = (uint32_t)name[1];
	if (name[1] >= 'A' && name[1] <= 'Z')
		key->cp += 'a' - 'A';
	return true;
}

static bool
click_spot(struct editor *e, const struct spot *s, struct key *pressed)
{
	switch (s->kind) {
	case SPOT_KEY:
		return key_of(s->key, pressed);
	case SPOT_PERSON:
		follow_start(e, (uint8_t)s->which);
		return true;
	case SPOT_ARROW:
		follow_jump(e, (uint8_t)s->which);
		return true;
	case SPOT_ENTRY:
		menu_run(e, s->which);
		return true;
	}
	return false;
}

static bool
is_in_text(const struct layout *l, const struct key *key)
{
	return key->x >= l->text_x && key->x < l->text_end &&
	       key->y >= l->text_y && key->y < l->text_y + l->text_rows;
}

/* The caret goes there, and the keys with it. */
static void
click_text(struct editor *e, const struct layout *l, const struct key *key)
{
	int column = key->x - l->gutter;
	size_t pos = place_at(e, key->y - l->text_y, column > 0 ? column : 0);

	talk_leave(e);
	e->line.focus = e->line.hands_off = false;
	follow_pause(e);
	peer_caret_set(e->peer, e->file, pos, pos);
	peer_undo_break(e->peer);
	e->goal = -1;
	vim_moved(e);
}

/* --- the wheel --- */

static bool
is_in(const struct area *a, const struct key *key)
{
	return a->rows > 0 && key->x >= a->x && key->x < a->end &&
	       key->y >= a->y && key->y < a->y + a->rows + a->line;
}

/* BY lines towards the older ones; view_layout knows where they end. */
static void
scroll(int *at, int by)
{
	*at += by;
	if (*at < 0)
		*at = 0;
}

/* Our caret stays where it is. */
static bool
scroll_text(struct editor *e, int by)
{
	size_t lines = text_line_count(editor_text(e)), up = (size_t)-by;

	if (e->top == 0 && e->skip == 0 && (by < 0 || place_bottom(e) == lines))
		return false;
	follow_pause(e);
	e->loose = true;
	if (by > 0)
		e->top += (size_t)by;
	else
		e->top -= e->top > up ? up : e->top;
	e->skip = 0;
	return true;
}

static bool
wheel(struct editor *e, const struct layout *l, const struct key *key)
{
	int by = key->mouse == MOUSE_WHEEL_UP ? WHEEL_LINES : -WHEEL_LINES;

	if (is_in_text(l, key) && editor_text(e) != NULL)
		return scroll_text(e, -by);
	if (is_in(&l->out, key)) {
		scroll(&e->run.scroll, by);
		return true;
	}
	for (enum pane pane = PANE_CHAT; pane < PANES; pane++)
		if (is_in(pane_area(e, l, pane), key)) {
			scroll(&e->talk.scroll[pane], by);
			return true;
		}
	return false;
}

/* --- which --- */

bool
mouse_key(struct editor *e, const struct layout *l, const struct grid *g,
    const struct key *key, struct key *pressed)
{
	bool turns =
	    key->mouse == MOUSE_WHEEL_UP || key->mouse == MOUSE_WHEEL_DOWN;
	const struct spot *s;

	memset(pressed, 0, sizeof(*pressed));
	if (!e->mouse)
		return false;
	if (turns && e->panel == PANEL_NONE)
		return wheel(e, l, key);
	if (turns) { /* what is marked in a box */
		pressed->code = key->mouse == MOUSE_WHEEL_UP ? K_UP : K_DOWN;
		return e->panel == PANEL_MENU;
	}
	if (key->mouse != MOUSE_PRESS || key->button != 0)
		return false;
	if ((s = grid_spot_at(g, key->x, key->y)) != NULL)
		return click_spot(e, s, pressed);
	if (e->panel != PANEL_NONE || editor_text(e) == NULL ||
	    !is_in_text(l, key))
		return false;
	click_text(e, l, key);
	return true;
}
