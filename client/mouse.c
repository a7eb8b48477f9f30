/* mouse.c - clicks, drags and the wheel. */
#include <string.h>

#include "client/find.h"
#include "client/follow.h"
#include "client/menu.h"
#include "client/mouse.h"
#include "client/pane.h"
#include "client/panel.h"
#include "client/place.h"
#include "client/point.h"
#include "client/select.h"
#include "client/talk.h"
#include "client/trace.h"
#include "client/vim.h"

/* --- clicks --- */

/* What labels call keys, if not by their names. */
static const struct {
	const char *label, *name;
} signs[] = {
	{ "EscEsc", "C-p" }, { "\xE2\x86\x91", "Up" },
	{ "\xE2\x86\x93", "Down" }, { "1-5", "+" }, /* faster */
};

bool
mouse_key_of(const char *label, struct key *key)
{
	char name[16];
	size_t n = strcspn(label, " ");

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (n == strlen(signs[i].label) &&
		    memcmp(label, signs[i].label, n) == 0)
			return key_parse(signs[i].name, key);
	if (label[0] == '^' && n > 2 && label[2] == '/')
		n = 2;
	if (label[0] != '^' && n > 2 && label[1] == '/')
		n = 1;
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
		return mouse_key_of(s->key, pressed);
	case SPOT_PERSON:
		follow_start(e, (uint8_t)s->which);
		return true;
	case SPOT_ARROW:
		follow_jump(e, (uint8_t)s->which);
		return true;
	case SPOT_ENTRY:
		menu_run(e, s->which);
		return true;
	case SPOT_LINE:
		trace_jump(e, (uint8_t)(s->which >> 24),
		    (size_t)(s->which & 0xFFFFFF));
		return true;
	case SPOT_FIELD:
		panel_field(e, (enum join_field)s->which);
		return true;
	case SPOT_BOX:
		break;
	}
	return false;
}

/* Beside a box: it closes. But nobody leaves a room like that, and the summary has
 * the whole screen. */
static bool
click_beside(const struct editor *e, struct key *pressed)
{
	if (e->panel == PANEL_WAIT || e->panel == PANEL_JOIN ||
	    e->panel == PANEL_SUMMARY)
		return false;
	return key_parse("Esc", pressed);
}

static bool
is_in_text(const struct layout *l, const struct key *key)
{
	return key->x >= l->text_x && key->x < l->text_end &&
	       key->y >= l->text_y && key->y < l->text_y + l->text_rows;
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

/* --- the text --- */

/* What the button holds at POS: the caret's place, a word, or a line with its
 * newline. */
static struct span
grasp(const struct editor *e, size_t pos)
{
	const struct text *t = editor_text(e);
	size_t line = text_line_of(t, pos);

	if (e->grip.clicks == 2)
		return select_word_at(t, pos);
	if (e->grip.clicks == 3)
		return (struct span){ text_line_start(t, line),
			text_line_start(t, line + 1) };
	return (struct span){ pos, pos };
}

/* Which click in the same place it is, from 1 to 3. */
static uint8_t
count_click(const struct editor *e, const struct key *key)
{
	const struct grip *g = &e->grip;

	if (g->clicks == 0 || g->clicks == 3 || g->x != key->x ||
	    g->y != key->y || e->now_ms - g->at_ms > CLICKS_MS)
		return 1;
	return g->clicks + 1;
}

static size_t
place_of_mouse(const struct editor *e, const struct layout *l, int y, int x)
{
	return place_at(e, y - l->text_y, x > l->gutter ? x - l->gutter : 0);
}

/* The caret goes there, and the keys with it; a second click selects the word, a
 * third the line. With Shift, where the terminal leaves it to us, what is selected
 * goes on to there. */
static void
press_text(struct editor *e, const struct layout *l, const struct key *key)
{
	size_t pos = place_of_mouse(e, l, key->y, key->x);
	struct grip *g = &e->grip;
	struct span s;

	talk_leave(e);
	find_close(e);
	e->line.focus = e->line.hands_off = false;
	e->reading = READING_NOTHING;
	follow_pause(e);
	e->mark = false;
	g->clicks = count_click(e, key);
	g->held = true;
	g->x = key->x;
	g->y = key->y;
	g->at_ms = e->now_ms;
	s = grasp(e, pos);
	if (key->mods & K_SHIFT)
		s.from = peer_caret(e->peer).anchor;
	g->from = s.from;
	g->to = key->mods & K_SHIFT ? s.from : s.to;
	select_set(e, s.from, s.to);
	vim_moved(e);
}

/* From what was clicked on to where the button is now, whole words or lines after
 * a double or triple click. Beyond the edge the text moves on. */
static void
drag_text(struct editor *e, const struct layout *l, const struct key *key)
{
	const struct grip *g = &e->grip;
	int last = l->text_y + l->text_rows - 1, y = key->y;
	struct span s;

	if (y < l->text_y || y > last)
		scroll_text(e, y < l->text_y ? -1 : 1);
	y = y < l->text_y ? l->text_y : y > last ? last : y;
	s = grasp(e, place_of_mouse(e, l, y, key->x));
	follow_pause(e);
	if (s.from < g->from)
		select_set(e, g->to, s.from);
	else
		select_set(e, g->from, s.to > g->to ? s.to : g->to);
}

static bool
move_held(struct editor *e, const struct layout *l, const struct key *key)
{
	bool held = e->grip.held && e->panel == PANEL_NONE &&
		    editor_text(e) != NULL && l->text_rows > 0;

	e->grip.held = held && key->mouse == MOUSE_DRAG;
	if (e->grip.held)
		drag_text(e, l, key);
	return e->grip.held;
}

void
mouse_changed(struct editor *e, const struct op *op)
{
	e->grip.from = op_move_pos(op, e->grip.from, false);
	e->grip.to = op_move_pos(op, e->grip.to, false);
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
	if (!e->mouse || e->panel == PANEL_COPY)
		return false;
	if (turns && e->panel == PANEL_NONE)
		return wheel(e, l, key);
	if (turns) { /* what is marked in a box */
		pressed->code = key->mouse == MOUSE_WHEEL_UP ? K_UP : K_DOWN;
		return e->panel == PANEL_MENU;
	}
	if (key->mouse == MOUSE_DRAG || key->mouse == MOUSE_RELEASE)
		return move_held(e, l, key);
	if (key->button != 0)
		return false;
	e->typing_ms = 0; /* what is clicked on is meant */
	if ((s = grid_spot_at(g, key->x, key->y)) != NULL)
		return click_spot(e, s, pressed);
	if (e->panel != PANEL_NONE)
		return click_beside(e, pressed);
	if (editor_text(e) == NULL || !is_in_text(l, key))
		return false;
	if (key->mods & K_ALT)
		point_at(e, place_of_mouse(e, l, key->y, key->x));
	else
		press_text(e, l, key);
	return true;
}
