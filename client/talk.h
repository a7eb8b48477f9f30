/*
 * talk.h - chat and notes: what was said, and the line that is being typed.
 * Chat is for everybody in the room, or for the staff alone; notes are the
 * staff's own. The hub brings each seat what it may see, and nothing else.
 */
#ifndef CLIENT_TALK_H
#define CLIENT_TALK_H

#include "client/editor.h"

/* A seat's message brought the line M->said; one that is known is left out. */
/* Something has happened: a line among those of the chat. */
void talk_event(struct editor *e, const char *what);
void talk_said(struct editor *e, const struct msg *m);
/* Welcomed. What was said before is no news, but for who has been away. */
void talk_welcome(struct editor *e, const struct welcome *w);
/* The link is gone: what was on its way may have been lost, and comes back into
 * the line. */
void talk_offline(struct editor *e);
void talk_forget(struct editor *e);
/* Does PANE show LINE? */
bool talk_is_in(enum pane pane, const struct said_line *line);
/* The Ith line that is kept, from the oldest. */
const struct said_line *talk_line(const struct talk *t, int i);
/* Or is it only read? */
bool talk_may_write(const struct editor *e);
/* Show PANE, and let the keys go to its line; if they do, back to the code. */
void talk_toggle(struct editor *e, enum pane pane);
/* The keys go to the code again. */
void talk_leave(struct editor *e);
/* A key while they go to a line; false: it means nothing there. */
bool talk_key(struct editor *e, const struct key *key);

#endif
