/*
 * secret.h - invite codes: made, read as people type them, and kept only as
 * yescrypt hashes (crypt(5)). All codes of a room share one salt, so that
 * looking a code up costs one hash, however many there are: the codes have 60
 * random bits, which no table covers. And the hashes of passwords, which people
 * choose: with a salt and a price of their own.
 */
#ifndef HOSTD_SECRET_H
#define HOSTD_SECRET_H

#include <stddef.h>

#define CODE_LEN 12
#define CODE_SHOWN_LEN 14 /* K7M2-QX9D-4TRB */
#define ROOM_ID_LEN 7     /* r-7f3k2 */

/* A new salt into DST[SIZE] (64 is enough); CS_EIO. */
int secret_salt(char *dst, size_t size);
/* The hash of CODE with SALT into DST[SIZE] (128 is enough); CS_EIO. */
int secret_hash(const char *code, const char *salt, char *dst, size_t size);
/* A registration token: what a code is, but of 100 bits, which need no salt. */
#define TOKEN_LEN 20
#define TOKEN_SHOWN_LEN 24 /* K7M2-QX9D-4TRB-0V3C-W8NE */
void token_new(char shown[TOKEN_SHOWN_LEN + 1]);
/* The hash of a token as typed, like a code, into DST[SIZE] (65 is enough).
 * CS_EINVAL: it is none. */
int token_hash(const char *typed, char *dst, size_t size);

void code_new(char code[CODE_LEN + 1]);
void code_show(const char *code, char dst[CODE_SHOWN_LEN + 1]);
/* Read a code as typed: any case, with dashes and blanks, i l o as 1 1 0.
 * CS_EINVAL: it is none. */
int code_read(const char *typed, char code[CODE_LEN + 1]);
void room_id_new(char id[ROOM_ID_LEN + 1]);
/* The same for a room's id; CS_EINVAL. */
int room_id_read(const char *typed, char id[ROOM_ID_LEN + 1]);

/* What a password is hashed with, and to: DST[SIZE] (128 is enough). Some 30 ms
 * of time and 32 MiB; without effects, so for any thread. CS_EIO. */
int password_hash(const char *secret, char *dst, size_t size);
/* Is HASH made from SECRET? CS_EPERM: no. A salt in its place costs the same and
 * is CS_EPERM. How long it takes says nothing about either. CS_EIO. */
int password_check(const char *secret, const char *hash);
int password_salt(char *dst, size_t size);

#endif
