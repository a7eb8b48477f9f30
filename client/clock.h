/* clock.h - how long, as text for people. Pure. */
#ifndef CLIENT_CLOCK_H
#define CLIENT_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* S seconds, "0:41", "75:00", into DST[SIZE]; less than none is none. */
void clock_minutes(int64_t s, char *dst, size_t size);
/* The same of what is left, or, "+02:10", what there is too much of. */
void clock_left(int64_t s, char *dst, size_t size);
/* The same as "00:41", "1:15:00". */
void clock_length(int64_t s, char *dst, size_t size);

#endif
