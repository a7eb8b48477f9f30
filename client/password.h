/* password.h - a new password, from whoever sits at the terminal or a pipe. */
#ifndef CLIENT_PASSWORD_H
#define CLIENT_PASSWORD_H

#include "client/cli.h"

#define PASSWORD_SIZE 256

/* From the terminal that standard input is: asked for twice, unseen; else one
 * line of standard input. Into DST, to be wiped by the caller. Returns an exit
 * status after having said why. */
int password_read(const struct cli *c, char dst[PASSWORD_SIZE]);
/* PROMPT's answer from the terminal that standard input is, SHOWN as it is
 * typed or not. 0; CS_EPERM: it was not given. */
int password_ask(const char *prompt, bool shown, char dst[PASSWORD_SIZE]);

#endif
