/* option.c - command line options from tables. */
#include <stdio.h>
#include <string.h>

#include "client/option.h"
#include "proto/err.h"

void
options_init(struct options *o)
{
	memset(o, 0, sizeof(*o));
}

bool
option_is_path(const struct option_spec *spec)
{
	static const char *const paths[] = { "PATH", "NAME=PATH", "RUNDIR" };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (spec->value != NULL && strcmp(spec->value, paths[i]) == 0)
			return true;
	return false;
}

bool
options_has(const struct options *o, const char *name)
{
	for (size_t i = 0; i < o->nset; i++)
		if (strcmp(o->set[i].spec->name, name) == 0)
			return true;
	return false;
}

const char *
options_value(const struct options *o, const char *name)
{
	for (size_t i = 0; i < o->nset; i++)
		if (strcmp(o->set[i].spec->name, name) == 0)
			return o->set[i].value;
	return NULL;
}

/* The option with this NAME[LEN], or with this LETTER when NAME is NULL. */
static const struct option_spec *
find(const struct option_spec *table, const char *name, size_t len, char letter)
{
	for (const struct option_spec *s = table; s && s->name; s++) {
		if (name == NULL && s->letter == letter)
			return s;
		if (name != NULL && strlen(s->name) == len &&
		    memcmp(s->name, name, len) == 0)
			return s;
	}
	return NULL;
}

static int
complain(struct options *o, const char *what, const char *arg, size_t len)
{
	snprintf(o->error, sizeof(o->error), "%s: %.*s", what,
	    len > 100 ? 100 : (int)len, arg);
	return CS_EINVAL;
}

static int
remember(struct options *o, const struct option_spec *spec, const char *value,
    const char *arg)
{
	if (!spec->many && options_has(o, spec->name))
		return complain(o, "option given twice", arg, strlen(arg));
	if (o->nset == OPTION_MAX_SET)
		return complain(o, "too many options from", arg, strlen(arg));
	o->set[o->nset].spec = spec;
	o->set[o->nset++].value = value;
	return 0;
}

/* One option at ARGV[0]; returns how many elements it took. */
static int
take_option(struct options *o, const struct option_spec *a,
    const struct option_spec *b, char *const *argv)
{
	const char *arg = argv[0], *value = NULL, *name = NULL;
	bool is_long = arg[1] == '-';
	const struct option_spec *spec;
	size_t len = 0;
	int r;

	if (is_long) {
		name = arg + 2;
		len = strcspn(name, "=");
		value = name[len] == '=' ? name + len + 1 : NULL;
	} else {
		value = arg[2] != '\0' ? arg + 2 : NULL;
	}
	if ((spec = find(a, name, len, arg[1])) == NULL &&
	    (spec = find(b, name, len, arg[1])) == NULL)
		return complain(
		    o, "unknown option", arg, is_long ? len + 2 : strlen(arg));
	if (spec->value == NULL && value != NULL)
		return complain(o, "option takes no value", arg, strlen(arg));
	if (spec->value == NULL || value != NULL)
		return (r = remember(o, spec, value, arg)) < 0 ? r : 1;
	if (argv[1] == NULL)
		return complain(o, "option needs a value", arg, strlen(arg));
	return (r = remember(o, spec, argv[1], arg)) < 0 ? r : 2;
}

int
options_parse(struct options *o, const struct option_spec *a,
    const struct option_spec *b, char *const *argv, bool stop)
{
	bool ended = false;
	int i = 0, n;

	while (argv[i] != NULL) {
		if (!ended && strcmp(argv[i], "--") == 0) {
			ended = true;
			i++;
			continue;
		}
		if (!ended && argv[i][0] == '-' && argv[i][1] != '\0') {
			if ((n = take_option(o, a, b, argv + i)) < 0)
				return n;
			i += n;
			continue;
		}
		if (stop)
			break;
		if (o->nargs == OPTION_MAX_ARGS)
			return complain(o, "too many arguments from", argv[i],
			    strlen(argv[i]));
		o->args[o->nargs++] = argv[i++];
	}
	return i;
}
