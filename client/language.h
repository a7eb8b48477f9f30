/*
 * language.h - programming languages as data: what syntax.c needs to colour a
 * line of them. A language is known by the end of a file's name.
 */
#ifndef CLIENT_LANGUAGE_H
#define CLIENT_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

/* How a string goes on until its end. */
enum quote_flags {
	QUOTE_LINES = 1,  /* over lines; others end with the line */
	QUOTE_RAW = 2,    /* a backslash is a character */
	QUOTE_TWICE = 4,  /* its end written twice is a character */
	QUOTE_CHAR = 8,   /* holds one character; else it is no string */
	QUOTE_PREFIX = 16 /* letters may stand before it (struct language) */
};

struct quote {
	const char *open, *close;
	unsigned flags;
};

#define QUOTES_MAX 8

struct language {
	const char *name;           /* as in the configuration */
	const char *ends;           /* of files, "c h", without the dot */
	const char *comment;        /* to the end of the line, or NULL */
	bool comment_apart;         /* but not within a word */
	const char *open, *close;   /* of a longer one, or NULL */
	bool open_first;            /* which begins a line */
	bool nests;                 /* which may hold others */
	const struct quote *quotes; /* longer ones first; ends with open NULL */
	const char *prefixes;       /* letters before a quote, or "" */
	const char *word;           /* more characters that words have, or "" */
	bool any_case;              /* of keywords */
	bool directives;            /* a line may begin with # and a word */
	const char *const
	    *keywords; /* sorted, in lower case with any_case; ends
					with NULL */
};

/* The language of FILE by its name, else the one called NAME (which may be
 * NULL), else one without any colours. Never NULL. */
const struct language *language_of(const char *file, const char *name);

#endif
