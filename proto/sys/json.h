/*
 * json.h - JSON through jansson, behind one header. A struct json is a
 * reference: json_free drops it; setting it into an object or array hands it
 * over.
 */
#ifndef PROTO_SYS_JSON_H
#define PROTO_SYS_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json;

struct json *json_object_new(void);
struct json *json_array_new(void);
void json_free(struct json *j);
struct json *json_dup(const struct json *o); /* shares its values */
/* Set KEY of object O. They cannot fail but by memory, which aborts. Invalid
 * UTF-8 in text becomes U+FFFD. */
void json_set(struct json *o, const char *key, struct json *v); /* takes V */
void json_set_str(
    struct json *o, const char *key, const char *s); /* NULL: null */
void json_set_text(struct json *o, const char *key, const void *p, size_t len);
void json_set_int(struct json *o, const char *key, int64_t v);
void json_set_bool(struct json *o, const char *key, bool v);
void json_set_null(struct json *o, const char *key);
void json_set_time(
    struct json *o, const char *key, uint64_t unix_ms); /* 0: null */
void json_add(struct json *a, struct json *v);          /* takes V */
void json_add_str(struct json *a, const char *s);
void json_extend(struct json *a, const struct json *other); /* shares */
/* Reading: borrowed; NULL, DEFLT or 0 when absent or of another type. */
const struct json *json_get(const struct json *o, const char *key);
const char *json_get_str(const struct json *o, const char *key);
int64_t json_get_int(const struct json *o, const char *key, int64_t deflt);
bool json_get_bool(const struct json *o, const char *key);
bool json_is_null(const struct json *j); /* also true for NULL */
size_t json_count(const struct json *a);
const struct json *json_at(const struct json *a, size_t i);
const char *json_str(const struct json *j); /* a string's value, or NULL */
int64_t json_int(const struct json *j, int64_t deflt); /* a number's */
/* Compact text on one line; the caller frees. */
char *json_print(const struct json *j);
/* NULL when it is no JSON object or array, or deeper than 32. */
struct json *json_parse(const char *p, size_t len);
/* Visit an object's members. */
void json_each(const struct json *o,
    void (*fn)(void *arg, const char *key, const struct json *v), void *arg);

#endif
