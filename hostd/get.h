/* get.h - files of rooms as they were, which take some turns. */
#ifndef HOSTD_GET_H
#define HOSTD_GET_H

#include "hostd/room.h"

#define GETS_MAX 16 /* at a time; then the next one is refused. */
#define GETS_EACH 4 /* the same for one account */

/* Fold on until UNTIL_MS. True: there is more to do. */
bool gets_work(struct hub *h, uint64_t until_ms);
void gets_close(struct hub *h);

#endif
