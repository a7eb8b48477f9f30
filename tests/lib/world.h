/* world.h - rooms over a real store in a new directory, for unit tests: include
 * it after cmocka.h. */
#ifndef TESTS_LIB_WORLD_H
#define TESTS_LIB_WORLD_H

#include "hostd/room.h"

struct world {
	struct hub hub;
	char dir[64], path[96];
};

int setup(void **state);
int teardown(void **state);
/* What the hub does after each turn. */
void turn(struct hub *h);
/* A room without files. */
struct room *make_room(struct hub *h);
/* N edits by site 2 that each change every second character of the first file,
 * which has 32,000 then: CHURN_HUNKS hunks. */
#define CHURN_HUNKS 16000
void churn(struct room *room, unsigned n);
/* Is FILE's text WANT? */
void text_is(const struct order *o, unsigned file, const char *want);

#endif
