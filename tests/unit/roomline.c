/* roomline.c - the list of rooms: what its columns say, at several widths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/roomline.h"

#define NOW "2026-01-31T14:02:00.000Z"
#define CODE "K7M2-QX9D-4TRB"

/* What FN writes with a room of JSON, or the head without one. */
static const char *
line(int cols, bool coded, const char *json, const char *code)
{
	static char dst[512];
	struct roomline l = { .cols = cols, .coded = coded, .today = NOW };
	struct json *room = NULL;
	FILE *before = stdout;
	size_t len = 0;
	char *text = NULL;

	if (json != NULL)
		assert_non_null(room = json_parse(json, strlen(json)));
	stdout = open_memstream(&text, &len);
	assert_non_null(stdout);
	if (room != NULL)
		roomline_put(&l, room, "> 1", code);
	else
		roomline_head(&l);
	fclose(stdout);
	stdout = before;
	assert_true(len < sizeof(dst));
	while (len > 0 && text[len - 1] == ' ')
		len--;
	snprintf(dst, sizeof(dst), "%.*s", (int)len, text);
	free(text);
	json_free(room);
	return dst;
}

#define WAITS                                                              \
	"{\"id\":\"r-7f3k2\",\"title\":\"Backend screen\",\"state\":"      \
	"\"waiting\",\"minutes\":60,\"started_at\":null,\"ended_at\":null" \
	",\"used_s\":null,\"paused\":false,\"people\":[]}"
/* It has begun at AT, and REST. */
#define ROOM(state, minutes, at, rest)                                 \
	"{\"id\":\"r-7f3k2\",\"title\":\"Backend\",\"state\":\"" state \
	"\",\"minutes\":" minutes ",\"started_at\":\"" at "\"," rest   \
	",\"people\":[{\"state\":\"here\"},{\"state\":\"here\"},"      \
	"{\"state\":\"left\"}]}"
#define TODAY "2026-01-31T13:49:12.000Z"
#define LIVE(minutes, used, paused)  \
	ROOM("live", minutes, TODAY, \
	    "\"ended_at\":null,\"used_s\":" used ",\"paused\":" paused)

static void
it_has_the_columns_that_fit(void **state)
{
	(void)state;
	assert_string_equal(line(80, false, NULL, NULL),
	    "    ROOM    TITLE                        STATE   PEOPLE STARTED "
	    "TIMER     CODE");
	assert_string_equal(line(80, true, NULL, NULL),
	    "    ROOM    TITLE              STATE   PEOPLE STARTED TIMER     "
	    "CODE");
	assert_string_equal(line(79, true, NULL, NULL),
	    "    ROOM    TITLE                            STATE   PEOPLE "
	    "STARTED TIMER");
	assert_string_equal(line(59, false, NULL, NULL),
	    "    ROOM    TITLE                  STATE   PEOPLE STARTED");
	assert_string_equal(line(40, false, NULL, NULL),
	    "    ROOM    TITLE       STATE   PEOPLE");
	assert_string_equal(line(20, false, NULL, NULL), "    ROOM    STATE");
	assert_string_equal(line(1, false, NULL, NULL), "");
}

/* Of a line of 80 columns, from TIMER on. */
static const char *
timer(const char *json, const char *code)
{
	return line(80, code != NULL, json, code) + (code != NULL ? 54 : 64);
}

static void
it_says_how_far_a_room_is(void **state)
{
	(void)state;
	assert_string_equal(line(80, true, WAITS, CODE),
	    "> 1 r-7f3k2 Backend screen     waiting 0/0    --      60:00    "
	    " " CODE);
	assert_string_equal(line(80, true, LIVE("60", "754", "false"), NULL),
	    "> 1 r-7f3k2 Backend            live    2/3    13:49   47:26     "
	    "-");
	assert_string_equal(
	    timer(LIVE("60", "754", "true"), NULL), "47:26 ||  -");
	assert_string_equal(
	    timer(LIVE("60", "3730", "false"), NULL), "+02:10    -");
	assert_string_equal(
	    timer(LIVE("null", "754", "false"), NULL), "12:34     -");
	assert_string_equal(timer(ROOM("ended", "60", TODAY,
				      "\"ended_at\":\"" NOW
				      "\",\"used_s\":754,\"paused\":false"),
				NULL),
	    "12:34     -");
}

static void
another_day_is_a_date(void **state)
{
	(void)state;
	assert_string_equal(
	    line(60, false,
		ROOM("live", "60", "2026-01-30T13:49:12.000Z",
		    "\"ended_at\":null,\"used_s\":0,\"paused\":false"),
		NULL),
	    "> 1 r-7f3k2 Backend       live    2/3    01-30   60:00");
}

static void
what_is_long_or_hostile_keeps_to_its_column(void **state)
{
	(void)state;
	assert_string_equal(line(40, false,
				"{\"id\":\"r-7f3k2\",\"title\":\"\\u001b[2J"
				"\\u65e5\\u672c\\u8a9e\\u65e5\\u672c\\u8a9e\","
				"\"state\":\"waiting\",\"people\":[]}",
				NULL),
	    "> 1 r-7f3k2 ?[2J\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E  waiting "
	    "0/0");
	assert_string_equal(line(12, false, WAITS, NULL), "> 1 r-7f3k");
}

static void
a_room_is_found_by_what_one_knows_of_it(void **state)
{
	static const char json[] =
	    "{\"id\":\"r-7f3k2\",\"title\":\"Backend\",\"state\":\"live\","
	    "\"minutes\":60,\"people\":[{\"name\":\"Ivy\"},"
	    "{\"name\":\"Cleo\"},{\"state\":\"left\"}]}";
	static const char *const found[] = { "", "7F3", "back", "LIVE", "cleo",
		"ivy" };
	static const char *const not [] = { "left", "60", "backend ", "Ivyy" };
	struct json *room = json_parse(json, sizeof(json) - 1);

	(void)state;
	assert_non_null(room);
	for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++)
		assert_true(roomline_holds(room, found[i]));
	for (size_t i = 0; i < sizeof(not ) / sizeof(not [0]); i++)
		assert_false(roomline_holds(room, not [i]));
	json_free(room);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_has_the_columns_that_fit),
		cmocka_unit_test(it_says_how_far_a_room_is),
		cmocka_unit_test(another_day_is_a_date),
		cmocka_unit_test(what_is_long_or_hostile_keeps_to_its_column),
		cmocka_unit_test(a_room_is_found_by_what_one_knows_of_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
