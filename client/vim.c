/*
 * vim.c - vim's modes, and how its keys become commands.
 *
 * The keys of a command are kept until they are one: read again from the first
 * with each key, which is all the grammar needs, and what `.` does again. The
 * replica joins what is done meanwhile to one step of undo.
 *
 * While something is selected e->mark is set, so that everything that ends a
 * selection ends the mode. The caret's own character belongs to what is selected
 * (select_span).
 */
#include <stdio.h>
#include <string.h>

#include "client/change.h"
#include "client/follow.h"
#include "client/keymap.h"
#include "client/place.h"
#include "client/select.h"
#include "client/type.h"
#include "client/vim.h"
#include "client/vimdo.h"
#include "client/vimgo.h"
#include "client/vimtext.h"
#include "proto/utf8.h"

#define COUNT_MAX 99999
#define CTRL(c) ((c)-0x60)
#define ESC 0x1B
#define DEL 0x7F
#define OVER_MARK 0xFF /* is in no text */

/* --- modes --- */

const char *
vim_mode_name(const struct editor *e)
{
	static const char *const names[] = { "NORMAL", "INSERT", "VISUAL",
		"V-LINE" };

	return e->vim.mode == VIM_INSERT && e->vim.over ? "REPLACE"
							: names[e->vim.mode];
}

void
vim_pending(const struct editor *e, char *dst, size_t size)
{
	const struct vim_keys *k = &e->vim.keys;
	size_t at = 0;
	uint8_t utf[4];
	int n;

	dst[0] = '\0';
	for (size_t i = 0; i < k->n; i++) {
		n = utf8_encode(k->key[i], utf);
		if (k->key[i] < 0x20) { /* "^W" */
			utf[0] = '^';
			utf[1] = (uint8_t)(k->key[i] + 0x40);
			n = 2;
		}
		if (n <= 0 || at + (size_t)n + 1 >= size)
			continue;
		memcpy(dst + at, utf, (size_t)n);
		at += (size_t)n;
		dst[at] = '\0';
	}
}

bool
vim_is_visual(const struct editor *e)
{
	return e->vim.mode >= VIM_VISUAL;
}

void
vim_normal(struct editor *e)
{
	size_t head = select_head(e);

	e->vim.mode = VIM_NORMAL;
	e->mark = false;
	if (select_any(e))
		select_set(e, head, head);
}

void
vim_insert(struct editor *e, unsigned n)
{
	if (!change_allowed(e))
		return;
	e->vim.mode = VIM_INSERT;
	e->line.hands_off = false;
	e->vim.again = n - 1;
	e->vim.opened = 0;
	e->vim.fresh = e->vim.over = false;
	buf_clear(&e->vim.covered);
	e->vim.started = select_head(e);
	e->vim.noted = true; /* how the caret came here does not matter */
	if (!e->vim.replaying)
		buf_clear(&e->vim.inserted);
}

void
vim_leave(struct editor *e)
{
	if (e->peer != NULL) {
		vim_normal(e);
		peer_undo_hold(e->peer, false);
	}
	e->vim.keys.n = 0;
}

/* The caret stands on a character, not behind the last one; nor does that cost
 * the column that j and k keep. */
static void
stay_on_text(struct editor *e)
{
	const struct text *t = editor_text(e);
	size_t pos = select_head(e), line = text_line_of(t, pos);

	if (pos == text_line_end(t, line) && pos > text_line_start(t, line))
		pos = text_prev(t, pos);
	if (pos != select_head(e))
		peer_caret_set(e->peer, e->file, pos, pos);
}

/* What was selected by the mouse, or found, is selected as by v. */
static void
adopt(struct editor *e)
{
	struct caret c = peer_caret(e->peer);
	const struct text *t = editor_text(e);

	e->vim.mode = VIM_VISUAL;
	e->mark = true;
	if (c.head > c.anchor)
		c.head = text_prev(t, c.head);
	else
		c.anchor = text_prev(t, c.anchor);
	peer_caret_set(e->peer, e->file, c.anchor, c.head);
}

