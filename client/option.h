/*
 * option.h - command line options from tables. Pure: it prints nothing and
 * never exits; the caller says what is wrong.
 *
 * Accepted: --name, --name=value, --name value, -n, -n value, -nvalue, and --
 * which ends the options. Options and arguments may be mixed.
 */
#ifndef CLIENT_OPTION_H
#define CLIENT_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#define OPTION_MAX_SET 40
#define OPTION_MAX_ARGS 8

struct option_spec {
	const char *name;  /* without dashes; NULL ends a table */
	char letter;       /* or 0 */
	const char *value; /* what it is called in the help; NULL: a flag */
	bool many;         /* may be given more than once */
	const char *help;
};

/* What was given. All strings are borrowed from argv and the tables. */
struct options {
	struct {
		const struct option_spec *spec;
		const char *value; /* NULL for a flag */
	} set[OPTION_MAX_SET];
	size_t nset;
	const char *args[OPTION_MAX_ARGS];
	size_t nargs;
	char error[160]; /* one sentence, after CS_EINVAL */
};

void options_init(struct options *o);
/* Add what ARGV (NULL-terminated) holds to O; options are looked up in A, then
 * in B (either may be NULL). With STOP it ends before the first argument that
 * is no option. Returns how many elements it took, or CS_EINVAL. */
int options_parse(struct options *o, const struct option_spec *a,
    const struct option_spec *b, char *const *argv, bool stop);
/* Is its value a path, or does it end with one? */
bool option_is_path(const struct option_spec *spec);
bool options_has(const struct options *o, const char *name);
/* The value of option NAME, or NULL. */
const char *options_value(const struct options *o, const char *name);

#endif
