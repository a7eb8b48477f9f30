/*
 * timer.h - the room's clock as we show it: the hub says when it began and how
 * long it has stood (MSG_TIMER), so that all screens agree.
 */
#ifndef CLIENT_TIMER_H
#define CLIENT_TIMER_H

#include "client/editor.h"

void timer_take(struct editor *e, const struct timer *t);
/* REC_PAUSE, REC_RESUME, REC_EXTEND: what is to be said of it. */
void timer_record(struct editor *e, const struct record *r);
/* Time passes: 10, 5 and 1 minute before the end, and then, it is said once. */
void timer_tick(struct editor *e);

#define TIMER_TEXT_SIZE 80
/* "47:26 left", "47:26 paused", "+02:10" or nothing, into DST; on the smallest
 * screens without a word, on the widest ones with more of them. */
void timer_text(const struct editor *e, char *dst, size_t size);
/* Shall it be bold: little time is left, for a candidate? */
bool timer_is_urgent(const struct editor *e);
/* Minutes that are left, rounded up, or 0. */
unsigned timer_minutes_left(const struct editor *e);
/* How it is while somebody has lost the connection, in COLS columns, or
 * nothing. */
void timer_news(const struct editor *e, int cols, char *dst, size_t size);

#endif