void
vim_moved(struct editor *e)
{
	if (vim_is_visual(e))
		vim_normal(e);
	if (e->vim.mode != VIM_INSERT)
		return;
	buf_clear(&e->vim.inserted);
	buf_clear(&e->vim.covered);
	e->vim.again = 0;
	e->vim.opened = 0;
	e->vim.undo_pos = e->vim.started = select_head(e);
	peer_undo_hold(e->peer, true);
}

static void inserted(struct editor *e);

static void
settle(struct editor *e)
{
	if (editor_text(e) == NULL || e->find.bar != BAR_NONE)
		return;
	if (e->vim.mode == VIM_INSERT) {
		inserted(e);
		return;
	}
	if (vim_is_visual(e) && !e->mark)
		e->vim.mode = VIM_NORMAL;
	if (!vim_is_visual(e) && select_any(e))
		adopt(e);
	else if (!vim_is_visual(e))
		stay_on_text(e);
}

/* --- inserting --- */

/* Is ^V the last key? To insert, what follows is a character as it is. Else it
 * would be about a block, up to Esc. */
static bool
is_quoting(const struct editor *e)
{
	return e->vim.keys.n == 1 && e->vim.keys.key[0] == CTRL('v');
}

static void
quote(struct editor *e)
{
	e->vim.keys.key[0] = CTRL('v');
	e->vim.keys.n = 1;
}

/* A character comes at the caret, and in the place of what is from there to TO, if
 * that is behind it. */
static void
cover_until(struct editor *e, size_t to)
{
	if (e->vim.over)
		buf_put_u8(&e->vim.covered, OVER_MARK);
	for (size_t at = select_head(e); e->vim.over && at < to; at++)
		buf_put_u8(&e->vim.covered, text_byte(editor_text(e), at));
}

/* UTF[N], a character, in the place of the next one in the line. */
static void
cover(struct editor *e, const uint8_t *utf, size_t n)
{
	const struct text *t = editor_text(e);
	size_t pos = select_head(e), to = pos, kept = e->vim.covered.len;

	if (!vimtext_is_end(t, pos))
		to = text_next(t, pos);
	cover_until(e, to);
	if (!change_splice(e, pos, to - pos, utf, n, 0))
		e->vim.covered.len = kept;
}

/* Back by one character, in whose place is again what was; before those that were
 * typed the caret moves only. False: nothing could be changed. */
static bool
uncover(struct editor *e)
{
	struct buf *b = &e->vim.covered;
	size_t pos = select_head(e), to = text_prev(editor_text(e), pos);
	size_t at = b->len;
	struct op op;

	if (b->len == 0 || b->err != 0) {
		select_set(e, to, to);
		return true;
	}
	while (b->data[--at] != OVER_MARK)
		;
	op_init(&op);
	op_splice(&op, to, pos - to, b->data + at + 1, b->len - at - 1);
	if (!change_apply(e, &op, 0, to, to))
		return false;
	b->len = at;
	return true;
}

static void
uncover_back(struct editor *e)
{
	size_t to = type_back_to(editor_text(e), select_head(e));

	while (uncover(e) && select_head(e) > to && e->vim.covered.len > 0)
		;
}

/* As many blanks as a Tab is: the first one in the place of a character. */
static void
cover_tab(struct editor *e)
{
	const struct text *t = editor_text(e);
	size_t pos = select_head(e);
	size_t column = place_column(t, text_line_of(t, pos), pos);

	cover(e, (const uint8_t *)" ", 1);
	while (++column % TAB_SIZE != 0) {
		cover_until(e, 0);
		change_splice(e, select_head(e), 0, " ", 1, 0);
	}
}

/* Back to FROM, or only to where inserting began. */
static void
cut_to(struct editor *e, size_t from)
{
	size_t pos = select_head(e);

	if (from < e->vim.started && e->vim.started < pos)
		from = e->vim.started;
	if (e->vim.over)
		while (select_head(e) > from && uncover(e))
			;
	else if (from < pos)
		change_splice(e, from, pos - from, NULL, 0, 0);
}

