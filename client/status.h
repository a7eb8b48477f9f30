/* status.h - the last two rows: what happens, and which keys there are. Pure. */
#ifndef CLIENT_STATUS_H
#define CLIENT_STATUS_H

#include "client/editor.h"
#include "client/grid.h"
#include "client/view.h"

void status_draw(
    const struct editor *e, const struct layout *l, struct grid *g);

#endif
