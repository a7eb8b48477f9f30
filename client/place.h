/*
 * place.h - where the bytes of the text are on the screen, and which part of it
 * is seen.
 */
#ifndef CLIENT_PLACE_H
#define CLIENT_PLACE_H

#include "client/editor.h"

/* After every key, and by view_layout before every frame: our caret is seen, or
 * the one that we follow, and no rows are empty while there is text for them. */
void place_follow_caret(struct editor *e);
/* If we look elsewhere than where our caret is: it comes here. */
void place_take_view(struct editor *e);
/* Columns of LINE up to byte POS, tabs as TAB_SIZE stops. */
size_t place_column(const struct text *t, size_t line, size_t pos);
/* Where a byte of a line is shown: in which of the line's rows, if wrapped, and
 * in which column. */
struct place {
	size_t row, column, rows;
};
struct place place_of(const struct editor *e, size_t line, size_t pos);
/* The line after the last that is on the screen. */
size_t place_bottom(const struct editor *e);
/* The byte of LINE at COLUMN, or the last one before. */
size_t place_at_column(const struct text *t, size_t line, size_t column);
/* The byte that stands in ROW and COLUMN of what is seen of the text, from 0, or
 * the last one before. */
size_t place_at(const struct editor *e, int row, int column);
/* The first byte of LINE that is neither a space nor a tab; its end if there is
 * none. */
size_t place_indent(const struct text *t, size_t line);
/* The clusters of a line one after the other, and where each is shown. */
struct flow {
	const uint8_t *p; /* the line without its newline; borrowed */
	size_t len;
	size_t width; /* columns of a row; 0: there is one, however long */
	bool words;   /* rows end behind a blank, where a word fits into one */
	size_t at, n; /* the cluster: N bytes from AT on, and its columns */
	size_t cols;
	size_t row, column; /* where it is shown */
	size_t in_line;     /* columns before it, with the line in one row */
};
/* The line P[LEN] of the file that E looks at; before its first cluster. */
void flow_init(
    struct flow *f, const struct editor *e, const uint8_t *p, size_t len);
/* To the next cluster. False: there is none, and where a caret stands behind the
 * line is in ROW and COLUMN, its length in AT. */
bool flow_next(struct flow *f);
/* Columns of the cluster P[LEN] when it starts at COLUMN. */
int place_cluster_cols(const uint8_t *p, size_t len, size_t column);

#endif