static void
delete_word(struct editor *e)
{
	cut_to(e, vimtext_word_before(editor_text(e), select_head(e)));
}

/* To the text of the line, from there to its start, or to the line before. */
static void
delete_start(struct editor *e)
{
	const struct text *t = editor_text(e);
	size_t pos = select_head(e), line = text_line_of(t, pos);
	size_t indent = place_indent(t, line), start = text_line_start(t, line);

	cut_to(e, indent < pos  ? indent
		  : start < pos ? start
				: text_prev(t, pos));
}

/* Indentation that came by itself goes if nothing follows it. */
static void
drop_indent(struct editor *e, size_t line)
{
	const struct text *t = editor_text(e);
	size_t start = text_line_start(t, line), end = text_line_end(t, line);
	size_t head = select_head(e);

	if (!e->vim.fresh || end == start || place_indent(t, line) != end)
		return;
	change_splice(e, start, end - start, NULL, 0, 0);
	if (e->vim.started >= end)
		e->vim.started -= end - start;
	if (head > end)
		select_set(e, head - (end - start), head - (end - start));
}

/* What follows in the line comes without the blanks before it, which the newline
 * covers. */
static void
insert_line(struct editor *e)
{
	const struct text *t = editor_text(e);
	size_t pos = select_head(e), to = pos;
	size_t line = text_line_of(t, pos);

	while (vimtext_sort(t, to) == BLANK && !vimtext_is_end(t, to))
		to++;
	cover_until(e, to);
	if (to > pos)
		change_splice(e, pos, to - pos, NULL, 0, 0);
	command_press(e, "Enter");
	for (to = select_head(e); to > pos + 1; to--)
		cover_until(e, 0);
	drop_indent(e, line);
}

static void
insert_char(struct editor *e, uint32_t cp)
{
	uint8_t utf[4];
	int n = utf8_encode(cp, utf);

	if (n > 0 && e->vim.over)
		cover(e, utf, (size_t)n);
	else if (n > 0)
		change_selected(e, utf, (size_t)n, 0);
}

static void
insert_by(struct editor *e, uint32_t key)
{
	if (e->vim.over && !change_allowed(e))
		return; /* nothing is covered */
	switch (key) {
	case '\r':
		insert_line(e);
		break;
	case '\t':
		if (e->vim.over)
			cover_tab(e);
		else
			command_press(e, "Tab");
		break;
	case DEL:
		if (e->vim.over)
			uncover_back(e);
		else
			command_press(e, "Backspace");
		break;
	case CTRL('w'):
		delete_word(e);
		break;
	case CTRL('u'):
		delete_start(e);
		break;
	case CTRL('v'):
		quote(e);
		break;
	default: /* a newline was pasted */
		insert_char(e, key);
	}
}

/* Do what was done by the key that is KEY in what was inserted. */
static void
insert_key(struct editor *e, uint32_t key)
{
	if (is_quoting(e)) {
		e->vim.keys.n = 0;
		insert_char(e, key);
	} else {
		insert_by(e, key);
	}
	e->vim.fresh = key == '\r';
	if (select_head(e) < e->vim.started)
		e->vim.started = select_head(e);
}

/* KEY was pressed: it is inserted again by a count and by `.`. */
static void
note(struct editor *e, uint32_t key)
{
	uint8_t utf[4];
	int n = utf8_encode(key, utf);

	if (n > 0)
		buf_put_raw(&e->vim.inserted, utf, (size_t)n);
	e->vim.fresh = key == '\r';
	e->vim.noted = true;
}

static void
note_paste(struct editor *e, const struct key *key)
{
	buf_put_raw(&e->vim.inserted, key->text, key->len);
	e->vim.fresh = false;
	e->vim.noted = true;
}

/* After a key: if it moved the caret, what was inserted before is done with. */
static void
inserted(struct editor *e)
{
	if (!e->vim.noted && select_head(e) != e->vim.before)
		vim_moved(e);
	if (select_head(e) < e->vim.started)
		e->vim.started = select_head(e);
	e->vim.noted = true;
}

