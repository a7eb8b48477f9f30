/*
 * event.h - records as people and scripts see them: one JSON object each, as
 * `codesync room tail` prints them. Pure but for memory, which aborts.
 *
 * A record alone does not say everything: its site's label came with a join or
 * is told (events_label), its file's name came with an earlier record, and an undo names its author's own
 * sequence number. So a struct events must see a room's records from the first
 * one on, in order.
 */
#ifndef CLIENT_EVENT_H
#define CLIENT_EVENT_H

#include <stdint.h>

#include "proto/record.h"
#include "proto/sys/json.h"

struct events;

struct events *events_new(void);
void events_free(struct events *e);
/* SITE has LABEL, which is known for all who did anything: also for those who
 * never joined, in the lobby or by command. */
void events_label(struct events *e, uint8_t site, const char *label);
/* Learn from R and return it as an object, the caller's to free. Keys: rev at
 * seat type, and those of its type. */
struct json *events_json(struct events *e, const struct record *r);
/* Learn from R only. */
void events_skip(struct events *e, const struct record *r);
/* The keys of a run's end: verdict exit_code signal syscall wall_ms cpu_ms
 * memory_kb tier warm output_truncated. */
void events_result(struct json *o, const struct run_result *r);

#endif
