/* clock.c - how long, as text for people. */
#include <stdio.h>

#include "client/clock.h"

void
clock_minutes(int64_t s, char *dst, size_t size)
{
	s = s > 0 ? s : 0;
	snprintf(dst, size, "%d:%02d", (int)(s / 60), (int)(s % 60));
}

void
clock_left(int64_t s, char *dst, size_t size)
{
	if (s >= 0)
		clock_minutes(s, dst, size);
	else
		snprintf(
		    dst, size, "+%02d:%02d", (int)(-s / 60), (int)(-s % 60));
}

void
clock_length(int64_t s, char *dst, size_t size)
{
	if (s < 3600)
		snprintf(dst, size, "%02d:%02d", (int)(s / 60), (int)(s % 60));
	else
		snprintf(dst, size, "%lld:%02d:%02d", (long long)(s / 3600),
		    (int)(s / 60 % 60), (int)(s % 60));
}