/* What was inserted, once more. */
static void
insert_once(struct editor *e)
{
	const struct buf *b = &e->vim.inserted;
	uint32_t cp;
	int n;

	for (size_t at = 0; at < b->len; at += (size_t)n) {
		if ((n = utf8_decode(b->data + at, b->len - at, &cp)) <= 0)
			return;
		insert_key(e, cp);
	}
}

static void
end_insert(struct editor *e)
{
	const struct text *t = editor_text(e);
	size_t pos;

	if (e->vim.inserted.err != 0)
		e->vim.again = 0;
	for (; e->vim.again > 0; e->vim.again--) {
		if (e->vim.opened != 0) {
			vimdo_open(e, 'o');
			drop_indent(e, text_line_of(t, select_head(e)) - 1);
			e->vim.fresh = true;
		}
		insert_once(e);
	}
	drop_indent(e, text_line_of(t, select_head(e)));
	pos = select_head(e);
	if (pos > text_line_start(t, text_line_of(t, pos)))
		pos = text_prev(t, pos);
	select_set(e, pos, pos);
	e->vim.mode = VIM_NORMAL;
	peer_undo_hold(e->peer, false);
}

/* --- from keys to commands --- */

/* Short for others. */
static const struct {
	char key;
	char op;
	const char *motion; /* NULL: lines */
} shorts[] = {
	{ 'x', 'd', "l" },
	{ DEL, 'd', "l" },
	{ 'X', 'd', "h" },
	{ 'D', 'd', "$" },
	{ 'C', 'c', "$" },
	{ 's', 'c', "l" },
	{ 'S', 'c', NULL },
};

struct parsed {
	struct deed deed;
	const struct motion *motion;
	const struct act_key *act;
	bool lines; /* the operator's key came twice */
};
enum whole { MORE, WHOLE, NOTHING };

static size_t
count_at(const struct vim_keys *k, size_t i, struct deed *d)
{
	unsigned n = 0;

	if (i >= k->n || k->key[i] < '1' || k->key[i] > '9')
		return i;
	for (; i < k->n && k->key[i] >= '0' && k->key[i] <= '9'; i++)
		n = n < COUNT_MAX / 10 ? n * 10 + (k->key[i] - '0') : COUNT_MAX;
	d->n = d->n * n < COUNT_MAX ? d->n * n : COUNT_MAX;
	d->counted = true;
	return i;
}

static bool
is_in(uint32_t key, const char *list)
{
	return key != 0 && key < 0x80 && strchr(list, (int)key) != NULL;
}

static bool
is_operator(uint32_t key)
{
	return is_in(key, "dcy<>");
}

/* Behind `"` and a name, as often as they come: there is one register. */
static size_t
register_at(const struct vim_keys *k, size_t i)
{
	while (i < k->n && k->key[i] == '"')
		i += 2;
	return i < k->n ? i : k->n;
}

static const uint32_t one_motion[][1] = { { 'l' }, { 'h' }, { '$' } };

/* What SHORT stands for. */
static bool
unfold(uint32_t key, bool visual, struct parsed *p)
{
	bool more;

	for (size_t i = 0; i < sizeof(shorts) / sizeof(shorts[0]); i++) {
		if ((uint32_t)shorts[i].key != key)
			continue;
		p->deed.op = (uint32_t)shorts[i].op;
		if (visual)
			return key == 'x' || key == 's' || key == DEL;
		p->lines = shorts[i].motion == NULL;
		for (size_t j = 0; !p->lines && j < 3; j++)
			if (one_motion[j][0] == (uint32_t)shorts[i].motion[0])
				p->motion =
				    vimgo_find(one_motion[j], 1, false, &more);
		return true;
	}
	return false;
}

/* Is the last key, I, one that vim would want another after, a mark's name or the
 * like? It goes with it. */
