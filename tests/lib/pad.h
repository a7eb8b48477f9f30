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
/* An edit of site 2 arrives. */
void pad_remote(struct editor *e, size_t pos, size_t del, const char *ins);

#endif
