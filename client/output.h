/* output.h - what the last run printed, and the line that it reads. Pure. */
#ifndef CLIENT_OUTPUT_H
#define CLIENT_OUTPUT_H

#include "client/editor.h"
#include "client/grid.h"
#include "client/view.h"

/* How many rows the output takes, WIDTH columns wide. */
int output_rows(const struct editor *e, int width);
void output_draw(
    const struct editor *e, const struct layout *l, struct grid *g);

#endif