static bool
wants_name(const struct vim_keys *k, size_t i)
{
	if (i + 2 == k->n && k->key[i] == 'g')
		return is_in(k->key[i + 1], "r`'");
	return i + 1 == k->n && is_in(k->key[i], "@`'mqz[]\x17"); /* ^W */
}

/* What comes from key I on, which is no count. */
static enum whole
parse_motion(const struct vim_keys *k, size_t i, bool objects, struct parsed *p)
{
	bool more;

	p->motion = vimgo_find(k->key + i, k->n - i, objects, &more);
	if (p->motion == NULL)
		return more || wants_name(k, i) ? MORE : NOTHING;
	p->deed.arg = k->key[k->n - 1];
	return WHOLE;
}

static enum whole
parse_operator(const struct vim_keys *k, size_t i, struct parsed *p)
{
	bool more;

	p->deed.op = k->key[i++];
	i = count_at(k, i, &p->deed);
	if (i < k->n && k->key[i] == p->deed.op) {
		p->lines = true;
		return WHOLE;
	}
	if (i < k->n && (k->key[i] == '/' || k->key[i] == '?')) {
		p->act = vimdo_find(k->key + i, 1, VIMDO_NORMAL, &more);
		return WHOLE; /* what is searched is asked first */
	}
	return parse_motion(k, i, true, p);
}

/* From key I on, where nothing of ours begins: of an operator that vim has and we
 * have not, what belongs to it goes with it. It would be another command. */
static enum whole
parse_foreign(const struct vim_keys *k, size_t i)
{
	struct parsed p = { .deed.n = 1 };
	bool behind_g = i + 1 < k->n && k->key[i] == 'g';
	uint32_t op = k->key[behind_g ? ++i : i];

	if (!is_in(op, behind_g ? "uU~q?wc" : "=!"))
		return NOTHING;
	i = count_at(k, i + 1, &p.deed);
	if (i < k->n && k->key[i] == op) /* lines */
		return NOTHING;
	return parse_motion(k, i, true, &p) == MORE ? MORE : NOTHING;
}

static enum whole
parse(const struct vim_keys *k, bool visual, struct parsed *p)
{
	enum whole whole;
	bool more;
	size_t i;

	memset(p, 0, sizeof(*p));
	p->deed.n = 1;
	i = register_at(k, count_at(k, 0, &p->deed));
	i = count_at(k, i, &p->deed);
	if (i == k->n)
		return MORE;
	if (unfold(k->key[i], visual, p))
		return WHOLE;
	if (is_operator(k->key[i]) && visual) {
		p->deed.op = k->key[i];
		return WHOLE;
	}
	p->deed.op = 0;
	if (is_operator(k->key[i]))
		return parse_operator(k, i, p);
	p->act = vimdo_find(
	    k->key + i, k->n - i, visual ? VIMDO_VISUAL : VIMDO_NORMAL, &more);
	p->deed.arg = k->key[k->n - 1];
	if (p->act != NULL) /* behind ^V a character as it is */
		return p->act->flags & VIMDO_ARG && p->deed.arg == CTRL('v')
			   ? MORE
			   : WHOLE;
	whole = parse_motion(k, i, visual, p);
	if (whole != NOTHING)
		return whole;
	return more ? MORE : visual ? NOTHING : parse_foreign(k, i);
}

/* --- doing them --- */

static void
move(struct editor *e, const struct parsed *p)
{
	struct aim a = { .n = p->deed.n,
		.counted = p->deed.counted,
		.visual = vim_is_visual(e),
		.arg = p->deed.arg };
	bool found = vimgo_aim(e, p->motion, &a);

	if (p->motion->object) {
		if (found)
			e->vim.mode =
			    a.reach == REACH_LINES ? VIM_LINES : VIM_VISUAL;
		select_set(e, a.from, a.at);
		return;
	}
	if (!found)
		return;
	select_go(e, a.at);
	e->goal = a.goal;
}

