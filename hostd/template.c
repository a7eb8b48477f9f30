/*
 * template.c - the commands on templates. Everybody with an account may use
 * all; who made one may remove it, and admins may.
 */
#include <stdlib.h>
#include <string.h>

#include "hostd/request.h"
#include "hostd/template.h"
#include "proto/err.h"

int
template_find(struct request *q, const char *name, struct template_row *t)
{
	int r = store_template_get(q->hub->store, name, t);

	if (r == CS_ENOTFOUND)
		return refuse(
		    q, ANSWER_NOT_FOUND, "there is no template %.64s", name);
	return r < 0 ? refuse_store(q, r) : 0;
}

static int
arg_template(struct request *q, struct template_row *t)
{
	const char *name = arg_str(q, "name");

	if (name == NULL)
		return refuse(q, ANSWER_INVALID, "the name is missing");
	return template_find(q, name, t);
}

/* --- as JSON --- */

static int64_t
line_count(const uint8_t *bytes, size_t len)
{
	int64_t lines = len > 0 && bytes[len - 1] != '\n';

	for (size_t i = 0; i < len; i++)
		lines += bytes[i] == '\n';
	return lines;
}

static struct json *
file_json(const struct template_file *f)
{
	struct json *o = json_object_new();

	json_set_str(o, "name", f->name);
	json_set_int(o, "bytes", (int64_t)f->len);
	json_set_int(o, "lines", line_count(f->bytes, f->len));
	return o;
}

/* T as *OUT; the bytes that are read for it are added to *BYTES. */
static int
template_json(struct request *q, const struct template_row *t,
    struct json **out, size_t *bytes)
{
	struct template_file *files, *tests = NULL;
	size_t nfiles, ntests = 0;
	struct json *o, *list;
	int r;

	r = store_template_files(
	    q->hub->store, t->key, TEMPLATE_FILE, &files, &nfiles);
	if (r == 0)
		r = store_template_files(
		    q->hub->store, t->key, TEMPLATE_TEST, &tests, &ntests);
	if (r == 0) {
		o = *out = json_object_new();
		list = json_array_new();
		for (size_t i = 0; i < nfiles; i++) {
			json_add(list, file_json(&files[i]));
			*bytes += files[i].len;
		}
		for (size_t i = 0; i < ntests; i++)
			*bytes += tests[i].len;
		json_set_str(o, "name", t->name);
		json_set_str(o, "language", t->language);
		json_set_str(o, "title", t->title);
		json_set(o, "files", list);
		json_set_str(o, "tests", ntests > 0 ? tests[0].name : NULL);
	}
	template_files_free(files, nfiles);
	template_files_free(tests, ntests);
	return r;
}

static int
answer_template(struct request *q, const struct template_row *t)
{
	struct json *o;
	size_t bytes = 0;
	int r = template_json(q, t, &o, &bytes);

	return r < 0 ? refuse_store(q, r) : answer(q, o);
}

/* --- the commands --- */

static int
template_args(struct request *q, struct template_row *t)
{
	const char *name = arg_str(q, "name");
	int r;

	memset(t, 0, sizeof(*t));
	if (name == NULL || !file_name_valid(name))
		return refuse(q, ANSWER_INVALID,
		    "a template's name has 1 to 64 of the characters A-Z a-z "
		    "0-9 . _ -");
	memcpy(t->name, name, strlen(name) + 1);
	if ((r = arg_line(q, "title", t->title, sizeof(t->title))) != 0 ||
	    (r = arg_line(q, "language", t->language, sizeof(t->language))) !=
		0)
		return r;
	if (t->language[0] == '\0')
		return refuse(q, ANSWER_INVALID, "the language is missing");
	if (conf_language(&q->hub->conf, t->language) == NULL)
		return refuse(q, ANSWER_NOT_FOUND,
		    "this host has no language %s", t->language);
	t->user = q->who.user;
	t->created_ms = loop_wall_ms();
	return 0;
}

struct parts { /* of a template, borrowed from the request */
	struct arg_file files[FILE_MAX], tests;
	size_t nfiles, ntests;
};

/* The tests' bytes come after those of the files. */
static int
arg_parts(struct request *q, struct parts *p)
{
	const struct json *tests = json_get(q->args, "tests");
	size_t at = 0;
	int r;

	p->ntests = !json_is_null(tests);
	if ((r = arg_files(q, p->files, &p->nfiles, &at)) != 0 ||
	    (p->ntests > 0 && (r = arg_file(q, tests, &at, &p->tests)) != 0))
		return r;
	return at == q->raw_len
		   ? 0
		   : refuse(q, ANSWER_INVALID, "there is more than the files");
}

static int
part_keep(struct request *q, const struct template_row *t,
    enum template_kind kind, size_t i, const struct arg_file *f)
{
	return store_template_put(
	    q->hub->store, t->key, kind, i, f->name, f->text, f->len);
}

int
cmd_template_add(struct request *q)
{
	struct template_row t;
	struct parts p;
	int r;

	if ((r = accounts_only(q)) != 0 || (r = template_args(q, &t)) != 0 ||
	    (r = arg_parts(q, &p)) != 0)
		return r;
	r = store_template_add(q->hub->store, &t);
	if (r == CS_ESTATE)
		return refuse(
		    q, ANSWER_STATE, "there is a template %s", t.name);
	if (r == CS_ETOOBIG)
		return refuse(q, ANSWER_STATE,
		    "there are %d templates, the most there can be",
		    TEMPLATES_MAX);
	for (size_t i = 0; r == 0 && i < p.nfiles; i++)
		r = part_keep(q, &t, TEMPLATE_FILE, i, &p.files[i]);
	if (r == 0 && p.ntests > 0)
		r = part_keep(q, &t, TEMPLATE_TEST, 0, &p.tests);
	return r < 0 ? refuse_store(q, r) : answer_template(q, &t);
}

/* All files are read for it, which may be gigabytes: as many templates at a time
 * as nobody notices who types. "next" is the "after" for those that are left. */
int
cmd_template_list(struct request *q)
{
	int64_t after = json_get_int(q->args, "after", 0);
	size_t i = after > 0 ? (size_t)after : 0, n, bytes = 0;
	struct template_row *rows;
	struct json *list, *o;
	int r;

	if ((r = accounts_only(q)) != 0)
		return r;
	list = json_array_new();
	r = store_templates(q->hub->store, &rows, &n);
	for (; r == 0 && i < n && bytes < LIST_BYTES; i++, bytes += LIST_EACH)
		if ((r = template_json(q, &rows[i], &o, &bytes)) == 0)
			json_add(list, o);
	free(rows);
	if (r < 0) {
		json_free(list);
		return refuse_store(q, r);
	}
	r = answer(q, list);
	if (i < n)
		json_set_int(q->answer, "next", (int64_t)i);
	return r;
}

int
cmd_template_show(struct request *q)
{
	struct template_row t;
	int r;

	if ((r = accounts_only(q)) != 0 || (r = arg_template(q, &t)) != 0)
		return r;
	return answer_template(q, &t);
}

int
cmd_template_rm(struct request *q)
{
	struct template_row t;
	int r;

	if ((r = accounts_only(q)) != 0 || (r = arg_template(q, &t)) != 0)
		return r;
	if (!q->who.admin && t.user != q->who.user)
		return refuse(q, ANSWER_NOT_ALLOWED,
		    "only who made template %s and admins may do this", t.name);
	r = store_template_remove(q->hub->store, t.key);
	return r < 0 ? refuse_store(q, r) : answer(q, json_object_new());
}
