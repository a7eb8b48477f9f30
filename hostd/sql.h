/*
 * sql.h - SQLite behind one header: what the files of the store (store.c,
 * ...) perform their statements with. The transaction's rules are store.h's.
 *
 * A statement is a text that stays where it is; it is prepared once and known
 * by its address. Values are bound by a format: i int64 as by (int64_t), t a
 * NUL-terminated text, b bytes with their size_t length.
 */
#ifndef HOSTD_SQL_H
#define HOSTD_SQL_H

#include <stddef.h>
#include <stdint.h>

#include "hostd/store.h"
#include "proto/buf.h"

struct sqlite3_stmt; /* the rows of a question */

/* Write in the batch's transaction. */
int sql_put(struct store *s, const char *text, const char *format, ...);
/* Rows that the last sql_put changed, and the key of what it inserted. */
int sql_changes(const struct store *s);
int64_t sql_last_key(const struct store *s);
/* The transaction can not be kept: ERR, which is returned. */
int sql_fail(struct store *s, int err);

/* Ask: what it returns goes to sql_row, also NULL. */
struct sqlite3_stmt *sql_ask(
    struct store *s, const char *text, const char *format, ...);
/* 1: there is a row in ST; 0: no more; else an error. But for 1 it is done. */
int sql_row(struct store *s, struct sqlite3_stmt *st);
/* No more rows are wanted. */
void sql_done(struct sqlite3_stmt *st);

/* What is in the row that ST is at, into ROW. */
typedef void sql_take(struct sqlite3_stmt *st, void *row);
/* The first row of ST by TAKE into ROW. CS_ENOTFOUND: there is none; or
 * sql_row's errors. */
int sql_one(
    struct store *s, struct sqlite3_stmt *st, sql_take *take, void *row);
/* All of them, each of SIZE bytes: ROWS points to a pointer, which gets an array
 * of *N that the caller frees, also after an error. sql_row's errors. */
int sql_all(struct store *s, struct sqlite3_stmt *st, sql_take *take,
    size_t size, void *rows, size_t *n);

/* Column I (from 0) of the row. A text is cut to fit SIZE; NULL is "". */
int64_t sql_i64(struct sqlite3_stmt *st, int i);
uint64_t sql_u64(struct sqlite3_stmt *st, int i);
/* Looks (proto/looks.h); 0 if they are none. */
uint64_t sql_looks(struct sqlite3_stmt *st, int i);
void sql_text(struct sqlite3_stmt *st, int i, char *dst, size_t size);
/* Borrowed until the next row; *LEN bytes. */
const void *sql_bytes(struct sqlite3_stmt *st, int i, size_t *len);
/* The same to the end of B; b->err. */
int sql_blob(struct sqlite3_stmt *st, int i, struct buf *b);

#endif
