/*
 * uplink.h - what the editor tells the hub. Each function sends one message, or
 * as many as it takes; 0, or link_send's and msg_encode's codes.
 */
#ifndef CLIENT_UPLINK_H
#define CLIENT_UPLINK_H

#include "client/editor.h"
#include "proto/sys/link.h"

/* A message of TYPE that has no fields. */
int uplink_plain(struct link *l, uint8_t type);
/* We are here, and this is how much of the room we have. */
int uplink_hello(struct link *l, const struct editor *e);
/* We listen, from the first record on, and say nothing but notes. */
int uplink_replay(struct link *l);
int uplink_note(struct link *l, const char *text);
int uplink_join(struct link *l, const struct editor *e);
/* All edits that were not sent yet; that they may be is the caller's to know. */
int uplink_edits(struct link *l, struct editor *e);
int uplink_caret(struct link *l, struct editor *e);
int uplink_point(struct link *l, const struct editor *e, const struct caret *c);
/* In the lobby: run the pad, or stop that. */
int uplink_practice(
    struct link *l, const struct editor *e, enum practice_kind kind);
/* e->sent, which is empty then, for the program. */
int uplink_input(struct link *l, struct editor *e);
int uplink_say(struct link *l, const struct editor *e); /* e->talk.sending */
int uplink_link(struct link *l, const struct editor *e);
int uplink_looks(struct link *l, const struct editor *e);
int uplink_act(struct link *l, const struct editor *e); /* e->act */

#endif
