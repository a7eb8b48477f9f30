/*
 * ask.h - what ssh asks: host keys, codes, passwords. ssh runs us as its
 * SSH_ASKPASS, and that process passes the question through a socket in a
 * private directory to the one that started ssh. So answers are in no argument
 * and no environment, and can be given again when the network comes back.
 */
#ifndef CLIENT_ASK_H
#define CLIENT_ASK_H

#include <stdbool.h>

#include "client/cli.h"

#define ASK_DIR_ENV "CODESYNC_ASK_DIR"
#define ASK_SOCKET "ask"
#define ASK_KNOWN_MAX 8
#define ASK_QUESTION_SIZE 2048
#define ASK_ANSWER_SIZE 256

struct ask {
	struct {
		char question[ASK_QUESTION_SIZE];
		char answer[ASK_ANSWER_SIZE];
	} known[ASK_KNOWN_MAX];
	unsigned n;
	bool silent; /* the terminal is the editor's: nobody is asked */
};

/* The question at FD, which is closed, gets its answer: the one that was given
 * before or, unless A is silent, what is typed now. */
void ask_serve(struct ask *a, int fd);
void ask_wipe(struct ask *a);
/* We are ssh's SSH_ASKPASS: print the answer to QUESTION. An exit status. */
int ask_help(const char *question);

#endif
