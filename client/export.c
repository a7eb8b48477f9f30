/*
 * export.c - room export. The hub says what there is beside the log; the records
 * come as they do for `room tail`, once for each walk that the format needs.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/export.h"
#include "client/source.h"
#include "client/watch.h"
#include "proto/sys/util.h"

static const struct {
	const char *name;
	int (*write)(const struct cli *c, struct source *s, FILE *to);
	bool binary; /* nothing for a terminal */
} formats[] = {
	{ "bundle", bundle_write, true },
	{ "tar", files_write, true },
	{ "asciicast", cast_write, false },
	{ "html", page_write, false },
};

/* --- a walk --- */

struct walk {
	struct cli *c;
	const struct source_reader *reader;
	uint64_t until;
	int result; /* why it was ended */
};

static void
walk_person(void *arg, const struct person *p)
{
	const struct walk *w = arg;

	if (w->reader->person != NULL)
		w->reader->person(w->reader->arg, p);
}

static int
walk_record(void *arg, const struct record *r)
{
	struct walk *w = arg;

	if ((w->result = w->reader->record(w->reader->arg, r)) != 0)
		return 1;
	return r->rev >= w->until;
}

static int
export_walk(struct source *s, const struct source_reader *reader)
{
	struct walk walk = { .c = s->arg, .reader = reader, .until = s->rev };
	struct watch *w;
	int r;

	if (s->rev == 0)
		return 0;
	w = xcalloc(1, sizeof(*w));
	w->room = json_get_str(s->room, "id");
	w->follow = true; /* until that record has come */
	w->person = walk_person;
	w->record = walk_record;
	w->arg = &walk;
	r = watch_run(walk.c, w);
	if (r == 0 && w->seen < s->rev)
		r = cli_fail(walk.c, EXIT_STATE, "the room is gone");
	else if (r == 1 && w->seen >= s->rev)
		r = 0;
	free(w);
	return walk.result != 0 ? walk.result : r;
}

/* --- the command --- */

static int
find_format(const struct cli *c, size_t *i)
{
	const char *name = options_value(&c->opt, "format");

	*i = 0;
	while (name != NULL && *i < sizeof(formats) / sizeof(formats[0]) &&
	       strcmp(formats[*i].name, name) != 0)
		++*i;
	if (*i == sizeof(formats) / sizeof(formats[0]))
		return cli_fail(c, EXIT_USAGE,
		    "--format takes bundle, tar, asciicast or html");
	if (formats[*i].binary && isatty(STDOUT_FILENO))
		return cli_fail(c, EXIT_USAGE,
		    "a %s is nothing for a terminal: send it to a file or a "
		    "program",
		    formats[*i].name);
	return 0;
}

int
room_export(struct cli *c)
{
	struct source s = { .walk = export_walk, .arg = c };
	struct json *args;
	struct answer a;
	size_t i;
	int r;

	if ((r = find_format(c, &i)) != 0)
		return r;
	args = json_object_new();
	json_set_str(args, "room", cli_arg(c, 0));
	json_set_str(args, "format", formats[i].name);
	if ((r = cli_ask(c, "room export", args, NULL, &a)) != 0)
		return r;
	s.room = json_get(a.result, "room");
	s.head = json_get(a.result, "head");
	s.rev =
	    (uint64_t)json_get_int(s.head != NULL ? s.head : s.room, "rev", 0);
	if (json_get_str(s.room, "id") == NULL)
		r = cli_fail(c, EXIT_FAILED, "the host's answer is of no use");
	else
		r = formats[i].write(c, &s, stdout);
	answer_release(&a);
	return r;
}
