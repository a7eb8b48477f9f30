/* who.c - who asks, and what that one may do. */
#include <stdio.h>
#include <string.h>

#include "hostd/who.h"
#include "proto/err.h"

/* What W is to the room of ROW: it is asked of the rows, so that nobody's
 * question loads a room that is not theirs. */
static int
right_to(const struct who *w, struct store *s, const struct room_row *row,
    enum right *has)
{
	bool staff, observer;
	int r;

	*has = w->admin ? RIGHT_STAFF : RIGHT_NONE;
	if (w->admin || w->kind != WHO_USER)
		return 0;
	if ((r = store_seat_roles(s, row->key, w->user, &staff, &observer)) < 0)
		return r;
	if (staff || row->owner_user == w->user)
		*has = RIGHT_STAFF;
	else if (observer)
		*has = RIGHT_READ;
	return 0;
}

/* A room that does not exist has seats like any other, which nobody has. */
int
who_right(const struct who *w, struct store *s, const char *typed,
    char id[ROOM_ID_LEN + 1], enum right *has)
{
	struct room_row row = { .key = 0 };
	int r = room_id_read(typed, id), asked;

	if (r == 0)
		r = store_room_get(s, id, &row);
	asked = right_to(w, s, &row, has);
	if (r == CS_EINVAL || (r == 0 && asked == 0 && *has == RIGHT_NONE))
		return CS_ENOTFOUND;
	return r < 0 ? r : asked;
}

bool
who_owns(const struct who *w, const struct room_row *row)
{
	return w->admin || (w->kind == WHO_USER && row->owner_user == w->user);
}

bool
who_same(const struct who *a, const struct who *b)
{
	return a->kind == WHO_USER && b->kind == WHO_USER && a->user == b->user;
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
	int r = 0, made = 0;

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
		made = 1;
	}
	if (r < 0)
		return r;
	*site = m->row.site;
	return made;
}
