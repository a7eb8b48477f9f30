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

static const char third[] =
"ALTER TABLE rooms ADD COLUMN frozen INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE rooms ADD COLUMN focus_site INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE rooms ADD COLUMN focus_until_ms INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE rooms ADD COLUMN focus_rev INTEGER NOT NULL DEFAULT 0;"
/* The account whose room it is, or 0, and the idempotency key of that owner's:
 * the column of before was everybody's. */
"ALTER TABLE rooms ADD COLUMN owner_user INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE rooms ADD COLUMN once_key TEXT;"
"UPDATE rooms SET once_key=idempotency_key, idempotency_key=NULL "
"  WHERE idempotency_key IS NOT NULL;"
"CREATE UNIQUE INDEX rooms_once ON rooms (owner_user, once_key) "
"  WHERE once_key IS NOT NULL;"
"CREATE INDEX rooms_owner ON rooms (owner_user) WHERE owner_user > 0;"
/* Where in the log chat and notes are, of which not all is for everybody:
 * scope is 0 all, 1 staff, 2 note (proto/msg.h). */
"CREATE TABLE said ("
"  room INTEGER NOT NULL REFERENCES rooms,"
"  rev INTEGER NOT NULL,"
"  site INTEGER NOT NULL,"
"  scope INTEGER NOT NULL,"
"  PRIMARY KEY (room, rev)"
") STRICT, WITHOUT ROWID;"
/* All who had a seat were in the room: there was no lobby. */
"ALTER TABLE seats ADD COLUMN admitted INTEGER NOT NULL DEFAULT 1;"
"ALTER TABLE seats ADD COLUMN read_only INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE seats ADD COLUMN user INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE seats ADD COLUMN since_ms INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE seats ADD COLUMN from_rev INTEGER NOT NULL DEFAULT 0;"
/* The seats of an account; accounts are never given a key a second time. */
"CREATE INDEX seats_user ON seats (user, room) WHERE user > 0;"
/* An account: role is 0 admin, 1 interviewer; password a hash (crypt(5)). */
"CREATE TABLE users ("
"  key INTEGER PRIMARY KEY AUTOINCREMENT,"
"  name TEXT NOT NULL UNIQUE,"
"  role INTEGER NOT NULL,"
"  unix_user TEXT UNIQUE,"
"  unix_uid INTEGER UNIQUE,"
"  password TEXT,"
"  created_ms INTEGER NOT NULL"
") STRICT;"
/* A public key as on the wire (RFC 4253, 6.6). */
"CREATE TABLE keys ("
"  user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,"
"  fingerprint TEXT NOT NULL,"
"  type TEXT NOT NULL,"
"  blob BLOB NOT NULL,"
"  comment TEXT NOT NULL,"
"  added_ms INTEGER NOT NULL,"
"  PRIMARY KEY (user, fingerprint)"
") STRICT, WITHOUT ROWID;"
/* A registration token makes one account. */
"CREATE TABLE tokens ("
"  hash TEXT PRIMARY KEY,"
"  role INTEGER NOT NULL,"
"  expires_ms INTEGER NOT NULL"
") STRICT, WITHOUT ROWID;"
/* User: the account that made it, or 0. */
"CREATE TABLE templates ("
"  key INTEGER PRIMARY KEY,"
"  name TEXT NOT NULL UNIQUE,"
"  language TEXT NOT NULL,"
"  title TEXT NOT NULL,"
"  user INTEGER NOT NULL,"
"  created_ms INTEGER NOT NULL"
") STRICT;"
/* What a template, or a room made from it, brings: kind is 0 file, 1 test. The
 * files of a room are in its log; its tests are only here. */
"CREATE TABLE template_files ("
"  template INTEGER NOT NULL REFERENCES templates ON DELETE CASCADE,"
"  kind INTEGER NOT NULL,"
"  n INTEGER NOT NULL,"
"  name TEXT NOT NULL,"
"  bytes BLOB NOT NULL,"
"  PRIMARY KEY (template, kind, n)"
") STRICT, WITHOUT ROWID;"
"CREATE TABLE room_tests ("
"  room INTEGER NOT NULL REFERENCES rooms,"
"  n INTEGER NOT NULL,"
"  name TEXT NOT NULL,"
"  bytes BLOB NOT NULL,"
"  PRIMARY KEY (room, n)"
") STRICT, WITHOUT ROWID;"
/* Who did what to whom, from where; never changed. */
"CREATE TABLE audit ("
"  key INTEGER PRIMARY KEY AUTOINCREMENT,"
"  at_ms INTEGER NOT NULL,"
"  who TEXT NOT NULL,"
"  source TEXT NOT NULL,"
"  action TEXT NOT NULL,"
"  target TEXT NOT NULL,"
"  result TEXT NOT NULL"
") STRICT;"
"CREATE INDEX audit_at ON audit (at_ms);"
"CREATE TRIGGER audit_keep BEFORE UPDATE ON audit BEGIN "
"  SELECT raise(ABORT, 'the trail is only added to'); END;"
/* What is replaced is not deleted, as far as triggers go. */
"CREATE TRIGGER audit_once BEFORE INSERT ON audit "
"  WHEN EXISTS (SELECT 1 FROM audit WHERE key=NEW.key) BEGIN "
"  SELECT raise(ABORT, 'the trail is only added to'); END;"
"CREATE TRIGGER audit_stay BEFORE DELETE ON audit BEGIN "
"  SELECT raise(ABORT, 'the trail is only added to'); END;";

