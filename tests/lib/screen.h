/*
 * screen.h - what an editor shows, compared with tests/screens/NAME; with
 * SCREENS=write they are written instead, to be looked at before they are kept.
 */
#ifndef TESTS_SCREEN_H
#define TESTS_SCREEN_H

#include "client/editor.h"

void screen_check(struct editor *e, int cols, int rows, const char *name);
/* The same, with how the cells look below it: a letter for the paint (screen.c has
 * which), and the sum of the flags. */
void screen_check_looks(struct editor *e, int cols, int rows, const char *name);
/* An editor as pad_open makes it: a program, two people besides us, one of them on
 * line 9, and a run that has ended. */
void screen_room(struct editor *e);

#endif
