/*
 * syntax.h - colours for one line of a program at a time. What carries over to
 * the next line is one byte (inside which kind of string or comment), which is
 * kept for each line and computed again only as far as it differs.
 */
#ifndef CLIENT_SYNTAX_H
#define CLIENT_SYNTAX_H

#include <stddef.h>
#include <stdint.h>

#include "client/language.h"
#include "proto/text.h"

enum syntax_role {
	SYN_TEXT,
	SYN_KEYWORD,
	SYN_STRING,
	SYN_NUMBER,
	SYN_COMMENT,
	SYN_CALL
};

/* The role in L of each of LINE's LEN bytes into ROLES (may be NULL). STATE is what
 * the line before returned, 0 at the start; returns the state after it. */
uint8_t syntax_line(const struct language *l, uint8_t state,
    const uint8_t *line, size_t len, uint8_t *roles);

struct syntax {
	const struct language *language; /* from syntax_reset on */
	uint8_t *states;                 /* at the start of each line */
	size_t lines, cap;
};

void syntax_release(struct syntax *s);
/* T, in the language L, is new: forget all. CS_ENOMEM. */
int syntax_reset(
    struct syntax *s, const struct language *l, const struct text *t);
/* T has changed: lines FIRST to LAST (of T as it is now) hold everything that
 * is different. CS_ENOMEM. */
int syntax_changed(
    struct syntax *s, const struct text *t, size_t first, size_t last);
uint8_t syntax_state(const struct syntax *s, size_t line);

#endif
