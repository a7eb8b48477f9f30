/*
 * point.h - pointing at a line: it is marked for POINT_MS on every screen, and
 * nobody is moved. Who does not see it may jump there.
 */
#ifndef CLIENT_POINT_H
#define CLIENT_POINT_H

#include "client/editor.h"

/* Point at the line of byte POS of the file on the screen, or say why that is not
 * possible. The hub is told by e->point_wanted. */
void point_at(struct editor *e, size_t pos);
/* The same, at our caret. */
void point_here(struct editor *e);
/* Why it is not ours to point, for people to read; "" if it is. */
const char *point_why_not(const struct editor *e);
/* Somebody points at C's head, as the hub had it at REV. */
void point_take(struct editor *e, const struct caret *c, uint64_t rev);
/* What we point at ourselves, for the hub. False: nothing any more. */
bool point_own(const struct editor *e, struct caret *c);
/* Who points at the line of FILE that begins at START and has LEN bytes, or
 * NULL. */
const struct point *point_on(
    const struct editor *e, uint8_t file, size_t start, size_t len);
/* Go to what is pointed at and is not on the screen. False: nothing is. */
bool point_jump(struct editor *e);
/* "Ivy points at line 42 - F7 jumps" in COLS columns if that is not on the screen,
 * or nothing. */
void point_news(const struct editor *e, int cols, char *dst, size_t size);
/* FILE was changed by OP. */
void point_changed(struct editor *e, uint8_t file, const struct op *op);
/* Time has passed. */
void point_tick(struct editor *e);

#endif
