/*
 * listen.h - the listening sockets, and the gate: who may connect at all. The
 * gate acts before any cryptography; it is pure, clock and chance are given.
 */
#ifndef HOSTD_LISTEN_H
#define HOSTD_LISTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define ADDR_TEXT_SIZE 64 /* "[2001:db8::1]:65535" */
#define GATE_MAX_SOURCES 65536

/* Bind and listen on "ADDR:PORT" ("[::1]:2222", port 0 picks one). Returns the
 * descriptor and in BOUND where it really is; CS_EINVAL (no such address),
 * CS_EBUSY (taken), CS_EPERM, CS_EIO. */
int listen_open(const char *where, char bound[ADDR_TEXT_SIZE]);
/* "ADDR:PORT" of SS into DST; without PORT if not WITH_PORT. */
void addr_text(const struct sockaddr_storage *ss, bool with_port,
    char dst[ADDR_TEXT_SIZE]);

/* Who counts as one: an IPv4 address or an IPv6 /64. Plain bytes. */
struct source {
	uint8_t net[8];
	uint8_t is_v6, loopback;
};
void source_of(const struct sockaddr_storage *ss, struct source *s);

enum gate_answer { GATE_OPEN, GATE_STARTUPS, GATE_SOURCE, GATE_PENALTY };
/* What a source did, and what it costs (as OpenSSH's PerSourcePenalties). */
enum offence { OFFENCE_CRASH, OFFENCE_AUTH, OFFENCE_GRACE, OFFENCE_NOAUTH };

struct gate;
struct gate_rules {
	unsigned begin, rate, full; /* MaxStartups */
	unsigned per_source;
	bool penalties;
};

int gate_new(struct gate **out, const struct gate_rules *rules); /* CS_ENOMEM */
void gate_free(struct gate *g);
/* May S connect at NOW_MS? CHANCE is any random number. With GATE_OPEN it
 * counts as unauthenticated until gate_leave. */
enum gate_answer gate_enter(
    struct gate *g, const struct source *s, uint64_t now_ms, uint64_t chance);
void gate_leave(struct gate *g, const struct source *s);
/* Penalties add up, from 15 s on they keep the source out, at most 10 minutes.
 * Loopback is spared: behind a local forwarder everybody looks like it. */
void gate_punish(
    struct gate *g, const struct source *s, enum offence what, uint64_t now_ms);
const char *gate_reason(enum gate_answer a); /* for the log */

#endif
