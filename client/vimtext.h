/*
 * vimtext.h - the text as vim sees it: lines, words and brackets, for motions
 * and objects. As in vim a line's end is a place, too, where no caret stays: the
 * newline, which counts as a blank. Positions are bytes, lines count from 0.
 * Pure.
 */
#ifndef CLIENT_VIMTEXT_H
#define CLIENT_VIMTEXT_H

#include "proto/text.h"

/* Blank, punctuation or part of a word? */
enum sort { BLANK, PUNCT, WORD };
enum sort vimtext_sort(const struct text *t, size_t pos);
/* The code point at POS, 0 at the end. */
uint32_t vimtext_char(const struct text *t, size_t pos);
/* Where the line of POS begins and ends; is it empty; does it end at POS? */
size_t vimtext_start(const struct text *t, size_t pos);
size_t vimtext_end(const struct text *t, size_t pos);
bool vimtext_is_empty(const struct text *t, size_t pos);
bool vimtext_is_end(const struct text *t, size_t pos);
/* The number of the last line. */
size_t vimtext_last(const struct text *t);
/* Is LINE empty, or of nothing but blanks? */
bool vimtext_is_blank(const struct text *t, size_t line);

/* One character on, or back, from a line's last one to the next one's first.
 * False: there is none, and *POS is the end, or 0. */
bool vimtext_on(const struct text *t, size_t *pos);
bool vimtext_back(const struct text *t, size_t *pos);

/* One word on. LAST: an operator's last one, which ends with its line. False:
 * there is no more. */
bool vimtext_next_word(const struct text *t, size_t *pos, bool last);
/* To the end of a word. STAY: if *POS is one, that will do. EMPTY: an empty
 * line will, too. False: as above. */
enum vimtext_flags { VIMTEXT_STAY = 1, VIMTEXT_EMPTY = 2 };
bool vimtext_word_end(const struct text *t, size_t *pos, unsigned flags);
/* To the beginning of a word. False: *POS is 0. */
bool vimtext_word_back(const struct text *t, size_t *pos);
/* The start of what ^W takes before POS. */
size_t vimtext_word_before(const struct text *t, size_t pos);
/* How far what is of the same sort as POS goes, between START and END. */
size_t vimtext_alike(const struct text *t, size_t pos, size_t end);
size_t vimtext_alike_before(const struct text *t, size_t pos, size_t start);

/* Which of ()[]{} C is, from 0, or -1: the other one of its pair is ^ 1. */
int vimtext_bracket(int c);
/* The other one of BRACKET's pair. */
int vimtext_pair(int bracket);
/* The other one of the bracket at POS; its own kind counts, and nothing else.
 * False: there is none. */
bool vimtext_other(const struct text *t, size_t pos, size_t *other);

#endif
