/* follow.c - following somebody's caret, and the stack of places to go back to. */
#include <stdio.h>
#include <string.h>

#include "client/follow.h"
#include "client/status.h"

/* --- who --- */

static bool
is_in_room(const struct editor *e, uint8_t site)
{
	const struct seen *s = &e->people[site];

	return s->known && site != e->welcome.site &&
	       (s->person.state == PERSON_HERE ||
		   s->person.state == PERSON_AWAY);
}

bool
follow_can(const struct editor *e, uint8_t site)
{
	return e->joined && is_in_room(e, site) && !editor_is_hidden(e, site);
}

static const struct caret *
caret_of(const struct editor *e, uint8_t site)
{
	const struct caret *all;
	size_t n;

	if (e->peer == NULL)
		return NULL;
	all = peer_carets(e->peer, &n);
	for (size_t i = 0; i < n; i++)
		if (all[i].site == site)
			return &all[i];
	return NULL;
}

const struct caret *
follow_caret(const struct editor *e)
{
	const struct follow *f = &e->follow;

	if (f->site == 0 || f->paused || !follow_can(e, f->site))
		return NULL;
	return caret_of(e, f->site);
}

/* --- the way back --- */

void
follow_remember(struct editor *e)
{
	struct follow *f = &e->follow;
	struct caret own;

	if (e->peer == NULL)
		return;
	if (f->njumps == JUMPS_MAX)
		memmove(f->jumps, f->jumps + 1,
		    (size_t)--f->njumps * sizeof(f->jumps[0]));
	own = peer_caret(e->peer);
	f->jumps[f->njumps++] = (struct jump){ e->file, own.head };
}

static void
go(struct editor *e, uint8_t file, size_t head)
{
	size_t len = text_len(peer_text(e->peer, file));

	e->loose = false;
	editor_show_file(e, file);
	if (head > len)
		head = len;
	peer_caret_set(e->peer, file, head, head);
	peer_undo_break(e->peer);
	e->goal = -1;
}

void
follow_back(struct editor *e)
{
	struct follow *f = &e->follow;
	struct jump to;

	if (f->njumps == 0) {
		editor_say(e, TOAST_ANSWER, "There is nowhere to go back to");
		return;
	}
	to = f->jumps[--f->njumps];
	follow_stop(e);
	go(e, to.file, to.head);
}

void
follow_changed(struct editor *e, uint8_t file, const struct op *op)
{
	struct follow *f = &e->follow;

	for (int i = 0; i < f->njumps; i++)
		if (f->jumps[i].file == file)
			f->jumps[i].head =
			    op_move_pos(op, f->jumps[i].head, false);
}

/* --- following --- */

void
follow_start(struct editor *e, uint8_t site)
{
	struct follow *f = &e->follow;

	if (!follow_can(e, site)) {
		editor_say(e, TOAST_ANSWER, "%s cannot be followed",
		    site == e->welcome.site ? "One's own caret"
					    : editor_name_of(e, site));
		return;
	}
	if (f->site == 0 || f->paused) /* else our caret has not moved */
		follow_remember(e);
	f->site = site;
	f->paused = false;
	f->settled = true;
	e->loose = true;
}

uint8_t
follow_whom(const struct editor *e)
{
	const struct follow *f = &e->follow;
	uint8_t site = f->site;

	if (f->paused && follow_can(e, site))
		return site;
	for (int i = 0; i < SITE_MAX; i++) {
		site = site < SITE_MAX ? site + 1 : 1;
		if (site != f->site && follow_can(e, site) &&
		    e->people[site].person.state == PERSON_HERE)
			return site;
	}
	return 0;
}

void
follow_next(struct editor *e)
{
	uint8_t site = follow_whom(e);

	if (site != 0)
		follow_start(e, site);
	else
		editor_say(e, TOAST_ANSWER, "There is nobody %sto follow",
		    e->follow.site != 0 ? "else " : "");
}

void
follow_stop(struct editor *e)
{
	e->follow.settled |= e->follow.site != 0;
	e->follow.site = 0;
	e->follow.paused = false;
}

void
follow_pause(struct editor *e)
{
	e->follow.own_ms = e->now_ms;
	e->follow.paused = e->follow.site != 0;
	e->loose = false;
}

void
follow_file(struct editor *e)
{
	const struct caret *c = follow_caret(e);

	if (c != NULL && c->file != e->file)
		editor_show_file(e, c->file);
}

void
follow_go(struct editor *e, uint8_t file, size_t head)
{
	follow_remember(e);
	follow_pause(e);
	e->mark = false;
	go(e, file, head);
}

void
follow_jump(struct editor *e, uint8_t site)
{
	const struct caret *c = caret_of(e, site);

	if (c != NULL && follow_can(e, site))
		follow_go(e, c->file, c->head);
}

static uint8_t
candidate_here(const struct editor *e)
{
	for (int i = 1; i <= SITE_MAX; i++)
		if (follow_can(e, (uint8_t)i) &&
		    e->people[i].person.state == PERSON_HERE &&
		    e->people[i].person.role == ROLE_CANDIDATE)
			return (uint8_t)i;
	return 0;
}

void
follow_people(struct editor *e)
{
	struct follow *f = &e->follow;
	uint8_t site;

	if (f->site != 0 && !is_in_room(e, f->site)) {
		f->site = 0;
		f->paused = false;
	}
	if (f->site != 0 || f->settled || !editor_is_staff(e) ||
	    e->welcome.ended || (site = candidate_here(e)) == 0)
		return;
	/* who is at work is not taken away from it */
	f->site = site;
	f->paused = f->own_ms != 0 && e->now_ms - f->own_ms < FOLLOW_REST_MS;
	if (f->paused)
		return;
	follow_remember(e);
	e->loose = true;
}

/* --- what is said --- */

void
follow_news(const struct editor *e, int cols, char *dst, size_t size)
{
	static const char paused[] = "FOLLOW PAUSED - F7 resumes";
	char name[NAME_MAX_BYTES + 4];
	const struct follow *f = &e->follow;
	int room = cols - grid_width("FOLLOWING  - Esc stops");

	dst[0] = '\0';
	if (f->site == 0 || e->welcome.ended)
		return;
	if (f->paused) {
		snprintf(dst, size, "%s", paused);
		return;
	}
	status_shorten(editor_name_of(e, f->site), room, name, sizeof(name));
	snprintf(dst, size, "FOLLOWING %s - Esc stops", name);
}
