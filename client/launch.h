/*
 * launch.h - the keys that run the program and stop it: may they now, and if
 * not, why? The hub is asked by e->request. Pure.
 */
#ifndef CLIENT_LAUNCH_H
#define CLIENT_LAUNCH_H

#include "client/editor.h"

/* Why it is not ours to run or to stop it, for people to read; "" if it is. */
const char *launch_why_not_run(const struct editor *e);
const char *launch_why_not_stop(const struct editor *e);
/* REQUEST_RUN, and the output is shown; or it is said what is in the way. */
void launch_run(struct editor *e);
/* REQUEST_STOP, or the same. */
void launch_stop(struct editor *e);
/* ", run 3 OK", behind another sentence; "" before the first run. */
void launch_words(const struct editor *e, char *dst, size_t size);

#endif
