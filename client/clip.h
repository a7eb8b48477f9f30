/*
 * clip.h - cut, copy and paste by our own clipboard, which is also told to the
 * terminal (OSC 52), so that what was copied can be pasted elsewhere. What comes
 * from elsewhere comes as a bracketed paste. Pure.
 */
#ifndef CLIENT_CLIP_H
#define CLIENT_CLIP_H

#include "client/editor.h"
#include "client/select.h"

/* S of the text is what is pasted from now on; LINE: as whole lines. False, and it
 * was said why: it is too large. */
bool clip_keep(struct editor *e, struct span s, bool line);
/* TEXT is, which was not taken from the text. */
void clip_text(struct editor *e, const char *text);
/* What is selected, else the caret's line. What is larger than CLIP_MAX is
 * refused by a sentence, and the clipboard stays as it was. */
void clip_copy(struct editor *e);
/* The same, and remove it from the text. */
void clip_cut(struct editor *e);
/* In the place of what is selected, or at the caret; a whole line that was
 * copied without a selection goes above the caret's. */
void clip_paste(struct editor *e);
/* What comes by a bracketed paste. */
void clip_paste_key(struct editor *e, const struct key *key);
/* What tells a terminal to make the clipboard its own, OSC 52, into OUT, which
 * has CLIP_SEQUENCE_MAX bytes; OUT's errors. Nothing in it but printable ASCII
 * and the sequence's ends. */
#define CLIP_SEQUENCE_MAX ((CLIP_MAX + 2) / 3 * 4 + 16)
void clip_sequence(const struct editor *e, struct buf *out);

#endif
