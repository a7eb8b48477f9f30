/*
 * entry.h - who wants in by one ssh connection. Whoever proves who it is, is in;
 * whoever does not is refused. There is one in a process.
 */
#ifndef HOSTD_ENTRY_H
#define HOSTD_ENTRY_H

#include "hostd/login.h"
#include "hostd/transport.h"

#define ENTRY_BUSY "The host is busy. Try again in a moment."

/* Ask codesyncd by the socket MONITOR, which stays the caller's and is used until
 * somebody is in; REGISTRATION is who may make an account, as it is configured. */
void entry_open(int monitor, const char *registration);
/* For struct transport_events. */
enum transport_next entry_request(const char *user, bool interactive);
enum transport_next entry_answer(const char *answer);
void entry_question(struct question *q);
enum key_answer entry_key(
    const char *user, const char *base64, enum key_state state);
/* Time passes: what libssh has dropped is noticed. */
void entry_tick(uint64_t now_ms);

/* Who is in has NAME with VALUE in its environment; false: that is of no use. */
bool entry_env(const char *name, const char *value);
bool entry_in(void);
/* NULL, or why the connection has to end: a sentence for the client. */
const char *entry_refusal(void);
/* Who is in, and what the hub has said to it. */
const struct login *entry_login(void);
const struct mon_msg *entry_verdict(void);

#endif
