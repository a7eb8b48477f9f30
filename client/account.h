/*
 * account.h - the commands on accounts, keys, templates, and the trail. Each
 * takes the parsed command line and returns the exit status.
 */
#ifndef CLIENT_ACCOUNT_H
#define CLIENT_ACCOUNT_H

#include "client/cli.h"

int user_add(struct cli *c);
int user_list(struct cli *c);
int user_show(struct cli *c);
int user_rm(struct cli *c);
int user_passwd(struct cli *c);
int user_token(struct cli *c);
int key_add(struct cli *c);
int key_list(struct cli *c);
int key_rm(struct cli *c);
int template_add(struct cli *c);
int template_list(struct cli *c);
int template_show(struct cli *c);
int template_rm(struct cli *c);
int audit_show(struct cli *c);

#endif
