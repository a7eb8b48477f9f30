/*
 * replay.h - a recorded room on the screen: the log as far as it has come, the
 * room as it was at some moment of it, and the keys that move that moment. Pure;
 * time comes from the caller.
 *
 * The whole log stays in memory (tape.h), and what its beginning folds to is
 * kept every so many records: so any moment is some thousand records away.
 */
#ifndef CLIENT_REPLAY_H
#define CLIENT_REPLAY_H

#include "client/fold.h"
#include "client/mark.h"
#include "client/search.h"
#include "client/tape.h"
#include "client/view.h"

#define REPLAY_SAVE_RECORDS 2048 /* at first; more when there are too many */
#define REPLAY_SAVES_MAX (64 * 1024 * 1024) /* bytes of them */
#define REPLAY_SPEED_MAX 32
#define REPLAY_IDLE_MS 3000 /* longer than this, nothing is skipped to */
#define REPLAY_FRAME_MS 33
#define REPLAY_ANSWER_SIZE 160
#define REPLAY_NOTE_MAX (SAY_MAX - 32) /* bytes, behind the moment */

/* What is being typed in the place of the event line. */
enum replay_bar { REPLAY_NONE, REPLAY_SEARCH, REPLAY_GO, REPLAY_NOTE };

/* What the records up to REV fold to (fold_save). */
struct replay_save {
	uint64_t rev;
	struct buf bytes;
};

/* Its fields are changed by replay.c alone, and drawn by timeline.c. */
struct replay {
	struct fold shown; /* what is on the screen */
	struct fold ahead; /* as far as the log has come */
	struct tape tape;
	struct marks marks;
	struct replay_save *saves; /* upwards; the first is of revision 0 */
	size_t nsaves, cap_saves, saved_bytes;
	uint64_t spacing; /* records between two of them */
	struct person
	    *people;        /* as the host lists them, by site; site 0: not */
	uint64_t until_rev; /* what the host has; 0: it has not said so yet */
	uint32_t planned;   /* minutes that the room had at first */
	bool whole;         /* nothing more comes */
	uint64_t begin_ms;  /* of the log: 0:00 */
	uint64_t clock_ms;  /* what moment is shown */
	uint64_t real_ms;   /* when it was set, by the caller's clock */
	bool playing;
	bool dense;   /* while nothing happens time is skipped */
	bool authors; /* who typed what is shown */
	bool pinned;  /* the file and the place are the person's own choice */
	unsigned speed;
	enum replay_bar bar;
	struct line line;
	char what[SEARCH_MAX + 1]; /* looked for last */
	char
	    answer[REPLAY_ANSWER_SIZE]; /* until the next key, or for a while */
	uint64_t answered_ms;
	char note[SAY_MAX + 1]; /* was sent, and has not come back; or "" */
	size_t note_at;         /* where in it what was typed begins */
	bool refused;           /* and the host does not keep it */
	bool help, quit;
	bool redraw, noting; /* who redraws, or sends the note, clears it */
};

/* CS_ENOMEM. R does not move: it points to itself. */
int replay_init(struct replay *r);
void replay_release(struct replay *r);
/* The editor to be drawn (view.h). */
struct editor *replay_editor(struct replay *r);

/* A message of the hub's to a watcher. True: the screen changes. */
bool replay_message(struct replay *r, const struct msg *m, uint64_t real_ms);
/* The link is gone: what is there is all. */
void replay_lost(struct replay *r);

/* Go to what was after REV, or at MS. Within what has come. */
void replay_go_rev(struct replay *r, uint64_t rev);
void replay_go_ms(struct replay *r, uint64_t ms);
/* Time has passed. True: the screen changes. */
bool replay_tick(struct replay *r, uint64_t real_ms);
/* In how many milliseconds to call it; 0: not needed. */
unsigned replay_wait_ms(const struct replay *r);
void replay_key(struct replay *r, const struct key *key);
/* The mouse on what L and G show. */
void replay_mouse(struct replay *r, const struct layout *l,
    const struct grid *g, const struct key *key);

/* Who changed LINE of FILE last: a site, or 0. */
uint8_t replay_author(const struct replay *r, uint8_t file, size_t line);
/* When the log begins and ends, as far as it has come. What is noted when the
 * room has ended stands at its end. */
uint64_t replay_begin_ms(const struct replay *r);
uint64_t replay_end_ms(const struct replay *r);
/* "1:02:03", "-0:10" of MS: a place on the timeline. */
void replay_clock(const struct replay *r, uint64_t ms, char *dst, size_t size);
/* "01:02:03" of MS, for titles and notes; what was before the beginning is not
 * told. */
void replay_moment(const struct replay *r, uint64_t ms, char *dst, size_t size);
/* The keys and what they do, one line each, for the help box; *N of them. */
struct replay_key_help {
	const char *keys, *help;
};
const struct replay_key_help *replay_help(size_t *n);

#endif
