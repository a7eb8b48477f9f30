/*
 * secret.h - invite codes: made, read as people type them, and kept only as
 * yescrypt hashes (crypt(5)). All codes of a room share one salt, so that
 * looking a code up costs one hash, however many there are: the codes have 60
 * random bits, which no table covers.
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
void code_new(char code[CODE_LEN + 1]);
void code_show(const char *code, char dst[CODE_SHOWN_LEN + 1]);
/* Read a code as typed: any case, with dashes and blanks, i l o as 1 1 0.
 * CS_EINVAL: it is none. */
int code_read(const char *typed, char code[CODE_LEN + 1]);
void room_id_new(char id[ROOM_ID_LEN + 1]);
/* The same for a room's id; CS_EINVAL. */
int room_id_read(const char *typed, char id[ROOM_ID_LEN + 1]);

#endif
