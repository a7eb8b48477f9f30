/*
 * msg.h - the messages between a seat (editor or watcher) and the hub. Each is
 * one PAIR0 message: a type byte and its fields. A message that does not decode
 * closes its link and nothing else. The order of a link's life:
 *
 *   seat: HELLO  hub: WELCOME (joined = false: the join box)
 *   seat: JOIN   hub: WELCOME (joined = true), PEOPLE, then
 *                     fresh: LOAD, DOC per file, CHUNKs from LOAD.rev + 1
 *                     else:  CHUNKs from seen_rev + 1
 *                     and, when that has reached WELCOME.rev, OUTPUT if fresh,
 *                     KEYBOARD if a run goes on, CARETS, and all of these
 *                     as they come; SAID for what was said last, and then
 *                     as it is
 *                or, for who has to wait: WELCOME (joined = false, lobby =
 *                     true), PEOPLE as they change, until it is let in, and
 *                     PRACTICED of what it runs there
 *   seat: EDIT, CARET, RUN, STOP, TAKE, INPUT, SAY, ACT, POINT at will; resends only
 *         once its seen revision has reached WELCOME.rev. SAY also from the lobby,
 *         PRACTICE only; KEYS always, once there was a WELCOME. LINK in the room, rarely.
 *   either: BYE or closing the link.
 */
#ifndef PROTO_MSG_H
#define PROTO_MSG_H

#include "proto/looks.h"
#include "proto/order.h"
#include "proto/peer.h"
#include "proto/record.h"

#define PROTO_VERSION 5
#define MSG_MAX (6 * 1024 * 1024) /* hub -> seat: DOC and CHUNK */
#define MSG_MAX_UP (256 * 1024)   /* seat -> hub */
#define MSG_TEXT_MAX 512
#define PRACTICE_TEXT_MAX (64 * 1024) /* bytes of a program that is tried */
#define PEOPLE_MAX SITE_MAX
#define POINT_MS 5000 /* a line that somebody points at is marked */
#define TICKET_LEN 32 /* hex digits; the name of a seat's endpoint */
#define THANKS_SIZE 129
#define SUMMARY_BARS 48 /* of activity, over the whole length */
#define SUMMARY_BAR_MAX 8

enum msg_type {
	/* seat -> hub */
	MSG_HELLO = 1, /* version, kind, fresh, rev = last seen */
	MSG_JOIN,      /* name, consent */
	MSG_EDIT,      /* edit */
	MSG_CARET,     /* rev = base, caret */
	MSG_RUN,
	MSG_STOP,
	MSG_LEAVE, /* the person leaves the room */
	MSG_PING,  /* rev = any number, answered by PONG */
	MSG_INPUT, /* text, eof: for the running program, by whose line it is */
	MSG_TAKE,  /* it shall be ours; answered by KEYBOARD */
	MSG_SAY,   /* scope, text: a line of chat or a note */
	MSG_ACT,   /* act: what the staff can do, and focus */
	MSG_POINT, /* rev = base, caret: all shall see the line of its head */
	MSG_LOOKS, /* looks: what this person has chosen */
	MSG_REPLAY,   /* what a watcher of the room needs; answered by TICKET */
	MSG_PRACTICE, /* kind (enum practice_kind), eof, text: a program of our
			 own, from the lobby. Answered by PRACTICED */
	MSG_LINK,     /* link_ms: how long this terminal's answers take */
	/* hub -> seat */
	MSG_WELCOME = 64, /* welcome */
	MSG_LOAD,         /* load: what comes is of some time ago */
	MSG_DOC,          /* file, name, text, runs of authors */
	MSG_CHUNK,        /* text = an encoded chunk (record.h) */
	MSG_CARETS,       /* rev, carets */
	MSG_PEOPLE,       /* people */
	MSG_OUTPUT,       /* the last run so far, for who joins late: output */
	MSG_NOTICE,       /* severity, text: one line for the event line */
	MSG_BYE,          /* reason, text */
	MSG_PONG,
	MSG_KEYBOARD, /* keyboard: when it changes */
	MSG_SAID,    /* said: a line of chat or a note that this seat may see */
	MSG_FOCUS,   /* focus: when it changes, and after WELCOME if it is on */
	MSG_POINTED, /* rev, caret: its site points at the line of its head */
	MSG_TIMER,   /* timer: when it changes, and after WELCOME once the room
		      has begun */
	MSG_SUMMARY, /* summary, tallies: of a room that has ended, to its staff
		      */
	MSG_TICKET,  /* text: good for one more link, of a watcher */
	MSG_HEAD,    /* text: what the log's head was at the room's end, the
			first HEAD_DIGITS of it; once it is made */
	MSG_PRACTICED, /* fresh, keyboard.waiting, output: of the run that this
			 seat has asked for, and nobody else's to see. Text is
			 what came since the last of these */
	MSG_MEASURES   /* measures: of the people in the room, of whom something
			is known; now and then */
};