/* So many lines from the caret's on; false: it is the last already. */
static bool
these_lines(const struct editor *e, unsigned n, struct span *s)
{
	const struct text *t = editor_text(e);
	size_t line = text_line_of(t, select_head(e));

	if (line + n > text_line_count(t) && n > 1 &&
	    line + 1 == text_line_count(t))
		return false;
	s->from = line;
	s->to = line + n < text_line_count(t) ? line + n : text_line_count(t);
	return true;
}

static bool
operate(struct editor *e, struct parsed *p)
{
	struct aim a = { .n = p->deed.n,
		.counted = p->deed.counted,
		.arg = p->deed.arg,
		.op = p->deed.op };
	bool lines = p->lines;
	struct span s;
	size_t indent;

	p->deed.at = select_head(e);
	if (lines) {
		if (!these_lines(e, p->deed.n, &s))
			return false;
		indent = place_indent(editor_text(e), s.from);
		if (s.to - s.from == 1 && indent < p->deed.at &&
		    p->deed.op != 'y')
			p->deed.at = indent;
	} else {
		if (!vimgo_aim(e, p->motion, &a)) {
			if (p->motion->object)
				vimdo_go(e, a.at); /* so far it came */
			return false;
		}
		s = vimgo_span(&a, &lines);
		p->deed.at = a.from < a.at ? a.from : a.at;
	}
	p->deed.n = 1; /* it has told how far */
	vimdo_operate(e, &p->deed, s, lines);
	return true;
}

/* How much is selected, for `.`. */
static void
measure(struct editor *e)
{
	const struct text *t = editor_text(e);
	struct span s = select_span(e);
	struct span lines = vimdo_selected_lines(e);

	e->vim.whole = e->vim.mode == VIM_LINES;
	e->vim.lines = lines.to - lines.from;
	e->vim.chars = 0;
	if (e->vim.lines > 1)
		s.from = text_line_start(t, lines.to - 1);
	for (; s.from < s.to; s.from = text_next(t, s.from))
		e->vim.chars++;
}

/* Select as much as was selected then: a line that is too short with its
 * newline. */
static void
select_as_then(struct editor *e)
{
	const struct text *t = editor_text(e);
	size_t pos = select_head(e), line = text_line_of(t, pos);
	size_t last = line + e->vim.lines - 1, end, to;

	if (last >= text_line_count(t))
		last = text_line_count(t) - 1;
	end = text_line_end(t, last);
	to = e->vim.lines == 1 ? pos : text_line_start(t, last);
	for (size_t n = e->vim.chars; n > 1 && to < end; n--)
		to = text_next(t, to);
	e->vim.mode = e->vim.whole ? VIM_LINES : VIM_VISUAL;
	e->mark = true;
	select_set(e, pos, e->vim.whole ? text_line_start(t, last) : to);
}

static void
operate_selected(struct editor *e, struct parsed *p)
{
	bool lines =
	    e->vim.mode == VIM_LINES || p->deed.op == '>' || p->deed.op == '<';
	struct span s = lines ? vimdo_selected_lines(e) : select_span(e);

	p->deed.at = vimdo_selected_start(e);
	e->vim.mode = VIM_NORMAL;
	e->mark = false;
	vimdo_operate(e, &p->deed, s, lines);
}

static bool
is_change(const struct parsed *p)
{
	return p->act != NULL ? p->act->flags & VIMDO_CHANGE
			      : p->deed.op != 0 && p->deed.op != 'y';
}

/* False: there was nothing to do. */
static bool
dispatch(struct editor *e, struct parsed *p, bool visual)
{
	if (p->act == NULL && p->deed.op != 0 && !visual)
		return operate(e, p);
	if (p->act != NULL)
		p->act->fn(e, &p->deed);
	else if (p->deed.op == 0)
		move(e, p);
	else
		operate_selected(e, p);
	return true;
}

