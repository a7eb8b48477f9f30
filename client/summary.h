/*
 * summary.h - what the staff sees when the interview has ended: all of the
 * screen, until a key leads on to the code.
 */
#ifndef CLIENT_SUMMARY_H
#define CLIENT_SUMMARY_H

#include "client/editor.h"
#include "client/grid.h"

/* MSG_SUMMARY; its tallies are copied. It is shown if no box is open. */
void summary_take(struct editor *e, const struct msg *m);
void summary_forget(struct editor *e);
/* Show it again; there is one. */
void summary_open(struct editor *e);
/* May the person export the room? A code alone is not enough. */
bool summary_may_export(const struct editor *e);
/* Copy the command that exports the room, which the summary shows; or say why it is
 * not to be had. */
void summary_export(struct editor *e);
void summary_draw(const struct editor *e, struct grid *g);
void summary_key(struct editor *e, const struct key *key);

#endif
