/*
 * record.h - what happened in a room, in the room's one order. Each record has
 * a revision; revisions count up from 1 without gaps. The same bytes are the
 * log on disk, the broadcast to seats, the resume stream and the source of
 * blame and replay.
 *
 * Records travel and are stored in chunks: one batch's records, written against
 * a state (time, author, expected place) that starts fresh in each chunk, so
 * that every chunk decodes alone and a typed key inside a run costs 3-4 bytes.
 */
#ifndef PROTO_RECORD_H
#define PROTO_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/buf.h"
#include "proto/job.h"
#include "proto/op.h"

#define CHUNK_MAX (2 * 1024 * 1024) /* bytes of one encoded chunk */
#define REV_MAX ((uint64_t)1 << 48)
#define SITE_MAX 255        /* sites of one room; 0 is "nobody" */
#define FILE_MAX 16         /* files of one room, ids 0..15 */
#define FILE_TASK "task.md" /* what there is to do: no part of the program */
#define NAME_MAX_BYTES 64   /* people, files */
#define LABEL_SIZE 34       /* "C", "I7", "@local", "@" and an account */
#define RECORD_TEXT_MAX (64 * 1024) /* payload of output, chat */

enum record_kind {
	REC_EDIT,       /* file, flags, undo_of, op */
	REC_FILE,       /* file, name: a new, empty file */
	REC_JOIN,       /* name, label, role */
	REC_LEAVE,      /* why (enum leave_why) */
	REC_RUN_START,  /* run, name = language */
	REC_RUN_OUTPUT, /* run, stream, text */
	REC_RUN_END,    /* run, result; site = who stopped it, if stopped */
	REC_END,        /* the room has ended */
	REC_RUN_INPUT,  /* run, flags (enum input_flags), text; site = who */
	REC_ADMIT,      /* seat: of the lobby, let in; site = by whom */
	REC_BACK,       /* seat: sent back to the lobby */
	REC_ROLE,       /* seat, flags: may it write (1) or only read (0) */
	REC_FREEZE,     /* nobody but the staff can write from now on */
	REC_THAW,       /* and now everybody can again */
	REC_REOPEN,     /* the room has not ended any more */
	REC_CHAT,       /* flags (enum chat_flags), text */
	REC_NOTE,       /* text: of the staff, for the staff */
	REC_FOCUS,      /* minutes: unwatched for so long; 0: that is over */
	REC_HIDDEN,     /* in the place of what the reader may not see: never
			   in the log; its time says nothing */
	REC_MARK,       /* somebody wants to find this moment again */
	REC_PAUSE,      /* flags (enum pause_flags): the timer stands; site = by
			   whom, or who was lost */
	REC_RESUME,     /* flags: and goes on */
	REC_EXTEND,     /* minutes: it has so many more */
	REC_KINDS
};

enum leave_why { LEAVE_LEFT, LEAVE_LOST, LEAVE_REPLACED, LEAVE_KICKED };
enum role { ROLE_CANDIDATE, ROLE_INTERVIEWER, ROLE_OBSERVER, ROLES };
enum edit_flags { EDIT_PASTE = 1, EDIT_UNDO = 2, EDIT_PUT = 4 };
/* EOF: the input ends with it. GIVEN: it came with the run, nobody typed it. */
enum input_flags { INPUT_EOF = 1, INPUT_GIVEN = 2 };
enum chat_flags { CHAT_STAFF = 1 };  /* for the staff only */
enum pause_flags { PAUSE_LOST = 1 }; /* for who has lost the connection */
#define SAY_MAX 2000                 /* bytes of one line of chat or note */
#define FOCUS_MAX_MINUTES 60
#define EXTEND_MAX_MINUTES 240 /* at a time */
#define PAUSE_LOST_MS 120000   /* then the timer goes on without them */

/* Which fields mean something depends on the kind (above). Strings and text
 * are borrowed from the decoder's input or the caller. */
struct record {
	uint64_t rev;
	uint64_t at_ms; /* Unix time, never before the record before it */
	uint8_t site;
	uint8_t kind; /* enum record_kind */
	uint8_t file, flags, role, why, stream, seat, minutes;
	uint32_t undo_of; /* cseq of the author's own edit, with EDIT_UNDO */
	uint32_t run;
	struct op op;
	char name[NAME_MAX_BYTES + 1];
	char label[LABEL_SIZE];
	const uint8_t *text;
	uint32_t text_len;
	struct run_result result;
};

void record_init(struct record *r);
void record_release(struct record *r);
/* Is it chat or a note, of which not everybody may see each? */
static inline bool
record_is_said(const struct record *r)
{
	return r->kind == REC_CHAT || r->kind == REC_NOTE;
}
/* How much there is in R: 1 for a key. What works through a log in turns looks at
 * the clock after so much, since one record may have as much as 10,000 keys. */
unsigned record_weight(const struct record *r);
/* Does the edit R only bring back what its author took away before? *TAKEN are the
 * bytes of that, which the caller keeps from the log's beginning on, where it is 0.
 * What is called an undo and is none was made by a client of somebody's own. */
bool record_is_undo(const struct record *r, uint64_t *taken);
/* Append to OUT how what was typed, a REC_RUN_INPUT, is shown in the program's
 * output: each line behind "> ", but AT_PROMPT, behind output that does not end
 * with a newline, the first one as it is. What was given is not shown. */
#define RECORD_ECHO_MAX (3 * JOB_INPUT_MAX + 8)
void record_echo(const struct record *r, bool at_prompt, struct buf *out);

/* Writing: chunk_begin, chunk_add per record, then the bytes are OUT's. */
struct chunk_writer {
	struct buf *out; /* borrowed; appended to */
	uint64_t next_rev, at_ms;
	uint32_t
	    place[SITE_MAX + 1]; /* where each author's next edit is expected */
	uint8_t site, file;
	uint32_t count;
};
void chunk_begin(struct chunk_writer *w, struct buf *out, uint64_t first_rev,
    uint64_t at_ms);
/* R->rev must be the next one, its time not before the last one's (CS_EINVAL).
 * Errors stick in out->err. */
void chunk_add(struct chunk_writer *w, const struct record *r);

struct chunk_reader {
	struct buf_in in;
	uint64_t next_rev, at_ms;
	uint32_t place[SITE_MAX + 1];
	uint8_t site, file;
};
/* 0 or CS_EFORMAT; BYTES stay borrowed while reading. */
int chunk_open(struct chunk_reader *cr, const void *bytes, size_t len);
/* 1 and *R filled (R initialised once, reused between calls), 0 at the end,
 * or a negative code: nothing further can be read. */
int chunk_next(struct chunk_reader *cr, struct record *r);

#endif
