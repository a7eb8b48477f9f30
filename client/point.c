/* point.c - the lines that people point at. */
#include <stdio.h>
#include <string.h>

#include "client/follow.h"
#include "client/place.h"
#include "client/point.h"
#include "client/select.h"
#include "client/status.h"

/* --- pointing --- */

/* Where SITE's goes: in the place of its last one, else of the oldest. */
static struct point *
slot(struct editor *e, uint8_t site)
{
	struct point *oldest = &e->points[0];

	for (int i = 0; i < POINTS_MAX; i++) {
		if (e->points[i].site == site)
			return &e->points[i];
		if (e->points[i].until_ms < oldest->until_ms)
			oldest = &e->points[i];
	}
	return oldest;
}

static void
put(struct editor *e, uint8_t site, uint8_t file, size_t pos)
{
	*slot(e, site) = (struct point){ .site = site,
		.file = file,
		.pos = pos,
		.until_ms = e->now_ms + POINT_MS };
}

const char *
point_why_not(const struct editor *e)
{
	if (e->lobby || !e->joined)
		return "Nobody is here to be shown a line";
	if (e->welcome.role == ROLE_OBSERVER)
		return "You can read here, not point";
	if (e->focus.on)
		return "Focus time - nobody is shown a line until it is over";
	return "";
}

void
point_at(struct editor *e, size_t pos)
{
	const struct text *t = editor_text(e);
	size_t line = text_line_of(t, pos);
	const char *why = point_why_not(e);

	if (why[0] == '\0' && !e->online)
		why = "Not connected just now - point again in a moment";
	if (why[0] != '\0') {
		editor_say(e, TOAST_ANSWER, "%s", why);
		return;
	}
	put(e, e->welcome.site, e->file, text_line_start(t, line));
	e->point_wanted = true;
	editor_say(
	    e, TOAST_ANSWER, "You point at line %zu, on all screens", line + 1);
}

void
point_here(struct editor *e)
{
	point_at(e, select_head(e));
}

void
point_take(struct editor *e, const struct caret *c, uint64_t rev)
{
	const struct text *t = peer_text(e->peer, c->file);
	size_t pos;

	if (t == NULL || c->site == e->welcome.site ||
	    !e->people[c->site].known)
		return;
	pos = peer_place_remote(e->peer, c->file, c->head, rev);
	if (pos <= text_len(t))
		put(e, c->site, c->file, pos);
	editor_active(e, c->site);
}

bool
point_own(const struct editor *e, struct caret *c)
{
	const struct point *p;

	for (p = e->points; p < e->points + POINTS_MAX; p++)
		if (p->site == e->welcome.site && p->site != 0) {
			*c = (struct caret){ p->site, p->file, true, p->pos,
				p->pos };
			return true;
		}
	return false;
}

/* --- what is seen of it --- */

const struct point *
point_on(const struct editor *e, uint8_t file, size_t start, size_t len)
{
	const struct point *p;

	for (p = e->points; p < e->points + POINTS_MAX; p++)
		if (p->site != 0 && p->file == file && p->pos >= start &&
		    p->pos <= start + len)
			return p;
	return NULL;
}

static bool
is_on_screen(const struct editor *e, const struct point *p)
{
	size_t line;

	if (p->file != e->file || e->page <= 0)
		return false;
	line = text_line_of(editor_text(e), p->pos);
	return line >= e->top && line < place_bottom(e);
}

/* What others point at now and we do not see, or could not hear of, or see without
 * a name because there is no room for one; the newest of it. */
static const struct point *
unseen(const struct editor *e)
{
	const struct point *p, *found = NULL;

	if (editor_text(e) == NULL)
		return NULL;
	for (p = e->points; p < e->points + POINTS_MAX; p++)
		if (p->site != 0 && p->site != e->welcome.site &&
		    (e->calm || e->tiny || !is_on_screen(e, p)) &&
		    (found == NULL || p->until_ms > found->until_ms))
			found = p;
	return found;
}

bool
point_jump(struct editor *e)
{
	const struct point *p = unseen(e);

	if (p == NULL)
		return false;
	follow_go(e, p->file, p->pos);
	return true;
}

void
point_news(const struct editor *e, int cols, char *dst, size_t size)
{
	char name[NAME_MAX_BYTES + 4], file[NAME_MAX_BYTES + 8] = "";
	const struct point *p = unseen(e);
	char what[NAME_MAX_BYTES + 64];

	dst[0] = '\0';
	if (p == NULL)
		return;
	if (p->file != e->file)
		snprintf(file, sizeof(file), " of %s",
		    peer_file_name(e->peer, p->file));
	snprintf(what, sizeof(what), " points at line %zu%s - F7 jumps",
	    text_line_of(peer_text(e->peer, p->file), p->pos) + 1, file);
	status_shorten(editor_name_of(e, p->site), cols - grid_width(what),
	    name, sizeof(name));
	snprintf(dst, size, "%s%s", name, what);
}

/* --- later --- */

void
point_changed(struct editor *e, uint8_t file, const struct op *op)
{
	for (struct point *p = e->points; p < e->points + POINTS_MAX; p++)
		if (p->site != 0 && p->file == file)
			p->pos = op_move_pos(op, p->pos, false);
}

void
point_tick(struct editor *e)
{
	for (struct point *p = e->points; p < e->points + POINTS_MAX; p++)
		if (p->site != 0 && e->now_ms >= p->until_ms)
			memset(p, 0, sizeof(*p));
}
