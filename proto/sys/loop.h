/*
 * loop.h - one thread's event loop over libevent: descriptors, timers, signals
 * and one hook that runs after every turn's callbacks and before sleeping (the
 * hub commits and sends there; the editor draws there).
 */
#ifndef PROTO_SYS_LOOP_H
#define PROTO_SYS_LOOP_H

#include <stdint.h>

struct loop;
struct loop_io;
struct loop_timer;

enum { LOOP_READ = 1, LOOP_WRITE = 2 };

int loop_new(struct loop **out);
void loop_free(struct loop *l);
/* Call FN(arg, what) while FD is ready for WHAT (LOOP_READ | LOOP_WRITE);
 * level-triggered. FD stays the caller's. */
int loop_io_new(struct loop *l, int fd, int what,
    void (*fn)(void *arg, int what), void *arg, struct loop_io **out);
void loop_io_want(struct loop_io *io, int what); /* 0 pauses it */
void loop_io_free(struct loop_io *io);           /* fine inside callbacks */
/* A timer, not running yet. FN runs once per start. */
int loop_timer_new(
    struct loop *l, void (*fn)(void *arg), void *arg, struct loop_timer **out);
void loop_timer_start(struct loop_timer *t, uint64_t after_ms);
void loop_timer_stop(struct loop_timer *t);
int loop_timer_running(const struct loop_timer *t);
void loop_timer_free(struct loop_timer *t);
/* FN(arg, signo) in the loop, never in a handler (signalfd: the signals must
 * be blocked already). One call per loop; SIGNALS ends with 0. */
int loop_signals(struct loop *l, const int *signals,
    void (*fn)(void *arg, int signo), void *arg);
void loop_before_sleep(struct loop *l, void (*fn)(void *arg), void *arg);
/* Turn until loop_stop; returns its CODE. */
int loop_run(struct loop *l);
void loop_stop(struct loop *l, int code);
uint64_t loop_now_ms(void);  /* monotonic */
uint64_t loop_wall_ms(void); /* Unix time */

#endif