static void
perform(struct editor *e, struct parsed *p)
{
	bool visual = vim_is_visual(e);
	bool kept = is_change(p) && !e->vim.replaying;
	struct vim_keys keys = e->vim.keys;
	size_t undo_pos = e->vim.undo_pos;

	if (kept && visual)
		measure(e);
	e->vim.keys.n = 0;
	e->vim.asking = keys;
	if (p->act == NULL || p->deed.op == 0)
		e->vim.asking.n = 0;
	if (is_change(p))
		e->vim.undo_pos =
		    visual ? vimdo_selected_start(e) : select_head(e);
	peer_undo_hold(e->peer, true);
	if (!dispatch(e, p, visual)) {
		e->vim.undo_pos = undo_pos;
	} else if (kept) {
		e->vim.last = keys;
		e->vim.last_visual = visual;
	}
	if (e->vim.mode == VIM_INSERT)
		return; /* it goes on */
	if (visual && is_change(p))
		vim_normal(e);
	peer_undo_hold(e->peer, false);
}

void
vim_again(struct editor *e, unsigned n)
{
	struct parsed p;

	if (e->vim.last.n == 0 || e->vim.replaying || !change_allowed(e))
		return;
	if (e->vim.last_visual)
		select_as_then(e);
	if (parse(&e->vim.last, vim_is_visual(e), &p) != WHOLE)
		return;
	if (n > 0 && !e->vim.last_visual) { /* from now on */
		p.deed.n = n;
		p.deed.counted = true;
	}
	e->vim.replaying = true;
	perform(e, &p);
	if (e->vim.mode == VIM_INSERT) {
		n = e->vim.again;
		e->vim.again = 0;
		insert_once(e);
		e->vim.again = n;
		end_insert(e);
	}
	e->vim.replaying = false;
}

void
vim_asked(struct editor *e)
{
	struct parsed p;

	e->vim.keys = e->vim.asking;
	e->vim.keys.key[e->vim.keys.n - 1] = 'n';
	if (parse(&e->vim.keys, false, &p) == WHOLE)
		perform(e, &p);
}

/* --- which keys are ours --- */

/* Of a key that a command may consist of: what a terminal sends; else 0. */
static uint32_t
code_of(const struct key *key)
{
	if (key_is_typed(key))
		return key->cp;
	if (key->code == K_CHAR && key->mods == K_CTRL && key->cp < 0x80 &&
	    strchr("druwaekvxy", (int)key->cp) != NULL)
		return CTRL(key->cp);
	if (key->code == K_TAB) /* what it does in vim has no place here */
		return '\t';
	if (key->mods != 0)
		return 0;
	return key->code == K_ENTER       ? '\r'
	       : key->code == K_BACKSPACE ? '\b'
	       : key->code == K_DELETE    ? DEL
	       : key->code == K_ESC       ? ESC
					  : 0;
}

/* Esc and what follows it at once look like one key, with Alt. */
static bool
is_two(const struct key *key)
{
	return (key->code == K_CHAR || key->code == K_ENTER) &&
	       (key->mods & K_ALT);
}

static bool
wants_inserting(struct editor *e, const struct key *key)
{
	bool plain = key->mods == 0;

	if (is_two(key) ||
	    (plain && (key->code == K_ESC || key->code == K_ENTER)) ||
	    key_is_one_of(key, "C-w C-u C-v"))
		return true;
	if ((is_quoting(e) && code_of(key) != 0) ||
	    (e->vim.over &&
		(key_is_typed(key) || key_is_one_of(key, "Tab Backspace"))))
		return true;
	e->vim.keys.n = 0;
	/* what is typed goes its usual way, and is noted */
	if (key_is_typed(key))
		note(e, key->cp);
	else if (key->code == K_TAB && plain)
		note(e, '\t');
	else if (key->code == K_BACKSPACE && plain)
		note(e, DEL);
	else if (key->code == K_PASTE && !e->vim.over)
		note_paste(e, key);
	return false;
}

static bool
wants(struct editor *e, const struct key *key)
{
	if (e->vim.mode == VIM_INSERT) {
		e->vim.before = select_head(e);
		e->vim.noted = false;
		return wants_inserting(e, key);
	}
	/* others may have changed the text, and the mouse the selection */
	settle(e);
	if (is_two(key) || code_of(key) != 0)
		return true;
	if (!is_quoting(e))
		e->vim.keys.n = 0;
	return false;
}