enum practice_kind {
	PRACTICE_RUN, /* text: a program in the room's language */
	PRACTICE_STOP,
	PRACTICE_INPUT /* text, eof: as INPUT's */
};
enum hello_kind {
	HELLO_EDITOR,
	HELLO_WATCHER,
	HELLO_REPLAY /* a watcher that stays when the room has ended, for the
			notes that it may SAY if it is the staff's */
};
enum notice { NOTICE_INFO, NOTICE_JOIN, NOTICE_ERROR };
enum bye_reason {
	BYE_RETRY,   /* the hub restarts or asks for a resume: dial again */
	BYE_REFUSED, /* a message of this link was bad; text says why. Dial again
			only with a fresh state */
	BYE_REPLACED, /* the same seat was opened elsewhere */
	BYE_KICKED,
	BYE_LEFT, /* answer to LEAVE */
	BYE_GONE  /* the room or the ticket does not exist any more */
};
enum person_state { PERSON_LOBBY, PERSON_HERE, PERSON_AWAY, PERSON_LEFT };
/* Whom a line is for. A note is the staff's own record, chat is talk. */
enum say_scope { SAY_ALL, SAY_STAFF, SAY_NOTE };
enum act_kind {
	ACT_ADMIT,     /* site: let in from the lobby */
	ACT_BACK,      /* site: back to the lobby */
	ACT_KICK,      /* site */
	ACT_READ_ONLY, /* site */
	ACT_WRITABLE,  /* site */
	ACT_FREEZE,
	ACT_THAW,
	ACT_END,
	ACT_FOCUS, /* minutes; 0 ends it. Also of a candidate */
	ACT_MARK,  /* this moment, for the replay. Also of a candidate */
	ACT_PAUSE, /* the timer */
	ACT_RESUME,
	ACT_PURGE, /* erase a room that has ended; of its owner */
	ACTS
};

#define HEAD_DIGITS 16
#define LINK_MS_MAX 9999 /* a terminal that takes longer is not measured */

struct welcome {
	uint16_t version;
	uint8_t site, role;
	bool joined, writable, ended, back; /* back: was here before */
	bool lobby;  /* the person waits to be let in: nothing of the room comes
			but PEOPLE, until another WELCOME has joined set */
	bool frozen; /* only the staff can write */
	uint64_t rev;                         /* of the room now */
	uint64_t now_ms, started_ms, away_ms; /* started 0: not yet */
	/* of this seat, with back: for how long of away_ms the timer stood */
	uint64_t paused_ms;
	uint64_t ended_ms; /* with ended */
	uint32_t minutes;  /* planned length, 0 none */
	uint32_t retention_days;
	uint32_t missed; /* others' edits while this seat was away */
	bool copy;       /* a candidate may fetch a copy afterwards */
	char room[16], title[129], language[33];
	char host[65]; /* who made it */
	char label[LABEL_SIZE], name[NAME_MAX_BYTES + 1];
	char rejoin[160];         /* "ssh -p 2222 r-7f3k2@HOST", or "" */
	char thanks[THANKS_SIZE]; /* what candidates read at the end */
	struct run_limits limits;
	uint64_t looks; /* the person's, wherever they sit (looks.h) */
	bool owns;      /* they may erase the room, when it has ended */
};

struct person {
	uint8_t site, role, state;
	bool writable;
	char label[LABEL_SIZE], name[NAME_MAX_BYTES + 1];
	uint64_t
	    since_ms; /* PERSON_LOBBY: waits, by the host's clock; else 0 */
};

struct act {
	uint8_t kind; /* enum act_kind */
	uint8_t site, minutes;
};

struct said {
	uint64_t rev, at_ms;
	uint8_t site, scope; /* enum say_scope; its text is the message's */
};

/* What is measured of a person while the room goes on. */
struct measure {
	uint8_t site;
	uint16_t link_ms; /* from the host to the terminal and back; 0: not
			     known */
	uint8_t share;    /* percent of what was typed, plus one; 0: not told */
};

/* The candidate works unwatched: editors of the staff get nothing of the log
 * until it is over, then all at once. */
