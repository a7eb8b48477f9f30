/* json.c - JSON and the envelope of the control socket. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/err.h"
#include "proto/sys/control.h"
#include "proto/sys/json.h"

static void
what_is_set_is_printed_in_order(void **state)
{
	struct json *o = json_object_new(), *a = json_array_new();
	char *s;

	(void)state;
	json_add_str(a, "x");
	json_set_str(o, "z", "one\n\"two\"");
	json_set_int(o, "b", -5);
	json_set_bool(o, "c", true);
	json_set_str(o, "d", NULL);
	json_set_time(o, "e", 0);
	json_set_time(o, "f", 1);
	json_set(o, "a", a);
	s = json_print(o);
	assert_string_equal(s,
	    "{\"z\":\"one\\n\\\"two\\\"\",\"b\":-5,\"c\":true,\"d\":null,"
	    "\"e\":null,\"f\":\"1970-01-01T00:00:00.001Z\",\"a\":[\"x\"]}");
	free(s);
	json_free(o);
}

static void
bytes_that_are_no_utf8_are_replaced(void **state)
{
	struct json *o = json_object_new();

	(void)state;
	json_set_text(o, "t", "a\xFF\xC3\xA9z\xE2\x82", 7);
	assert_string_equal(json_get_str(o, "t"),
	    "a\xEF\xBF\xBD\xC3\xA9z\xEF\xBF\xBD\xEF\xBF\xBD");
	json_free(o);
}

static void
reading_what_is_absent_or_other_is_safe(void **state)
{
	static const char text[] = "{\"n\":1,\"s\":\"x\",\"l\":[1,2]}";
	struct json *o = json_parse(text, strlen(text));

	(void)state;
	assert_non_null(o);
	assert_int_equal(json_get_int(o, "n", 9), 1);
	assert_int_equal(json_get_int(o, "s", 9), 9);
	assert_int_equal(json_get_int(NULL, "s", 9), 9);
	assert_null(json_get_str(o, "n"));
	assert_null(json_get_str(NULL, "n"));
	assert_false(json_get_bool(o, "n"));
	assert_true(json_is_null(json_get(o, "nothing")));
	assert_int_equal(json_count(json_get(o, "l")), 2);
	assert_int_equal(json_count(json_get(o, "n")), 0);
	assert_null(json_at(json_get(o, "l"), 2));
	assert_int_equal(json_int(json_at(json_get(o, "l"), 1), 9), 2);
	assert_int_equal(json_int(NULL, 9), 9);
	json_free(o);
}

static void
an_array_goes_on_with_another(void **state)
{
	struct json *a = json_array_new(), *b = json_array_new();
	char *s;

	(void)state;
	json_add_str(a, "x");
	json_add_str(b, "y");
	json_extend(a, b);
	json_free(b);
	s = json_print(a);
	assert_string_equal(s, "[\"x\",\"y\"]");
	free(s);
	json_free(a);
}

static void
hostile_json_is_refused(void **state)
{
	char deep[200];

	(void)state;
	memset(deep, '[', 100);
	memset(deep + 100, ']', 100);
	assert_null(json_parse(deep, 200));
	assert_null(json_parse("{\"a\":1,\"a\":2}", 13));
	assert_null(json_parse("{\"a\":1} x", 9));
	assert_null(json_parse("{\"a\":\"\\u0000\"}", 14));
	assert_null(json_parse("", 0));
	assert_null(json_parse("3", 1));
}

static void
envelope_carries_json_and_bytes(void **state)
{
	struct json *o = json_object_new(), *back;
	const uint8_t *raw;
	struct buf b;
	size_t len;

	(void)state;
	buf_init(&b, CONTROL_MAX);
	json_set_str(o, "cmd", "stat");
	control_encode(&b, o, "\0raw\xFF", 5);
	assert_int_equal(b.err, 0);
	assert_int_equal(control_decode(b.data, b.len, &back, &raw, &len), 0);
	assert_string_equal(json_get_str(back, "cmd"), "stat");
	assert_int_equal(len, 5);
	assert_memory_equal(raw, "\0raw\xFF", 5);
	json_free(back);
	for (size_t cut = 0; cut < b.len - 5; cut++)
		assert_int_equal(
		    control_decode(b.data, cut, &back, &raw, &len), CS_EFORMAT);
	b.data[3] = 0x7F; /* a length of gigabytes */
	assert_int_equal(
	    control_decode(b.data, b.len, &back, &raw, &len), CS_EFORMAT);
	buf_release(&b);
	json_free(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_set_is_printed_in_order),
		cmocka_unit_test(bytes_that_are_no_utf8_are_replaced),
		cmocka_unit_test(reading_what_is_absent_or_other_is_safe),
		cmocka_unit_test(an_array_goes_on_with_another),
		cmocka_unit_test(hostile_json_is_refused),
		cmocka_unit_test(envelope_carries_json_and_bytes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
