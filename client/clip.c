/* clip.c - cut, copy and paste. */
#include <string.h>

#include "client/block.h"
#include "client/change.h"
#include "client/clip.h"
#include "proto/base64.h"

/* --- copying --- */

/* What a copy takes: the selection, or the caret's line with its newline. */
static struct span
what(const struct editor *e, bool *line)
{
	const struct text *t = editor_text(e);
	struct span s = select_lines(e);

	*line = !select_any(e);
	if (!*line)
		return select_span(e);
	return (struct span){ text_line_start(t, s.from),
		text_line_start(t, s.to) };
}

/* S of the text into the clipboard; a last line gets the newline it lacks. */
bool
clip_keep(struct editor *e, struct span s, bool line)
{
	const struct text *t = editor_text(e);
	struct buf *b = &e->clip.text;
	const uint8_t *p;
	size_t n;

	if (s.to - s.from > CLIP_MAX - 1) {
		editor_say(e, TOAST_ANSWER,
		    "Too large to copy: %zu bytes, at most %d", s.to - s.from,
		    CLIP_MAX - 1);
		return false;
	}
	buf_clear(b);
	for (size_t at = s.from; at < s.to; at += n) {
		p = text_span(t, at, &n);
		n = n < s.to - at ? n : s.to - at;
		buf_put_raw(b, p, n);
	}
	if (line && (b->len == 0 || b->data[b->len - 1] != '\n'))
		buf_put_u8(b, '\n');
	if (b->err != 0)
		change_explain(e, b->err);
	e->clip.line = line;
	e->clip.fresh = b->err == 0;
	return b->err == 0;
}

void
clip_text(struct editor *e, const char *text)
{
	struct buf *b = &e->clip.text;

	buf_clear(b);
	buf_put_raw(b, text, strlen(text));
	e->clip.line = false;
	e->clip.fresh = b->err == 0;
}

/* TEXT[LEN] takes the place of what is selected, or comes to the caret. */
static bool
insert(struct editor *e, const uint8_t *text, size_t len, uint8_t flags)
{
	struct span s = select_span(e);
	struct op op;

	op_init(&op);
	op_splice(&op, s.from, s.to - s.from, text, len);
	return change_alone(e, &op, flags, s.from + len, s.from + len);
}

void
clip_copy(struct editor *e)
{
	bool line;
	struct span s = what(e, &line);

	if (!clip_keep(e, s, line))
		return;
	if (e->clip.kept_in)
		editor_say(e, TOAST_ANSWER,
		    e->tiny ? "Copied here. Out: ^P \"copy screen\""
			    : "Copied inside CodeSync. To copy out: ^P \"copy "
			      "screen\"");
	else
		editor_say(e, TOAST_ANSWER,
		    line ? "The line is copied - ^V puts it above another"
			 : "Copied - ^V pastes it");
}

void
clip_cut(struct editor *e)
{
	bool line;
	struct span s = what(e, &line);

	if (!change_allowed(e) || !clip_keep(e, s, line))
		return;
	if (line)
		block_delete(e);
	else
		insert(e, NULL, 0, 0);
}

/* --- pasting --- */

/* The caret stays where it is in its line, which goes down. */
static void
insert_line(struct editor *e, const uint8_t *text, size_t len)
{
	const struct text *t = editor_text(e);
	size_t head = select_head(e);
	struct op op;

	op_init(&op);
	op_splice(&op, text_line_start(t, text_line_of(t, head)), 0, text, len);
	change_alone(e, &op, 0, head + len, head + len);
}

void
clip_paste(struct editor *e)
{
	const struct buf *b = &e->clip.text;

	if (b->len == 0)
		editor_say(e, TOAST_ANSWER,
		    "Nothing is copied here - paste with your terminal's key");
	else if (e->clip.line && !select_any(e))
		insert_line(e, b->data, b->len);
	else
		insert(e, b->data, b->len, 0);
}

void
clip_paste_key(struct editor *e, const struct key *key)
{
	if (insert(e, key->text, key->len, EDIT_PASTE))
		editor_say(e, TOAST_ANSWER,
		    "Pasted %zu bytes - ^Z takes it back", key->len);
}

/* --- the terminal's clipboard --- */

#define PIECE 48 /* bytes: whole digits */

void
clip_sequence(const struct editor *e, struct buf *out)
{
	static const char padding[] = "==";
	const struct buf *b = &e->clip.text;
	char text[PIECE / 3 * 4 + 1];
	size_t n;

	buf_put_raw(out, "\033]52;c;", 7);
	for (size_t at = 0; at < b->len; at += n) {
		n = b->len - at < PIECE ? b->len - at : PIECE;
		base64_put(b->data + at, n, text, sizeof(text));
		buf_put_raw(out, text, strlen(text));
	}
	buf_put_raw(out, padding, (3 - b->len % 3) % 3);
	buf_put_u8(out, '\a');
}
