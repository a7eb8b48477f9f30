/*
 * trace.h - the recorded editing of one author, edit by edit, for benchmarks that
 * type it somewhere. The form of the file is told in engine.c.
 */
#ifndef TESTS_BENCH_TRACE_H
#define TESTS_BENCH_TRACE_H

#include <stddef.h>
#include <stdint.h>

#include "proto/text.h"

struct trace_edit { /* on the text after the one before */
	uint32_t at, del, len;
	const uint8_t *ins;
};

struct trace {
	struct trace_edit *edits;
	size_t n;
	struct text
	    *first; /* after TRACE_FIRST edits, or all if there are less */
	struct text *whole; /* after all of them */
	uint8_t *bytes;     /* the file */
};

#define TRACE_FIRST 10000

/* Read the file PATH, gzipped or not. Ends the benchmark when it is no trace, or
 * one of several authors. */
void trace_open(struct trace *t, const char *path);
void trace_close(struct trace *t);

#endif
