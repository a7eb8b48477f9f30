/* clock.c - the clocks of loop.h, apart from it for programs without a loop. */
#include <time.h>

#include "proto/sys/loop.h"

static uint64_t
now_ms(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

uint64_t
loop_now_ms(void)
{
	return now_ms(CLOCK_MONOTONIC);
}

uint64_t
loop_wall_ms(void)
{
	return now_ms(CLOCK_REALTIME);
}
