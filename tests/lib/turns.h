/* turns.h - a loop of a test's own that turns until something is so: include it
 * after cmocka.h. */
#ifndef TESTS_LIB_TURNS_H
#define TESTS_LIB_TURNS_H

#include <stdbool.h>

#include "proto/sys/loop.h"

/* A new loop, which is turns_close's to free; the loop's codes. */
int turns_open(struct loop **out);
void turns_close(void);
/* Turn it until FN says so; the test fails if that takes 20 s. */
void until(bool (*fn)(void));

#endif
