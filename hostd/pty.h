/* pty.h - pseudo terminals. */
#ifndef HOSTD_PTY_H
#define HOSTD_PTY_H

#include <stdint.h>

#define PTY_MAX_COLS 500
#define PTY_MAX_ROWS 300

/* Open a pty of COLS x ROWS (0 in either: 80x24; larger ones are cut to the
 * maximum), both ends close-on-exec, the slave in UTF-8 mode. 0 or CS_EIO. */
int pty_open(uint16_t cols, uint16_t rows, int *master, int *slave);
/* May NAME be put into TERM? [A-Za-z0-9+._-]{1,40} */
int pty_term_valid(const char *name);

#endif
