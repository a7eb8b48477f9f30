/*
 * command.h - what keys do to the document: one table of keys, names and
 * functions. Nothing here touches a terminal.
 */
#ifndef CLIENT_COMMAND_H
#define CLIENT_COMMAND_H

#include "client/editor.h"

struct command {
	const char *keys; /* as key_parse reads them, separated by blanks */
	const char *help; /* NULL: not worth a line */
	void (*fn)(struct editor *e);
};

/* Is KEY one of C's? */
bool command_matches(const struct command *c, const struct key *key);
/* The table, for help. */
const struct command *command_table(size_t *n);
/* Do what KEY means in the text, or in the line for the running program. */
void command_key(struct editor *e, const struct key *key);

#endif
