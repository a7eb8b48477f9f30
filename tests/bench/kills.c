/*
 * kills.c - the hub is killed while two people type, and started again at once,
 * by us as by codesyncd. The time until an edit is acknowledged again has in it
 * that an editor waits a little, by chance, before it dials. Every edit inserts a word of its own, at the beginning of
 * another one, so that each can be looked for in what was kept; nobody deletes.
 *
 * What must be kept is what was acknowledged to its author or shown to the other
 * one. It is looked for in the text of a hub that has just been started, and in
 * what the log of the room folds to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/sys/util.h"
#include "tests/bench/beat.h"
#include "tests/bench/bench.h"
#include "tests/bench/hub.h"
#include "tests/bench/hubd.h"
#include "tests/bench/seat.h"

#define SEATS 2
#define WORD 8 /* "A000001 " */
#define WORDS_MAX (TEXT_MAX / WORD / SEATS - 1)
#define NEAR 64 /* words before the end, among which all is typed */
#define TYPE_MS 1
#define CALM_MIN_MS 20 /* from the first edit that is kept to the next kill */
#define CALM_MAX_MS 150
#define BURST 16     /* words of each, by which the hub is kept at work */
#define BURST_US 400 /* the kill comes in this time after them */

enum { HEARD = 1, KEPT = 2, LOGGED = 4, TWICE = 8 };

static struct {
	struct room room;
	struct seat *seats[SEATS];
	unsigned made[SEATS];
	uint8_t words[SEATS][WORDS_MAX];
	bool back; /* the new hub has acknowledged an edit */
	double begun_ms, back_ms;
	uint64_t chance; /* the same in every run */
	bool damaged;
} self;
static struct seats both = { self.seats, SEATS };

static uint32_t
chance(uint32_t below)
{
	self.chance = self.chance * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(self.chance >> 33) % below;
}

/* --- typing --- */

static void
type_word(int who)
{
	struct seat *s = self.seats[who];
	size_t words = text_len(seat_text(s)) / WORD, at;
	char word[WORD + 1];

	if (self.made[who] == WORDS_MAX)
		return;
	at = words - chance(words < NEAR ? (uint32_t)words + 1 : NEAR);
	snprintf(word, sizeof(word), "%c%06u ", 'A' + who, self.made[who]);
	if (seat_edit(s, at * WORD, 0, word, WORD) == 0)
		self.made[who]++;
	seat_send(s);
}

/* Linked or not, they type. */
static void
on_type(void *arg)
{
	(void)arg;
	for (int i = 0; i < SEATS; i++)
		if (seat_text(self.seats[i]) != NULL)
			type_word(i);
}

/* The word at P, or NULL: it is none that was made. */
static uint8_t *
find_word(const uint8_t *p, size_t len)
{
	char text[WORD + 1];
	unsigned who, n;
	char blank;

	if (len < WORD)
		return NULL;
	memcpy(text, p, WORD);
	text[WORD] = '\0';
	who = (unsigned)(text[0] - 'A');
	if (who >= SEATS || sscanf(text + 1, "%6u%c", &n, &blank) != 2 ||
	    blank != ' ' || n >= self.made[who])
		return NULL;
	return &self.words[who][n];
}

static void
on_record(struct seat *s, const struct record *r, bool fresh)
{
	uint8_t *word;

	if (r->kind != REC_EDIT)
		return;
	if ((word = find_word(r->op.ins, r->op.ins_len)) == NULL) {
		self.damaged = true;
		return;
	}
	*word |= HEARD;
	/* what the hub before had sent may still come: it is no sign of life */
	if (r->site != peer_site(s->peer) || !fresh || self.back ||
	    s->hello_ms < self.begun_ms)
		return;
	self.back = true;
	self.back_ms = bench_now_ms() - self.begun_ms;
}

/* --- killing --- */

static bool
is_back(void *arg)
{
	(void)arg;
	return self.back;
}

static bool
have_settled(void *arg)
{
	return seats_settled(arg) &&
	       seat_seen(self.seats[0]) == seat_seen(self.seats[1]);
}

