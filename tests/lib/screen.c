/* screen.c - screens as files. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "client/view.h"
#include "proto/sys/util.h"
#include "proto/utf8.h"
#include "tests/lib/pad.h"
#include "tests/lib/screen.h"

#define SCREENS "tests/screens"

static const char program[] =
    "def two_sum(nums, target):\n    seen = {}\n"
    "    for i, n in enumerate(nums):\n        if target - n in seen:\n"
    "            return [seen[target - n], i]\n        seen[n] = i\n"
    "    return None\n\nprint(two_sum([2, 7, 11, 15], 9))\n";

/* By enum paint; a letter is a person's. */
static const char paints[PAINTS + 1] = " ksn#fd=-e!^.bx01234567CIJKLM";

/* What is drawn of a cell in DST; returns how many bytes. */
static int
character(const struct cell *c, char *dst)
{
	int n = 0;

	if (c->cp == 0) /* the wide one before covers it */
		return 0;
	n += utf8_encode(c->cp, (uint8_t *)dst);
	for (int i = 0; i < CELL_MARKS; i++)
		if (c->marks[i] != 0)
			n += utf8_encode(c->marks[i], (uint8_t *)dst + n);
	return n;
}

static int
paint(const struct cell *c, char *dst)
{
	*dst = paints[c->paint];
	return 1;
}

static int
flags(const struct cell *c, char *dst)
{
	*dst = " 123456789ABCDEF"[c->flags & 0xF];
	return 1;
}

/* The grid's cells as PART has them, without the blanks at the ends of rows;
 * returns where that ends. */
static char *
picture(struct grid *g, int (*part)(const struct cell *c, char *dst), char *at)
{
	char *end;
	int n;

	for (int y = 0; y < g->rows; y++) {
		end = at;
		for (int x = 0; x < g->cols; x++) {
			n = part(grid_at(g, x, y), at);
			at += n;
			if (n > 0 && (n > 1 || at[-1] != ' '))
				end = at;
		}
		at = end;
		*at++ = '\n';
	}
	return at;
}

static char *
text_of(struct grid *g, bool looks)
{
	size_t size = (size_t)(g->cols + 1) * (size_t)g->rows * 15 + 128;
	char *s = xcalloc(1, size), *at = picture(g, character, s);

	at += snprintf(at, 64, "cursor %d,%d%s\n", g->cursor_x, g->cursor_y,
	    g->cursor ? "" : " hidden");
	if (looks) {
		at = picture(g, paint, stpcpy(at, "paints\n"));
		at = picture(g, flags,
		    stpcpy(at, "1 bold, 2 reverse, 4 underline, 8 tint\n"));
	}
	*at = '\0';
	return s;
}

static void
compare(const char *name, const char *got)
{
	char *path = xasprintf(SCREENS "/%s", name), *expected = NULL;
	const char *mode = getenv("SCREENS");
	size_t len;
	int fd;

	if (mode != NULL && strcmp(mode, "write") == 0) {
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
		assert_true(fd >= 0);
		assert_int_equal(write_all(fd, got, strlen(got)), 0);
		close(fd);
	} else {
		fd = open(path, O_RDONLY);
		assert_true(fd >= 0);
		assert_int_equal(read_all(fd, 1 << 20, &expected, &len), 0);
		close(fd);
		if (strcmp(expected, got) != 0)
			fail_msg("%s: expected\n%s\nbut got\n%s", name,
			    expected, got);
	}
	free(expected);
	free(path);
}

static void
check(struct editor *e, int cols, int rows, const char *name, bool looks)
{
	struct grid g = { .ascii = e->ascii, .plain = e->calm };
	struct layout l;
	char *got;

	assert_int_equal(grid_resize(&g, cols, rows), 0);
	view_layout(e, cols, rows, &l);
	view_draw(e, &l, &g);
	got = text_of(&g, looks);
	compare(name, got);
	free(got);
	grid_release(&g);
}

void
screen_check(struct editor *e, int cols, int rows, const char *name)
{
	check(e, cols, rows, name, false);
}

void
screen_check_looks(struct editor *e, int cols, int rows, const char *name)
{
	check(e, cols, rows, name, true);
}

void
screen_room(struct editor *e)
{
	const struct person people[] = {
		{ 1, ROLE_CANDIDATE, PERSON_HERE, true, "C", "Cleo", 0 },
		{ 2, ROLE_INTERVIEWER, PERSON_HERE, true, "I", "Ivy", 0 },
		{ 3, ROLE_INTERVIEWER, PERSON_AWAY, true, "J", "Jo", 0 },
	};
	const struct caret other = { 2, 0, true, 190, 190 };

	pad_open(e, program);
	e->welcome.minutes = 60;
	e->welcome.started_ms = 1000000;
	e->clock_ms = 1000000 - (int64_t)e->now_ms + 754000;
	e->now_ms += 10000;
	editor_people(e, people, 3);
	peer_caret_remote(e->peer, &other, 1);
	peer_caret_set(e->peer, 0, 117, 117);
	e->people[1].typed_ms = e->now_ms;
	e->people[2].typed_ms = e->now_ms - 5000;
	e->people[2].moved_ms = e->now_ms;
	e->run.run = 3;
	e->run.state = RUN_ENDED;
	e->run.result.verdict = VERDICT_OK;
	e->run.result.wall_ms = 40;
	editor_output(e, "[0, 1]\n\x1B[31mred\x1B[0m\ttab\n", 23);
}
