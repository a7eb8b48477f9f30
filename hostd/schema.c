/* schema.c - the tables of the store, step by step. */
#include "hostd/schema.h"

/* clang-format off */
static const char first[] =
/* A room. Times are Unix milliseconds, 0: not yet. */
"CREATE TABLE rooms ("
"  key INTEGER PRIMARY KEY,"
"  id TEXT NOT NULL UNIQUE,"
"  title TEXT NOT NULL,"
"  language TEXT NOT NULL,"
"  owner TEXT NOT NULL,"
"  minutes INTEGER NOT NULL,"
"  retention_days INTEGER NOT NULL,"
"  lobby INTEGER NOT NULL,"
"  copy INTEGER NOT NULL,"
"  created_ms INTEGER NOT NULL,"
"  started_ms INTEGER NOT NULL,"
"  ended_ms INTEGER NOT NULL,"
"  salt TEXT NOT NULL,"
"  idempotency_key TEXT UNIQUE"
") STRICT;"
"CREATE INDEX rooms_live ON rooms (key) WHERE ended_ms = 0;"
/* A person in a room. */
"CREATE TABLE seats ("
"  room INTEGER NOT NULL REFERENCES rooms,"
"  site INTEGER NOT NULL,"
"  role INTEGER NOT NULL,"
"  label TEXT NOT NULL,"
"  name TEXT NOT NULL,"
"  state INTEGER NOT NULL,"
"  PRIMARY KEY (room, site)"
") STRICT, WITHOUT ROWID;"
"CREATE INDEX seats_state ON seats (state, room);"
"CREATE TABLE invites ("
"  room INTEGER NOT NULL REFERENCES rooms,"
"  hash TEXT NOT NULL,"
"  site INTEGER NOT NULL,"
"  expires_ms INTEGER NOT NULL,"
"  bound INTEGER NOT NULL,"
"  PRIMARY KEY (room, hash)"
") STRICT, WITHOUT ROWID;"
"CREATE TABLE tickets ("
"  ticket TEXT PRIMARY KEY,"
"  room INTEGER NOT NULL REFERENCES rooms,"
"  site INTEGER NOT NULL"
") STRICT, WITHOUT ROWID;"
/* One row a chunk (proto/record.h): the room's log. */
"CREATE TABLE log ("
"  room INTEGER NOT NULL REFERENCES rooms,"
"  first_rev INTEGER NOT NULL,"
"  count INTEGER NOT NULL,"
"  bytes BLOB NOT NULL,"
"  PRIMARY KEY (room, first_rev)"
") STRICT, WITHOUT ROWID;"
"CREATE TABLE snapshots ("
"  room INTEGER NOT NULL REFERENCES rooms,"
"  rev INTEGER NOT NULL,"
"  at_ms INTEGER NOT NULL,"
"  bytes BLOB NOT NULL,"
"  PRIMARY KEY (room, rev)"
") STRICT, WITHOUT ROWID;"
/* State: 0 queued, 1 given to the runner process NONCE, 2 ended. */
"CREATE TABLE runs ("
"  job INTEGER PRIMARY KEY AUTOINCREMENT,"
"  room INTEGER NOT NULL REFERENCES rooms,"
"  run INTEGER NOT NULL,"
"  site INTEGER NOT NULL,"
"  start_rev INTEGER NOT NULL,"
"  state INTEGER NOT NULL,"
"  nonce INTEGER NOT NULL"
") STRICT;"
"CREATE UNIQUE INDEX runs_room ON runs (room, run);"
"CREATE INDEX runs_open ON runs (state) WHERE state < 2;";

/* How far a room's log is in packed blocks, and is that all there is to do? */
static const char second[] =
"ALTER TABLE rooms ADD COLUMN sealed_rev INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE rooms ADD COLUMN sealed INTEGER NOT NULL DEFAULT 0;"
"CREATE INDEX rooms_unsealed ON rooms (key) "
"  WHERE ended_ms > 0 AND sealed = 0;";
/* clang-format on */

const char *const schema_steps[] = { first, second };
const unsigned schema_nsteps = sizeof(schema_steps) / sizeof(schema_steps[0]);