static const char fourth[] =
/* Who has come in, by the digest of a pass: enter.h. */
"CREATE TABLE passes ("
"  digest TEXT PRIMARY KEY,"
"  kind INTEGER NOT NULL,"
"  user INTEGER NOT NULL,"
"  name TEXT NOT NULL,"
"  room TEXT NOT NULL,"
"  site INTEGER NOT NULL,"
"  source TEXT NOT NULL,"
"  made_ms INTEGER NOT NULL"
") STRICT, WITHOUT ROWID;"
/* Lines of the trail from before that time have been kept long enough. */
"CREATE TABLE audit_kept (before_ms INTEGER NOT NULL) STRICT;"
"INSERT INTO audit_kept VALUES (0);"
"DROP TRIGGER audit_stay;"
"CREATE TRIGGER audit_stay BEFORE DELETE ON audit "
"  WHEN OLD.at_ms >= (SELECT before_ms FROM audit_kept) BEGIN "
"  SELECT raise(ABORT, 'the trail is only added to'); END;"
/* When its contents were erased; the row stays. */
"ALTER TABLE rooms ADD COLUMN purged_ms INTEGER NOT NULL DEFAULT 0;"
"CREATE INDEX rooms_due ON rooms (ended_ms + retention_days * 86400000) "
"  WHERE ended_ms > 0 AND purged_ms = 0;"
"CREATE INDEX rooms_stale ON rooms (created_ms + retention_days * 86400000) "
"  WHERE ended_ms = 0 AND created_ms >= 0;"
/* What was erased, by whom; done is 0 as long as there is some of it left. */
"CREATE TABLE purges ("
"  room INTEGER PRIMARY KEY REFERENCES rooms,"
"  who TEXT NOT NULL,"
"  source TEXT NOT NULL,"
"  done INTEGER NOT NULL,"
"  files INTEGER NOT NULL,"
"  edits INTEGER NOT NULL,"
"  runs INTEGER NOT NULL,"
"  chat INTEGER NOT NULL,"
"  notes INTEGER NOT NULL,"
"  people INTEGER NOT NULL,"
"  bytes INTEGER NOT NULL"
") STRICT;"
"CREATE INDEX purges_open ON purges (room) WHERE done = 0;"
/* The hash that stands for a log as far as rev (proto/sys/chain.h), and the
 * host's signature; due is 1 when there is more to be hashed or signed. */
"CREATE TABLE heads ("
"  room INTEGER PRIMARY KEY REFERENCES rooms,"
"  rev INTEGER NOT NULL,"
"  sha256 BLOB NOT NULL,"
"  due INTEGER NOT NULL,"
"  at_ms INTEGER NOT NULL,"
"  key BLOB NOT NULL,"
"  signature BLOB NOT NULL"
") STRICT;"
"CREATE INDEX heads_due ON heads (room) WHERE due = 1;"
/* The timer: the sum of its pauses, the beginning of the present one (0: it
 * runs), whose it is, and is it for a lost connection? And since when nobody has
 * been in a room that has begun. */
"ALTER TABLE rooms ADD COLUMN paused_ms INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE rooms ADD COLUMN pause_since_ms INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE rooms ADD COLUMN pause_site INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE rooms ADD COLUMN pause_lost INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE rooms ADD COLUMN empty_ms INTEGER NOT NULL DEFAULT 0;"
"CREATE INDEX rooms_empty ON rooms (empty_ms) WHERE empty_ms > 0;"
/* Which keys do what for a person. */
"ALTER TABLE seats ADD COLUMN keymap INTEGER NOT NULL DEFAULT 0;"
"ALTER TABLE users ADD COLUMN keymap INTEGER NOT NULL DEFAULT 0;";

static const char fifth[] =
/* All that a person has chosen of how things look (proto/looks.h), where the keys
 * have the lowest bits. */
"ALTER TABLE seats RENAME COLUMN keymap TO looks;"
"ALTER TABLE users RENAME COLUMN keymap TO looks;";
/* clang-format on */

const char *const schema_steps[] = { first, second, third, fourth, fifth };
const unsigned schema_nsteps = sizeof(schema_steps) / sizeof(schema_steps[0]);
