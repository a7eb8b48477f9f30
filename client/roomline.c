/* roomline.c - a room as one line of the list of rooms. */
#include <stdio.h>
#include <string.h>

#include "client/clock.h"
#include "client/roomline.h"
#include "client/show.h"

#define TEXT_SIZE 160
#define MARK_COLS 4 /* "> 1 " */

/* What is on a line. */
struct content {
	const struct json *room;
	const char *code, *today;
};

/* --- what is in a column --- */

size_t
roomline_people(const struct json *room, const char *state)
{
	const struct json *people = json_get(room, "people");
	const char *s;
	size_t n = 0;

	for (size_t i = 0; i < json_count(people); i++) {
		s = json_get_str(json_at(people, i), "state");
		n += state == NULL || (s != NULL && strcmp(s, state) == 0);
	}
	return n;
}

static bool
holds(const struct json *o, const char *key, const char *text)
{
	const char *s = json_get_str(o, key);

	return s != NULL && strcasestr(s, text) != NULL;
}

bool
roomline_holds(const struct json *room, const char *text)
{
	const struct json *people = json_get(room, "people");

	for (size_t i = 0; i < json_count(people); i++)
		if (holds(json_at(people, i), "name", text))
			return true;
	return holds(room, "id", text) || holds(room, "title", text) ||
	       holds(room, "state", text);
}

static void
text_of(const struct json *room, const char *key, char *dst)
{
	const char *s = json_get_str(room, key);

	snprintf(dst, TEXT_SIZE, "%s", s != NULL ? s : "");
}

static void
put_id(const struct content *c, char *dst)
{
	text_of(c->room, "id", dst);
}

static void
put_title(const struct content *c, char *dst)
{
	text_of(c->room, "title", dst);
}

static void
put_state(const struct content *c, char *dst)
{
	text_of(c->room, "state", dst);
}

static void
put_people(const struct content *c, char *dst)
{
	snprintf(dst, TEXT_SIZE, "%zu/%zu", roomline_people(c->room, "here"),
	    roomline_people(c->room, NULL));
}

/* "13:49" of today, else "01-31". */
static void
put_started(const struct content *c, char *dst)
{
	const char *at = json_get_str(c->room, "started_at");

	if (at == NULL || strlen(at) < 16)
		snprintf(dst, TEXT_SIZE, "--");
	else if (strncmp(at, c->today, 10) == 0)
		snprintf(dst, TEXT_SIZE, "%.5s", at + 11);
	else
		snprintf(dst, TEXT_SIZE, "%.5s", at + 5);
}

/* What is left while it goes on; what it took when it is over, or without an end
 * that is planned; what is planned before it begins. */
static void
put_timer(const struct content *c, char *dst)
{
	int64_t planned = json_get_int(c->room, "minutes", 0) * 60;
	int64_t used = json_get_int(c->room, "used_s", -1);
	bool left = planned > 0 && json_get_str(c->room, "ended_at") == NULL;
	char text[24];

	if (used < 0 && !left) {
		snprintf(dst, TEXT_SIZE, "-");
		return;
	}
	used = used > 0 ? used : 0;
	clock_left(left ? planned - used : used, text, sizeof(text));
	snprintf(dst, TEXT_SIZE, "%s%s", text,
	    json_get_bool(c->room, "paused") ? " ||" : "");
}

static void
put_code(const struct content *c, char *dst)
{
	snprintf(dst, TEXT_SIZE, "%s", c->code != NULL ? c->code : "-");
}

/* --- the columns --- */

enum { TITLE = 1, CODE = 6, COLUMNS };

/* On terminals with so many columns, and how many it has with a blank behind. */
static const struct {
	const char *head;
	int from, cols;
	void (*fn)(const struct content *c, char dst[TEXT_SIZE]);
} columns[COLUMNS] = {
	{ "ROOM", 0, 8, put_id },
	{ "TITLE", 0, 0, put_title }, /* what is left */
	{ "STATE", 0, 8, put_state },
	{ "PEOPLE", 0, 7, put_people },
	{ "STARTED", 50, 8, put_started },
	{ "TIMER", 60, 10, put_timer },
	{ "CODE", 80, 15, put_code },
};

static int
fixed_cols(const struct roomline *l, int i)
{
	if (i == TITLE || l->cols < columns[i].from)
		return 0;
	return i == CODE && !l->coded ? (int)strlen(columns[i].head) + 1
				      : columns[i].cols;
}

static int
cols_of(const struct roomline *l, int i)
{
	int left = l->cols - 1 - MARK_COLS;

	if (i != TITLE)
		return fixed_cols(l, i);
	for (int k = 0; k < COLUMNS; k++)
		left -= fixed_cols(l, k);
	return left;
}

/* TEXT and a blank behind it in COLS columns, from *X on as far as L goes. */
static void
put(const struct roomline *l, int *x, int cols, const char *text)
{
	int free = l->cols - 1 - *x;

	cols = cols < free ? cols : free;
	if (cols <= 0)
		return;
	if (cols > 1)
		show_text(text, (size_t)cols - 1);
	putchar(' ');
	*x += cols;
}

void
roomline_head(const struct roomline *l)
{
	int x = 0;

	put(l, &x, MARK_COLS, "");
	for (int i = 0; i < COLUMNS; i++)
		put(l, &x, cols_of(l, i), columns[i].head);
}

void
roomline_put(const struct roomline *l, const struct json *room,
    const char *mark, const char *code)
{
	const struct content c = { room, code, l->today };
	char text[TEXT_SIZE];
	int x = 0;

	put(l, &x, MARK_COLS, mark);
	for (int i = 0; i < COLUMNS; i++) {
		columns[i].fn(&c, text);
		put(l, &x, cols_of(l, i), text);
	}
}
