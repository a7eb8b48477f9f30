/* output.h - what the last run printed, and the line that it reads. Pure. */
#ifndef CLIENT_OUTPUT_H
#define CLIENT_OUTPUT_H

#include "client/editor.h"
#include "client/grid.h"
#include "client/view.h"

/* How many rows the output takes, WIDTH columns wide. */
int output_rows(const struct editor *e, int width);
/* The last rows of it that fit into A, or those SCROLL rows further up; nothing
 * else. */
void output_put(
    const struct editor *e, const struct area *a, int scroll, struct grid *g);
void output_draw(
    const struct editor *e, const struct layout *l, struct grid *g);

#endif
