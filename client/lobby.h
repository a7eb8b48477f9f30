/*
 * lobby.h - the waiting room. Who waits has a practice pad: a document like any
 * other, but of its own, of which nothing is kept. Only to be run it is sent, as
 * it is then; what that prints comes to nobody else, and goes with the pad.
 */
#ifndef CLIENT_LOBBY_H
#define CLIENT_LOBBY_H

#include "client/editor.h"
#include "client/view.h"

/* Outside: there is a fresh pad, and what was known of the room is gone. Does
 * nothing if we are there already. CS_ENOMEM. */
int lobby_enter(struct editor *e);
/* Let in, or gone: the pad goes. */
void lobby_leave(struct editor *e);
/* The pad takes what was typed as kept, since there is no hub to say so. */
void lobby_settle(struct editor *e);
/* MSG_PRACTICED: what has become of a run of the pad. */
void lobby_ran(struct editor *e, const struct msg *m);
/* e->sent is about to go to the program: it stands among its output. In a room
 * it comes back from the log. */
void lobby_typed(struct editor *e);
/* There is no hub just now: it has stopped the run, if there was one. */
void lobby_offline(struct editor *e);
/* Where things are; L has its size and the places of the last rows. */
void lobby_layout(struct editor *e, int cols, int rows, struct layout *l);
/* Everything but the pad's text. */
void lobby_draw(const struct editor *e, const struct layout *l, struct grid *g);

#endif
