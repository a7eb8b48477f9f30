/* export.h - taking a room out of the host, and checking what was taken. */
#ifndef CLIENT_EXPORT_H
#define CLIENT_EXPORT_H

#include "client/cli.h"

int room_export(struct cli *c);
int room_verify(struct cli *c);

#endif
