/*
 * ticks.h - people's keys do not wait behind programs and key exchanges.
 *
 * Who wakes up for a key and has just run before is not always let in front of a
 * busy program by the kernel's scheduler (EEVDF: a little negative lag makes it
 * ineligible). Where the kernel is not preemptible it looks again only at the
 * timer's next tick, which is up to 4 ms away (CONFIG_HZ=250), and a key passes
 * five processes. So while there are such, a thread on each processor, of the
 * real-time class, wakes up every TICKS_US and sleeps at once: the scheduler
 * chooses anew whenever it goes to sleep, and by then who waits is eligible, and
 * goes first by its short slice (spawn_hurry). It costs 1 % of a processor.
 */
#ifndef PROTO_SYS_TICKS_H
#define PROTO_SYS_TICKS_H

#include <stdbool.h>

#define TICKS_US 250

/* While there are rights: become one of that class for the while until... */
void ticks_allow(void);
/* ...they are given up: then start the threads, which inherit it and sleep for
 * now, and leave it. False: this system does not let us, with the reason in errno,
 * and nothing else is different. */
bool ticks_open(void);
/* Is there somebody busy? */
void ticks_want(bool wanted);

#endif
