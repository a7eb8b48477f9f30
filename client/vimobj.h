/*
 * vimobj.h - vim's text objects: what an operator, or who selects, takes around
 * the caret. Each is the function of a line in vimgo.c's table, and moves both
 * ends of A; false: there is none. Pure.
 */
#ifndef CLIENT_VIMOBJ_H
#define CLIENT_VIMOBJ_H

#include "client/vimgo.h"

bool vimobj_in_word(struct editor *e, struct aim *a);
bool vimobj_a_word(struct editor *e, struct aim *a);
bool vimobj_in_paragraph(struct editor *e, struct aim *a);
/* Between, or with, the brackets whose first one is the object's second key. */
bool vimobj_inside(struct editor *e, struct aim *a);
bool vimobj_around(struct editor *e, struct aim *a);
/* The same between quotes. */
bool vimobj_quoted(struct editor *e, struct aim *a);

#endif
