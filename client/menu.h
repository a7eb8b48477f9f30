/*
 * menu.h - everything that can be done here, with its keys: what concerns people
 * and the room (act.h), and the keys' commands (command.h). What is typed leaves
 * the entries that hold it; Enter does the one that is marked, which stays that
 * one, whoever comes or goes meanwhile.
 */
#ifndef CLIENT_MENU_H
#define CLIENT_MENU_H

#include "client/editor.h"
#include "client/grid.h"

void menu_open(struct editor *e);
void menu_draw(const struct editor *e, struct grid *g);
void menu_key(struct editor *e, const struct key *key);
/* Before every frame, by view_layout: if the marked entry has gone, the first is. */
void menu_settle(struct editor *e);
/* Do what ENTRY of those that are left says, by its number. */
void menu_run(struct editor *e, int entry);

#endif
