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

/* The grid's characters, without the blanks at the ends of rows. */
static char *
text_of(struct grid *g)
{
	size_t size = (size_t)g->cols * (size_t)g->rows * 13 + 64;
	char *s = xcalloc(1, size), *at = s, *end;
	const struct cell *c;

	for (int y = 0; y < g->rows; y++) {
		end = at;
		for (int x = 0; x < g->cols; x++) {
			c = grid_at(g, x, y);
			if (c->cp == 0)
				continue;
			at += utf8_encode(c->cp, (uint8_t *)at);
			for (int i = 0; i < CELL_MARKS; i++)
				if (c->marks[i] != 0)
					at += utf8_encode(
					    c->marks[i], (uint8_t *)at);
			if (c->cp != ' ')
				end = at;
		}
		at = end;
		*at++ = '\n';
	}
	at += snprintf(at, 64, "cursor %d,%d%s\n", g->cursor_x, g->cursor_y,
	    g->cursor ? "" : " hidden");
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

void
screen_check(struct editor *e, int cols, int rows, const char *name)
{
	struct grid g = { .ascii = e->ascii, .plain = e->calm };
	struct layout l;
	char *got;

	assert_int_equal(grid_resize(&g, cols, rows), 0);
	view_layout(e, cols, rows, &l);
	view_draw(e, &l, &g);
	got = text_of(&g);
	compare(name, got);
	free(got);
	grid_release(&g);
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
