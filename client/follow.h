/*
 * follow.h - whose caret we keep in sight, and the way back. Who follows sees
 * where somebody is and not that one's screen, so two can follow each other. An
 * edit, a caret move or a scroll of one's own pauses it.
 */
#ifndef CLIENT_FOLLOW_H
#define CLIENT_FOLLOW_H

#include "client/editor.h"

#define FOLLOW_LINES 3       /* that caret is so far from the edges */
#define FOLLOW_REST_MS 10000 /* who did something so lately is at work */

/* Follow SITE, or say why that is not possible. */
void follow_start(struct editor *e, uint8_t site);
/* Whom follow_next would follow, or 0. */
uint8_t follow_whom(const struct editor *e);
/* Go on if it is paused, else follow who is next in the room. */
void follow_next(struct editor *e);
/* No more. */
void follow_stop(struct editor *e);
/* We change, move or scroll ourselves. */
void follow_pause(struct editor *e);
/* Could SITE be followed? */
bool follow_can(const struct editor *e, uint8_t site);
/* The caret that is followed now, or NULL. */
const struct caret *follow_caret(const struct editor *e);
/* Look at the file where it is. Before every frame, by view_layout. */
void follow_file(struct editor *e);
/* Our caret goes to byte HEAD of FILE, and can go back. */
void follow_go(struct editor *e, uint8_t file, size_t head);
/* Our caret goes where SITE's is. */
void follow_jump(struct editor *e, uint8_t site);
/* Back to where we were before following, jumping or paging began. */
void follow_back(struct editor *e);
/* Where our caret is now can be gone back to. */
void follow_remember(struct editor *e);
/* The people are others: who has left is followed no more, and an interviewer
 * follows the candidate until deciding otherwise. */
void follow_people(struct editor *e);
/* FILE was changed by OP: places in it move. */
void follow_changed(struct editor *e, uint8_t file, const struct op *op);
/* "FOLLOWING Cleo - Esc stops", in COLS columns, or nothing. */
void follow_news(const struct editor *e, int cols, char *dst, size_t size);

#endif
