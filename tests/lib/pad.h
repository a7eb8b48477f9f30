/*
 * pad.h - an editor without terminal or hub, for tests: a joined seat (site 1,
 * label C) looking at one file.
 */
#ifndef TESTS_PAD_H
#define TESTS_PAD_H

#include "client/editor.h"

/* TEXT may hold the caret's mark, U+2038. */
void pad_open(struct editor *e, const char *text);
void pad_close(struct editor *e);
/* Keys by name, separated by blanks or newlines; a line that begins with "
 * is typed as it stands. */
void pad_keys(struct editor *e, const char *keys);
/* The text with the caret's mark; the caller frees it. */
char *pad_text(const struct editor *e);
/* Is that EXPECTED? If not, both are told on standard error. */
bool pad_is(const struct editor *e, const char *expected);
/* An edit of site 2 arrives. */
void pad_remote(struct editor *e, size_t pos, size_t del, const char *ins);
/* There is a new file, the room's FILEth, with that name. */
void pad_file(struct editor *e, uint8_t file, const char *name);
/* SITE starts the next run, and it prints OUTPUT. */
void pad_run(struct editor *e, uint8_t site, const char *output);
/* The hub says whose line its input is, and whether the program waits. */
void pad_keyboard(struct editor *e, uint8_t owner, bool waiting);
/* What SITE typed for it comes from the log. */
void pad_typed(struct editor *e, uint8_t site, const char *text);
/* It ends well. */
void pad_run_end(struct editor *e);
/* In the lobby: our run has begun (FRESH), or goes on; it prints OUTPUT, and waits
 * for input. */
void pad_practice(
    struct editor *e, bool fresh, const char *output, bool waiting);
/* It ends like that. */
void pad_practice_end(struct editor *e, enum verdict verdict);
/* The hub brings a line of chat or a note, said now. */
void pad_said(struct editor *e, uint64_t rev, uint8_t site, uint8_t scope,
    const char *text);

#endif