struct focus {
	bool on;
	uint8_t site;      /* who has begun it */
	uint64_t until_ms; /* by the host's clock */
};

/* The room's clock. Of it the pauses do not count. */
struct timer {
	uint64_t started_ms; /* by the host's clock */
	uint64_t paused_ms;  /* all pauses but the present one */
	uint64_t since_ms;   /* of the present one, by the host's clock; 0: it
				runs */
	uint32_t minutes;    /* planned length, 0 none */
	uint8_t site;        /* who has paused it, or was lost */
	bool lost;           /* the second: it goes on after PAUSE_LOST_MS */
};

/* What one person did. */
struct tally {
	uint8_t site;
	uint32_t typed, pasted; /* characters */
	uint32_t runs, pastes;
	uint64_t away_ms;
};

/* What a room was; times are since its beginning. */
struct summary {
	uint64_t duration_ms, paused_ms;
	uint32_t runs, verdicts[VERDICTS];
	uint64_t first_run_ms, first_ok_ms; /* 0: there was none */
	uint32_t pastes, paste_max;         /* the largest: characters, */
	uint8_t paste_site;                 /* whose, */
	uint64_t paste_ms;                  /* and when */
	uint32_t chats, notes;
	uint8_t bars[SUMMARY_BARS]; /* 0 to SUMMARY_BAR_MAX */
};

/* See peer_begin. */
struct load {
	uint64_t rev, until;
	uint32_t cseq;
	uint8_t files;
};

enum run_state { RUN_NONE, RUN_QUEUED, RUN_RUNNING, RUN_ENDED };
struct output {
	uint32_t run;
	uint8_t state, site; /* site: who started it */
	uint64_t started_ms;
	struct run_result result; /* with RUN_ENDED */
	uint8_t stopped_by;       /* site, with VERDICT_STOPPED */
	const uint8_t *text; /* the newest bytes, at most RECORD_TEXT_MAX */
	uint32_t text_len;
	bool cut;    /* older output was dropped from text */
	bool edited; /* the documents may have changed since it began */
};

/* Who types what the running program reads. */
struct keyboard {
	uint32_t run;
	bool waiting;      /* the program reads, and there is nothing */
	uint8_t site;      /* whose line it is; 0: nobody's yet */
	uint64_t since_ms; /* by the host's clock; 0: it does not wait */
};

/* Which fields mean something depends on the type. Bytes are borrowed. */
struct msg {
	uint8_t type;
	uint16_t version;
	uint8_t kind;
	bool fresh, consent;
	bool eof; /* INPUT: text ends the input, else it ends with \n; so of
		     PRACTICE, kind PRACTICE_INPUT */
	uint64_t rev;
	char name[NAME_MAX_BYTES + 1];
	struct edit edit;
	struct caret caret;
	uint8_t file;
	const uint8_t *text; /* DOC, CHUNK: bytes. NOTICE, BYE, INPUT: UTF-8 */
	uint32_t text_len;
	/* DOC: who wrote text (authors.h) */
	const uint8_t *runs;
	uint32_t runs_len;
	uint8_t severity, reason;
	struct welcome welcome;
	struct load load;
	struct person *people;    /* owned by the msg (msg_release) */
	struct caret *carets;     /* owned by the msg */
	struct tally *tallies;    /* owned by the msg */
	struct measure *measures; /* owned by the msg */
	uint32_t npeople, ncarets, ntallies, nmeasures;
	struct output output;
	struct keyboard keyboard;
	uint8_t scope; /* SAY */
	struct act act;
	uint64_t looks;   /* LOOKS (looks.h) */
	uint16_t link_ms; /* LINK: as in struct measure */
	struct said said;
	struct focus focus;
	struct timer timer;
	struct summary summary;
};

void msg_init(struct msg *m);
void msg_release(struct msg *m);
/* Append M to B. */
void msg_encode(const struct msg *m, struct buf *b);
/* A DOC straight from the text. */
void msg_encode_doc(
    struct buf *b, uint8_t file, const char *name, const struct text *t);
/* Unpack DOC's runs into one site per byte, DST[LEN]; CS_EFORMAT if they do
 * not cover exactly LEN bytes. */
int msg_doc_sites(const struct msg *m, uint8_t *dst, size_t len);
/* Decode BYTES into M (initialised; what it owned before is released). UP:
 * only what a seat may send is accepted; else only what a hub may send. */
int msg_decode(struct msg *m, const void *bytes, size_t len, bool up);

#endif
