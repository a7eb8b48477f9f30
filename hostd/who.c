/* who.c - who asks, and what that one may do. */
#include <stdio.h>
#include <string.h>

#include "hostd/who.h"

static enum right
seat_right(const struct who *w, const struct room *room)
{
	enum right best = RIGHT_NONE;
	const struct member *m;

	for (unsigned i = 1; i <= room->last_site; i++) {
		m = room->members[i];
		if (m == NULL || m->row.user != w->user ||
		    m->row.state == SEAT_KICKED || m->row.label[0] == '@')
			continue;
		if (m->row.role == ROLE_INTERVIEWER)
			return RIGHT_STAFF;
		if (m->row.role == ROLE_OBSERVER)
			best = RIGHT_READ;
	}
	return best;
}

enum right
who_right(const struct who *w, const struct room *room)
{
	if (who_owns(w, &room->row))
		return RIGHT_STAFF;
	return w->kind == WHO_USER ? seat_right(w, room) : RIGHT_NONE;
}

bool
who_owns(const struct who *w, const struct room_row *row)
{
	return w->admin || (w->kind == WHO_USER && row->owner_user == w->user);
}

void
who_label(
    const struct who *w, const struct room *room, char dst[WHO_LABEL_SIZE])
{
	const struct member *m = room != NULL ? room->members[w->site] : NULL;

	if (w->kind == WHO_LOCAL)
		snprintf(dst, WHO_LABEL_SIZE, "%s", LABEL_LOCAL);
	else if (w->kind == WHO_USER)
		snprintf(dst, WHO_LABEL_SIZE, "@%s", w->name);
	else if (w->kind == WHO_SEAT && m != NULL)
		snprintf(dst, WHO_LABEL_SIZE, "%s/%s", w->room, m->row.label);
	else
		snprintf(dst, WHO_LABEL_SIZE, "%s", w->room);
}

int
who_site(const struct who *w, struct room *room, uint8_t *site)
{
	char label[LABEL_SIZE];
	struct member *m;
	int r = 0;

	*site = SITE_LOCAL;
	if (w->kind == WHO_LOCAL)
		return 0;
	if (w->kind == WHO_SEAT) {
		*site = w->site;
		return 0;
	}
	snprintf(label, sizeof(label), "@%s", w->name);
	if ((m = room_seat_find(room, label)) == NULL) {
		r = room_seat_add(room, ROLE_INTERVIEWER, label, label, &m);
		if (r == 0)
			r = room_seat_own(room, m, w->user);
	}
	if (r == 0)
		*site = m->row.site;
	return r;
}
