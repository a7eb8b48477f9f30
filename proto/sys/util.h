/* util.h - small effects that several programs share. */
#ifndef PROTO_SYS_UTIL_H
#define PROTO_SYS_UTIL_H

#include <stddef.h>
#include <stdint.h>

/* For a program's own small state: abort when memory is out. */
void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t size);
char *xstrdup(const char *s);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* A decimal number in [MIN, MAX], nothing before or after it: 0, CS_EINVAL or
 * CS_ERANGE. */
int parse_num(const char *s, uint64_t min, uint64_t max, uint64_t *out);
/* "14:31", "1:02:03" or "90": minutes and seconds, hours, seconds, into *MS. 0 or
 * CS_EINVAL. */
int parse_clock(const char *s, uint64_t *ms);
/* "24h", "7d", "30m", "10s" as seconds: 0 or CS_EINVAL. */
int parse_duration(const char *s, uint64_t *seconds);
/* Unguessable, as all that follow. */
void random_bytes(void *p, size_t len);
/* LEN hex digits and a NUL into DST[LEN + 1]. */
void random_hex(char *dst, size_t len);
/* LEN digits of Crockford base 32; UPPER: K7M2... else k7m2... */
void random_crockford(char *dst, size_t len, int upper);
uint64_t random_u64(void);
/* Time as RFC 3339 UTC with milliseconds, 24 characters and a NUL. */
void time_rfc3339(uint64_t unix_ms, char dst[25]);
/* Tell systemd STATE ("READY=1"); nothing happens without $NOTIFY_SOCKET. */
void sd_notify_state(const char *state);
/* The path of a sibling program: beside our own executable if it is there, else
 * in LIBEXECDIR, SBINDIR or BINDIR. The caller frees; NULL if nowhere. */
char *program_path(const char *name);
/* The whole of FD as bytes, at most MAX: 0, CS_ETOOBIG, CS_EIO. *P is freed by
 * the caller and NUL-terminated. */
int read_all(int fd, size_t max, char **p, size_t *len);
/* Write everything; CS_EIO. */
int write_all(int fd, const void *p, size_t len);
int fd_nonblock(int fd);

#endif
