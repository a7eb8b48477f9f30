/*
 * json.c - JSON through jansson. A struct json is jansson's json_t under
 * another name; running out of memory ends the program, so that building an
 * answer needs no checks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#undef json_is_null /* jansson's macro; ours takes a struct json */

#include "proto/buf.h"
#include "proto/sys/json.h"
#include "proto/sys/util.h"
#include "proto/utf8.h"

#define DEPTH_MAX 32

static json_t *
in(struct json *j)
{
	return (json_t *)j;
}

static const json_t *
cin(const struct json *j)
{
	return (const json_t *)j;
}

static struct json *
made(json_t *j)
{
	if (j == NULL)
		abort();
	return (struct json *)j;
}

struct json *
json_object_new(void)
{
	return made(json_object());
}

struct json *
json_array_new(void)
{
	return made(json_array());
}

void
json_free(struct json *j)
{
	json_decref(in(j));
}

struct json *
json_dup(const struct json *o)
{
	return made(json_copy((json_t *)o));
}

static void
set(struct json *o, const char *key, json_t *v)
{
	if (v == NULL || json_object_set_new(in(o), key, v) != 0)
		abort();
}

void
json_set(struct json *o, const char *key, struct json *v)
{
	set(o, key, in(v));
}

/* The bytes as a JSON string; what is no UTF-8 becomes U+FFFD. */
static json_t *
string_of(const void *p, size_t len)
{
	static const char replacement[] = "\xEF\xBF\xBD";
	const uint8_t *at = p, *end = at + len;
	struct buf b;
	uint32_t cp;
	json_t *v;
	int n;

	if (len == 0)
		return json_string("");
	if (utf8_valid(p, len))
		return json_stringn_nocheck(p, len);
	buf_init(&b, 3 * len);
	while (at < end) {
		n = utf8_decode(at, (size_t)(end - at), &cp);
		if (n > 0)
			buf_put_raw(&b, at, (size_t)n);
		else
			buf_put_raw(&b, replacement, 3);
		at += n > 0 ? n : 1;
	}
	v = b.err == 0 ? json_stringn_nocheck((const char *)b.data, b.len)
		       : NULL;
	buf_release(&b);
	return v;
}

void
json_set_text(struct json *o, const char *key, const void *p, size_t len)
{
	set(o, key, string_of(p, len));
}

void
json_set_str(struct json *o, const char *key, const char *s)
{
	set(o, key, s != NULL ? string_of(s, strlen(s)) : json_null());
}

void
json_set_int(struct json *o, const char *key, int64_t v)
{
	set(o, key, json_integer(v));
}

void
json_set_bool(struct json *o, const char *key, bool v)
{
	set(o, key, json_boolean(v));
}

void
json_set_null(struct json *o, const char *key)
{
	set(o, key, json_null());
}

void
json_set_time(struct json *o, const char *key, uint64_t unix_ms)
{
	char text[25];

	if (unix_ms == 0) {
		json_set_null(o, key);
		return;
	}
	time_rfc3339(unix_ms, text);
	json_set_str(o, key, text);
}

void
json_add(struct json *a, struct json *v)
{
	if (json_array_append_new(in(a), in(v)) != 0)
		abort();
}

void
json_add_str(struct json *a, const char *s)
{
	json_add(a, made(string_of(s, strlen(s))));
}

void
json_extend(struct json *a, const struct json *other)
{
	if (json_array_extend(in(a), (json_t *)other) != 0)
		abort();
}

const struct json *
json_get(const struct json *o, const char *key)
{
	return (const struct json *)json_object_get(cin(o), key);
}

const char *
json_get_str(const struct json *o, const char *key)
{
	return json_str(json_get(o, key));
}

int64_t
json_get_int(const struct json *o, const char *key, int64_t deflt)
{
	return json_int(json_get(o, key), deflt);
}

int64_t
json_int(const struct json *j, int64_t deflt)
{
	return json_is_integer(cin(j)) ? json_integer_value(cin(j)) : deflt;
}

bool
json_get_bool(const struct json *o, const char *key)
{
	return json_is_true(cin(json_get(o, key)));
}

bool
json_is_null(const struct json *j)
{
	return j == NULL || json_typeof(cin(j)) == JSON_NULL;
}

size_t
json_count(const struct json *a)
{
	return json_array_size(cin(a));
}

const struct json *
json_at(const struct json *a, size_t i)
{
	return (const struct json *)json_array_get(cin(a), i);
}

const char *
json_str(const struct json *j)
{
	return json_string_value(cin(j));
}

char *
json_print(const struct json *j)
{
	char *s = json_dumps(cin(j), JSON_COMPACT | JSON_ENCODE_ANY);

	if (s == NULL)
		abort();
	return s;
}

static bool
too_deep(json_t *j, int left)
{
	const char *key;
	json_t *v;
	size_t i;

	if (!json_is_object(j) && !json_is_array(j))
		return false;
	if (left == 0)
		return true;
	json_object_foreach(j, key, v)
	{
		if (too_deep(v, left - 1))
			return true;
	}
	json_array_foreach(j, i, v)
	{
		if (too_deep(v, left - 1))
			return true;
	}
	return false;
}

struct json *
json_parse(const char *p, size_t len)
{
	json_t *j = json_loadb(p, len, JSON_REJECT_DUPLICATES, NULL);

	if (j != NULL && too_deep(j, DEPTH_MAX)) {
		json_decref(j);
		return NULL;
	}
	return (struct json *)j;
}

void
json_each(const struct json *o,
    void (*fn)(void *arg, const char *key, const struct json *v), void *arg)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)cin(o), key, v)
	{
		fn(arg, key, (const struct json *)v);
	}
}
