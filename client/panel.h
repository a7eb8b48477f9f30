/* panel.h - the boxes in front of the text: join, leave, help. */
#ifndef CLIENT_PANEL_H
#define CLIENT_PANEL_H

#include "client/editor.h"
#include "client/grid.h"

void panel_draw(const struct editor *e, struct grid *g);
void panel_too_small(struct grid *g);
/* No box is open, or only the one that welcomes back: it goes with KEY, which
 * means what it always does. False: the key was, or is, the box's (panel_key).
 */
bool panel_gives_way(struct editor *e, const struct key *key);
/* The interview has ended, which is told: at once, or behind what is to be
 * answered first. */
void panel_ended(struct editor *e);
/* KEY while there is a box that came by itself: was it on its way to what is behind
 * that? A letter is, and an Enter, while one types. */
bool panel_was_typed(struct editor *e, const struct key *key);
/* The box goes; what was behind it is seen again. */
void panel_close(struct editor *e);
/* What can be clicked on in the join box: the keys go there, and the tick becomes
 * the other one. */
enum join_field { JOIN_NAME, JOIN_CONSENT };
void panel_field(struct editor *e, enum join_field field);
/* A key while a box is open. */
void panel_key(struct editor *e, const struct key *key);

#endif