static void
say_nothing(struct editor *e)
{
	char keys[64];

	vim_pending(e, keys, sizeof(keys));
	if (keys[0] != '\0')
		editor_say(e, TOAST_ANSWER,
		    "%s does nothing here - ^P shows what does", keys);
}

static void
say_no_blocks(struct editor *e)
{
	editor_say(
	    e, TOAST_ANSWER, "^V: blocks are not selected here - Esc goes on");
}

/* A key behind ^V while one inserts: no text has controls. */
static void
quoted_key(struct editor *e, uint32_t key)
{
	if (key != '\t' && (key < 0x20 || key == DEL)) {
		e->vim.keys.n = 0;
		editor_say(e, TOAST_ANSWER, "That is no character of a text");
		return;
	}
	insert_key(e, key);
	note(e, CTRL('v'));
	note(e, key);
}

static void
inserting_key(struct editor *e, const struct key *key)
{
	uint32_t code = key->code == K_BACKSPACE ? DEL : code_of(key);

	if (is_quoting(e)) {
		quoted_key(e, code);
		return;
	}
	insert_key(e, code);
	if (code != CTRL('v'))
		note(e, code);
}

static void
escape(struct editor *e)
{
	if (e->vim.mode == VIM_INSERT && is_quoting(e)) {
		quoted_key(e, ESC);
		return;
	}
	if (is_quoting(e))
		editor_unsay(e, TOAST_ANSWER);
	follow_stop(e);
	if (e->vim.mode == VIM_INSERT)
		end_insert(e);
	else if (vim_is_visual(e))
		vim_normal(e);
	e->vim.keys.n = 0;
}

static void
normal_key(struct editor *e, uint32_t key)
{
	struct vim_keys *k = &e->vim.keys;
	struct parsed p;

	if (is_quoting(e)) {
		if (key == CTRL('v'))
			k->n = 0;
		else
			say_no_blocks(e);
		return;
	}
	if (key == 'q' && k->n == 0 && e->vim.recording) {
		e->vim.recording = false;
		return;
	}
	if (k->n == VIM_KEYS_MAX)
		k->n = 0;
	k->key[k->n++] = key;
	switch (parse(k, vim_is_visual(e), &p)) {
	case MORE:
		break;
	case WHOLE:
		perform(e, &p);
		break;
	case NOTHING:
		if (key == CTRL('v')) {
			quote(e);
			say_no_blocks(e);
			break;
		}
		say_nothing(e);
		e->vim.recording = k->key[0] == 'q';
		k->n = 0;
		break;
	}
}

static void
press(struct editor *e, const struct key *key)
{
	struct key second = *key;

	if (is_two(key)) {
		escape(e);
		settle(e);
		second.mods &= (uint8_t)~K_ALT;
		command_key(e, &second);
	} else if (key->code == K_ESC) {
		escape(e);
	} else if (e->vim.mode == VIM_INSERT) {
		inserting_key(e, key);
	} else {
		normal_key(e, code_of(key));
	}
}

/* --- for the menu --- */

/* clang-format off */
static const struct binding bindings[] = {
	{ .keys = "u",		.as = "C-z" },
	{ .keys = "C-r",	.as = "C-y" },
	{ .keys = "/",		.as = "C-f" },
	{ .keys = "n",		.as = "F3" },
	{ .keys = "N",		.as = "S-F3" },
	{ .keys = "%",		.as = "M-]" },
	{ .keys = "p",		.as = "C-v" },
	{ .keys = "C-a C-e C-k C-d C-w C-x C-y Tab S-Tab M-b M-f M-< M-> M-/ M-Backspace", .as = NULL },
};
/* clang-format on */

const struct keymap_info keymap_vim = {
	.name = "vim",
	.menu = "^P",
	.run = "F5",
	.bindings = bindings,
	.n = sizeof(bindings) / sizeof(bindings[0]),
	.names_only = true,
	.wants = wants,
	.key = press,
	.settle = settle,
};
