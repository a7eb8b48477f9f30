/*
 * act.h - what the staff can do with people and the room, and what everybody
 * can with focus time. Who may is also, and finally, decided by the hub.
 */
#ifndef CLIENT_ACT_H
#define CLIENT_ACT_H

#include "client/editor.h"

/* One of them. MAY is asked for each SITE in the room, or, of what concerns no
 * person, for site 0. */
struct action {
	const char *name; /* in the menu; %s is the person's name */
	const char *keys;
	bool (*may)(const struct editor *e, uint8_t site);
	bool person;
	/* before the keys' commands; behind them; neither: behind the few that
	 * one opens the menu for (COMMAND_FIRST) */
	bool first, late;
	/* on our screen alone; NULL: the hub is asked for the act KIND */
	void (*fn)(struct editor *e, uint8_t site);
	uint8_t kind, minutes; /* enum act_kind; of ACT_FOCUS */
	bool asks;             /* once more, whether it is meant */
};
const struct action *act_table(size_t *n);
/* Do A, to SITE. */
void act_run(struct editor *e, const struct action *a, uint8_t site);
/* Who has been waiting to be let in for the longest time, or 0; *MORE (may be
 * NULL) gets how many wait besides. */
uint8_t act_waiting(const struct editor *e, int *more);
/* Let that one in. */
void act_admit_next(struct editor *e);
/* Ask for a mark in the log, if we may make one and have not just done so. */
bool act_mark(struct editor *e);
/* End the focus time, if it is ours to end. */
void act_end_focus(struct editor *e);
/* Ask whether the recording is to be erased, if it is ours to erase. */
void act_purge(struct editor *e);
/* PANEL_ASK was answered with yes. */
void act_confirmed(struct editor *e);
/* After MSG_PEOPLE, and as time goes by: shall the bell be rung? */
void act_bell(struct editor *e, bool arrived);

#endif