static double
kill_once(void)
{
	hubd_rest(CALM_MIN_MS + chance(CALM_MAX_MS - CALM_MIN_MS));
	for (int i = 0; i < BURST; i++)
		on_type(NULL);
	usleep(chance(BURST_US));
	hubd_kill();
	self.back = false;
	self.begun_ms = bench_now_ms();
	hubd_begin();
	hubd_until(is_back, NULL);
	return self.back_ms;
}

static void
enter_all(void)
{
	char code[CODE_SIZE];

	hubd_new();
	hubd_room(&self.room);
	memcpy(code, self.room.code, sizeof(code));
	for (int i = 0; i < SEATS; i++) {
		if (i > 0)
			hubd_invite(&self.room, code);
		self.seats[i] =
		    seat_open(hubd_loop(), hubd_enter(&self.room, code), false);
		self.seats[i]->heard = on_record;
	}
	hubd_until(have_settled, &both);
}

/* --- counting --- */

/* Every word of TEXT gets MARK; those that had it already are there TWICE. */
static void
mark_words(const uint8_t *text, size_t len, uint8_t mark)
{
	uint8_t *word;

	for (size_t at = 0; at < len; at += WORD) {
		if ((word = find_word(text + at, len - at)) == NULL) {
			self.damaged = true;
			continue;
		}
		*word |= *word & mark ? TWICE : mark;
	}
}

static bool
has_followed(void *arg)
{
	const struct seat *watcher = arg;

	return seat_is_loaded(watcher) &&
	       seat_seen(watcher) >= seat_seen(self.seats[0]);
}

static void
mark_log(void)
{
	struct seat *w = seat_open(hubd_loop(), hubd_watch(&self.room), true);
	size_t len;
	uint8_t *bytes;

	hubd_until(has_followed, w);
	len = text_len(seat_text(w));
	bytes = xmalloc(len + 1);
	text_copy(seat_text(w), 0, len, bytes);
	mark_words(bytes, len, LOGGED);
	for (int i = 0; i < SEATS; i++)
		self.damaged |=
		    !text_equal(seat_text(w), seat_text(self.seats[i]));
	free(bytes);
	seat_close(w);
}

static void
mark_kept(void)
{
	size_t len;
	char *bytes = hubd_get(&self.room, &len);

	mark_words((uint8_t *)bytes, len, KEPT);
	free(bytes);
}

static void
count(double *v)
{
	uint8_t w;

	for (int i = 0; i < SEATS; i++)
		for (unsigned n = 0; n < self.made[i]; n++) {
			w = self.words[i][n];
			v[EDITS] += (w & HEARD) != 0;
			v[MISSING] += (w & HEARD) != 0 &&
				      (w & (KEPT | LOGGED)) != (KEPT | LOGGED);
			v[DOUBLED] += (w & TWICE) != 0;
		}
}

bool
kill_measure(const struct settings *settings, double *v)
{
	double ms[KILLS_MAX];
	struct beat *beat;

	enter_all();
	beat = beat_new(hubd_loop(), TYPE_MS, on_type, NULL);
	for (unsigned i = 0; i < settings->kills; i++)
		ms[i] = kill_once();
	beat_free(beat);
	hubd_until(have_settled, &both);
	hubd_kill();
	hubd_until(seats_offline, &both);
	hubd_start();
	mark_kept();
	hubd_until(have_settled, &both);
	mark_log();
	count(v);
	for (int i = 0; i < SEATS; i++) {
		v[AFRESH] += self.seats[i]->afresh;
		seat_close(self.seats[i]);
	}
	hubd_stop();
	v[KILLS] = settings->kills;
	v[BACK_MS] = bench_percentile(ms, settings->kills, 50);
	v[BACK_MAX_MS] = bench_percentile(ms, settings->kills, 100);
	return v[EDITS] > 0 && v[MISSING] + v[DOUBLED] + v[AFRESH] == 0 &&
	       !self.damaged;
}
