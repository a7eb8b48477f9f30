/*
 * command.h - what keys do to the document: one table of keys, names and
 * functions. Nothing here touches a terminal.
 */
#ifndef CLIENT_COMMAND_H
#define CLIENT_COMMAND_H

#include "client/editor.h"

enum command_flags {
	COMMAND_CALM = 1,   /* leaves the text and the caret as they are */
	COMMAND_SCROLL = 2, /* moves the output and nothing else */
	COMMAND_ROOM = 4,   /* nothing to do with it while one waits outside */
	COMMAND_STAFF = 8,  /* for the staff */
	COMMAND_FILES = 16, /* where there are several files */
	COMMAND_BARE = 32,  /* also while there is no text yet */
	COMMAND_MOVE = 64,  /* moves the caret; with Shift it selects */
	COMMAND_TASK = 128, /* where there is a task */
	COMMAND_HELD = 256, /* where what others do waits, in the calm mode */
	/* what not everybody may, as its own function knows */
	COMMAND_WRITE = 512, /* change.h */
	COMMAND_RUN = 1024,  /* launch.h */
	COMMAND_STOP = 2048,
	COMMAND_POINT = 4096, /* point.h */
	COMMAND_FIRST = 8192  /* in the menu before what concerns the room */
};

struct command {
	const char *keys; /* as key_parse reads them, separated by blanks */
	const char *help; /* in the menu; NULL: not worth a line */
	void (*fn)(struct editor *e);
	unsigned flags; /* enum command_flags */
};

/* Keys of the line that is typed into, and what they do there. False: KEY is none
 * of the N. */
struct key_fn {
	const char *keys; /* as above */
	void (*fn)(struct editor *e);
};
bool key_fn_press(const struct key_fn *fns, size_t n, struct editor *e,
    const struct key *key);

/* The table, for the menu, and which of it are for whom E is, where that is. A
 * key of these answers, if only by saying why not. */
const struct command *command_table(size_t *n);
bool command_is_for(const struct editor *e, const struct command *c);
/* Is C one of the menu's? What would only be refused is not. */
bool command_is_offered(const struct editor *e, const struct command *c);
/* As if its key had been pressed. */
void command_run(struct editor *e, const struct command *c);
/* Do what the standard key of that NAME does, with the text and nowhere else. */
void command_press(struct editor *e, const char *name);
/* Do what KEY means in the text, or in the line for the running program. */
void command_key(struct editor *e, const struct key *key);

#endif
