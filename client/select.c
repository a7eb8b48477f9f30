/* select.c - the caret and what is selected. The replica (proto/peer.h) keeps
 * both ends and moves them along with what others change. */
#include "client/select.h"

size_t
select_head(const struct editor *e)
{
	return peer_caret(e->peer).head;
}

/* As vim's visual modes have it. */
static struct span
visual_span(const struct editor *e, struct span s)
{
	const struct text *t = editor_text(e);

	if (e->vim.mode == VIM_VISUAL)
		return (struct span){ s.from, text_next(t, s.to) };
	return (struct span){ text_line_start(t, text_line_of(t, s.from)),
		text_line_start(t, text_line_of(t, s.to) + 1) };
}

struct span
select_span(const struct editor *e)
{
	struct caret c = peer_caret(e->peer);
	struct span s = c.anchor < c.head ? (struct span){ c.anchor, c.head }
					  : (struct span){ c.head, c.anchor };

	return e->vim.mode >= VIM_VISUAL ? visual_span(e, s) : s;
}

bool
select_any(const struct editor *e)
{
	struct caret c = peer_caret(e->peer);

	return c.anchor != c.head || e->vim.mode >= VIM_VISUAL;
}

struct span
select_lines(const struct editor *e)
{
	const struct text *t = editor_text(e);
	struct span s = select_span(e);
	struct span lines = { text_line_of(t, s.from), text_line_of(t, s.to) };

	if (lines.to == lines.from || text_line_start(t, lines.to) != s.to)
		lines.to++;
	return lines;
}

void
select_set(struct editor *e, size_t anchor, size_t head)
{
	peer_caret_set(e->peer, e->file, anchor, head);
	e->goal = -1;
	peer_undo_break(e->peer);
}

void
select_go(struct editor *e, size_t pos)
{
	bool grows = e->extend || e->mark;

	select_set(e, grows ? peer_caret(e->peer).anchor : pos, pos);
}

void
select_mark(struct editor *e)
{
	bool mark = !e->mark;

	select_drop(e);
	e->mark = mark;
	editor_say(e, TOAST_ANSWER,
	    mark ? "Mark set - moves select from here, Esc ends it"
		 : "The mark is gone");
}

void
select_all(struct editor *e)
{
	e->mark = false;
	select_set(e, 0, text_len(editor_text(e)));
}

bool
select_in_word(const struct text *t, size_t pos)
{
	int c = text_byte(t, pos);

	return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || c == '_';
}

static bool
is_blank(const struct text *t, size_t pos)
{
	int c = text_byte(t, pos);

	return c == ' ' || c == '\t';
}

/* As far to both sides of POS as the bytes are all IS. */
static struct span
stretch(const struct text *t, size_t pos,
    bool (*is)(const struct text *t, size_t pos))
{
	struct span s = { pos, pos };

	while (s.from > 0 && is(t, s.from - 1))
		s.from--;
	while (s.to < text_len(t) && is(t, s.to))
		s.to++;
	return s;
}

struct span
select_word_at(const struct text *t, size_t pos)
{
	if (select_in_word(t, pos))
		return stretch(t, pos, select_in_word);
	if (is_blank(t, pos))
		return stretch(t, pos, is_blank);
	if (text_byte(t, pos) == '\n' || pos >= text_len(t))
		return (struct span){ pos, pos };
	return (struct span){ pos, text_next(t, pos) };
}

bool
select_drop(struct editor *e)
{
	size_t head = select_head(e);
	bool any = select_any(e) || e->mark;

	e->mark = false;
	if (any)
		select_set(e, head, head);
	return any;
}
