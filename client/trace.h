/*
 * trace.h - where in the text a program's output says that something is wrong, as
 * interpreters and compilers write it. What a run failed with is marked beside its
 * line until that is edited or the next run begins.
 */
#ifndef CLIENT_TRACE_H
#define CLIENT_TRACE_H

#include "client/editor.h"

/* The line of output P[LEN] names a LINE, from 0, of one of the room's files.
 * False: it does not. */
bool trace_place(const struct editor *e, const uint8_t *p, size_t len,
    uint8_t *file, size_t *line);
/* A run begins: what the one before failed with is no more. */
void trace_begin(struct editor *e);
/* It has ended, and all of its output is there. Where e->run.edited, a line is
 * marked only if the output quotes it. */
void trace_end(struct editor *e);
/* FILE was changed by OP, its lines from LINE on moved by BY. */
void trace_changed(
    struct editor *e, uint8_t file, const struct op *op, size_t line, long by);
/* Is that in the line of FILE which begins at START? */
bool trace_is_at(const struct editor *e, uint8_t file, size_t start);
/* Our caret goes there, or to LINE of FILE, or to its last one. */
void trace_go(struct editor *e);
void trace_jump(struct editor *e, uint8_t file, size_t line);

#endif
