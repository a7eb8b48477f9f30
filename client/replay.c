/* replay.c - moving through a recorded room. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/mouse.h"
#include "client/place.h"
#include "client/replay.h"
#include "client/timeline.h"
#include "proto/err.h"
#include "proto/sys/util.h"
#include "proto/utf8.h"

#define SECONDS_MS 5000
#define MINUTE_MS 60000
#define LATE_MS 250   /* between two ticks no more than this has passed */
#define AGAIN_MS 1500 /* while it plays, "back" is beyond a mark so near */

static void answer(struct replay *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
answer(struct replay *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->answer, sizeof(r->answer), fmt, ap);
	va_end(ap);
	r->answered_ms = r->real_ms;
}

/* --- what is kept --- */

static int
save(struct replay *r)
{
	size_t cap = r->cap_saves == 0 ? 32 : r->cap_saves * 2;
	struct replay_save *v;
	struct buf b;

	if (r->nsaves == r->cap_saves) {
		if ((v = realloc(r->saves, cap * sizeof(*v))) == NULL)
			return CS_ENOMEM;
		r->saves = v;
		r->cap_saves = cap;
	}
	buf_init(&b, SIZE_MAX / 2);
	fold_save(&r->ahead, &b);
	if (b.err != 0) {
		buf_release(&b);
		return b.err;
	}
	r->saves[r->nsaves].rev = fold_rev(&r->ahead);
	r->saves[r->nsaves++].bytes = b;
	r->saved_bytes += b.len;
	return 0;
}

/* Every second one goes; the first, of revision 0, stays. */
static void
thin_out(struct replay *r)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->nsaves; i++) {
		if (i % 2 == 0) {
			r->saves[kept++] = r->saves[i];
			continue;
		}
		r->saved_bytes -= r->saves[i].bytes.len;
		buf_release(&r->saves[i].bytes);
	}
	r->nsaves = kept;
	r->spacing *= 2;
}

static void
save_if_due(struct replay *r)
{
	uint64_t rev = fold_rev(&r->ahead);

	if (r->nsaves > 0 && rev < r->saves[r->nsaves - 1].rev + r->spacing)
		return;
	if (save(r) == 0)
		while (r->saved_bytes > REPLAY_SAVES_MAX && r->nsaves > 2)
			thin_out(r);
}

static const struct replay_save *
last_save(const struct replay *r, uint64_t rev)
{
	size_t i = r->nsaves;

	while (i > 1 && r->saves[i - 1].rev > rev)
		i--;
	return &r->saves[i - 1];
}

/* --- life --- */

int
replay_init(struct replay *r)
{
	memset(r, 0, sizeof(*r));
	tape_init(&r->tape);
	marks_init(&r->marks);
	r->speed = 1;
	r->dense = r->authors = true;
	r->spacing = REPLAY_SAVE_RECORDS;
	r->people = calloc(SITE_MAX + 1, sizeof(*r->people));
	if (r->people == NULL || fold_init(&r->shown) < 0 ||
	    fold_init(&r->ahead) < 0)
		return CS_ENOMEM;
	r->shown.e.replay = r;
	return 0;
}

void
replay_release(struct replay *r)
{
	fold_release(&r->shown);
	fold_release(&r->ahead);
	tape_release(&r->tape);
	marks_release(&r->marks);
	for (size_t i = 0; i < r->nsaves; i++)
		buf_release(&r->saves[i].bytes);
	free(r->saves);
	free(r->people);
}

struct editor *
replay_editor(struct replay *r)
{
	return &r->shown.e;
}

uint8_t
replay_author(const struct replay *r, uint8_t file, size_t line)
{
	const struct line_sites *l = &r->shown.by[file];

	return r->authors && line < l->n ? l->sites[line] : 0;
}

uint64_t
replay_begin_ms(const struct replay *r)
{
	return r->begin_ms;
}

uint64_t
replay_end_ms(const struct replay *r)
{
	const struct fold *f = &r->ahead;
	uint64_t end_ms =
	    f->e.welcome.ended ? f->ended_ms : tape_end_ms(&r->tape);

	return end_ms > r->begin_ms ? end_ms : r->begin_ms;
}

void
replay_clock(const struct replay *r, uint64_t ms, char *dst, size_t size)
{
	bool before = ms < r->begin_ms;
	uint64_t s = (before ? r->begin_ms - ms : ms - r->begin_ms) / 1000;
	const char *sign = before && s > 0 ? "-" : "";

	if (s >= 3600)
		snprintf(dst, size, "%s%llu:%02d:%02d", sign,
		    (unsigned long long)(s / 3600), (int)(s / 60 % 60),
		    (int)(s % 60));
	else
		snprintf(
		    dst, size, "%s%d:%02d", sign, (int)(s / 60), (int)(s % 60));
}

void
replay_moment(const struct replay *r, uint64_t ms, char *dst, size_t size)
{
	uint64_t s = ms > r->begin_ms ? (ms - r->begin_ms) / 1000 : 0;

	snprintf(dst, size, "%02u:%02u:%02u", (unsigned)(s / 3600),
	    (unsigned)(s / 60 % 60), (unsigned)(s % 60));
}

/* Where REV, which is there, stands. Who reads an ended room again next week and
 * takes a note makes no week of it. */
static uint64_t
stands_at(const struct replay *r, uint64_t rev)
{
	uint64_t ms = tape_ms_of(&r->tape, rev), end_ms = replay_end_ms(r);

	return ms < end_ms ? ms : end_ms;
}

/* The last revision that stands at MS or before. */
static uint64_t
rev_at(const struct replay *r, uint64_t ms)
{
	return ms < replay_end_ms(r) ? tape_rev_at(&r->tape, ms)
				     : tape_rev(&r->tape);
}

/* The room has ended and all of it is here; what still comes are notes. */
static bool
is_over(const struct replay *r)
{
	return r->whole ||
	       (r->ahead.e.welcome.ended && tape_rev(&r->tape) >= r->until_rev);
}

/* --- going there --- */

static void
look_around(struct replay *r)
{
	struct editor *e = &r->shown.e;

	for (int i = 1; i <= SITE_MAX; i++)
		if (r->people[i].site != 0)
			fold_person(&r->shown, &r->people[i]);
	e->now_ms = r->clock_ms;
	memset(e->talk.unread, 0, sizeof(e->talk.unread)); /* all of it is */
}

/* Where something was changed last is looked at, unless the person wants to see
 * something else. */
static void
look_there(struct replay *r)
{
	struct fold *f = &r->shown;
	struct editor *e = &f->e;
	const struct text *t;

	look_around(r);
	e->loose = r->pinned;
	if (r->pinned || f->site == 0)
		return;
	editor_show_file(e, f->file);
	if ((t = editor_text(e)) == NULL)
		return;
	if (f->place > text_len(t))
		f->place = text_len(t);
	peer_caret_set(e->peer, f->file, f->place, f->place);
	e->loose = false;
}

struct way {
	struct fold *f;
	uint64_t to;
	int err;
};

static int
step(void *arg, const struct record *rec)
{
	struct way *w = arg;

	if (rec->rev > w->to)
		return 1;
	w->err = fold_record(w->f, rec);
	return w->err < 0 ? 1 : 0;
}

/* The fold that is shown becomes that of REV, which has come. */
static void
fold_to(struct replay *r, uint64_t rev)
{
	const struct replay_save *from = last_save(r, rev);
	struct way w = { &r->shown, rev, 0 };
	uint64_t now = fold_rev(&r->shown);

	if (rev < now || from->rev > now + r->spacing)
		w.err = fold_load(&r->shown, from->bytes.data, from->bytes.len);
	if (w.err == 0 && fold_rev(&r->shown) < rev)
		tape_walk(&r->tape, fold_rev(&r->shown) + 1, step, &w);
	if (w.err < 0)
		answer(
		    r, "This moment cannot be shown: %s", cs_strerror(w.err));
}

void
replay_go_rev(struct replay *r, uint64_t rev)
{
	if (r->nsaves == 0)
		return;
	if (rev > tape_rev(&r->tape))
		rev = tape_rev(&r->tape);
	fold_to(r, rev);
	r->clock_ms = rev > 0 ? stands_at(r, rev) : r->begin_ms;
	look_there(r);
}

void
replay_go_ms(struct replay *r, uint64_t ms)
{
	if (r->nsaves == 0)
		return;
	if (ms < r->begin_ms)
		ms = r->begin_ms;
	if (ms > replay_end_ms(r))
		ms = replay_end_ms(r);
	fold_to(r, rev_at(r, ms));
	r->clock_ms = ms;
	look_there(r);
}

/* --- notes --- */

static void
open_bar(struct replay *r, enum replay_bar bar)
{
	r->bar = bar;
	r->playing = false;
	line_clear(&r->line);
}

/* What the host has refused is in the line again. */
static void
key_note(struct replay *r)
{
	if (r->whole || r->until_rev == 0) {
		answer(r, "No note can be taken: the host is not there");
		return;
	}
	if (r->note[0] != '\0' && !r->refused) {
		answer(r, "Your last note is on its way yet");
		return;
	}
	open_bar(r, REPLAY_NOTE);
	if (r->refused) {
		r->line.len = r->line.at = strlen(r->note + r->note_at);
		memcpy(r->line.text, r->note + r->note_at, r->line.len);
	}
}

/* The note has in its text what it is about: the log has when it was taken. */
static void
note_done(struct replay *r)
{
	size_t from = 0, end = r->line.len;
	char at[32];

	while (from < end && r->line.text[from] == ' ')
		from++;
	while (end > from && r->line.text[end - 1] == ' ')
		end--;
	r->refused = false;
	r->note[0] = '\0';
	if (from == end)
		return;
	replay_moment(r, r->clock_ms, at, sizeof(at));
	r->note_at = (size_t)snprintf(r->note, sizeof(r->note), "[%s] ", at);
	snprintf(r->note + r->note_at, sizeof(r->note) - r->note_at, "%.*s",
	    (int)(end - from), r->line.text + from);
	r->noting = true;
}

static void
note_came_back(struct replay *r, const struct record *rec)
{
	size_t len = strlen(r->note);

	if (rec->kind != REC_NOTE || len == 0 || rec->text_len != len ||
	    memcmp(rec->text, r->note, len) != 0)
		return;
	r->note[0] = '\0';
	r->refused = false;
	answer(r, "Noted for the staff - F8, at the end");
}

static void
nothing_more(struct replay *r)
{
	if (r->note[0] != '\0' && !r->refused)
		answer(r, "The host went away: your note may not be kept");
	r->note[0] = '\0';
	r->whole = true;
}

/* --- from the hub --- */

/* The host says how long the room is now; at first it was shorter. */
static void
was_extended(struct replay *r, const struct record *rec)
{
	if (rec->kind != REC_EXTEND || rec->rev > r->until_rev ||
	    rec->minutes > r->planned)
		return;
	r->planned -= rec->minutes;
	fold_planned(&r->ahead, r->planned);
	fold_planned(&r->shown, r->planned);
}

/* The next record of the log. Where the end of what had come was shown, and time
 * has passed it, it is shown. */
static int
add(struct replay *r, const struct record *rec)
{
	bool at_end = fold_rev(&r->shown) + 1 == rec->rev;
	int err;

	if (rec->rev <= tape_rev(&r->tape))
		return 0;
	if ((err = tape_add(&r->tape, rec)) < 0 ||
	    (err = fold_record(&r->ahead, rec)) < 0)
		return err;
	if (r->begin_ms == 0)
		r->begin_ms = r->clock_ms = rec->at_ms;
	was_extended(r, rec);
	marks_add(&r->marks, rec);
	note_came_back(r, rec);
	save_if_due(r);
	if (!at_end || stands_at(r, rec->rev) > r->clock_ms)
		return 0;
	return fold_record(&r->shown, rec);
}

static void
take_chunk(struct replay *r, const struct msg *m)
{
	uint64_t before = fold_rev(&r->shown);
	struct chunk_reader cr;
	struct record rec;
	int err;

	record_init(&rec);
	if ((err = chunk_open(&cr, m->text, m->text_len)) == 0)
		while ((err = chunk_next(&cr, &rec)) == 1 &&
		       (err = add(r, &rec)) == 0)
			;
	record_release(&rec);
	if (err < 0) {
		r->whole = true;
		answer(r, "The log ends here: %s", cs_strerror(err));
	}
	if (fold_rev(&r->shown) != before)
		look_there(r);
}

static void
take_welcome(struct replay *r, const struct welcome *w)
{
	fold_welcome(&r->shown, w);
	fold_welcome(&r->ahead, w);
	r->until_rev = w->rev;
	r->planned = w->minutes;
	r->whole = w->rev == 0;
	r->begin_ms = r->clock_ms = w->started_ms;
	save_if_due(r);
	look_around(r);
}

static void
take_people(struct replay *r, const struct msg *m)
{
	for (uint32_t i = 0; i < m->npeople; i++) {
		r->people[m->people[i].site] = m->people[i];
		fold_person(&r->ahead, &m->people[i]);
	}
	look_around(r);
}

bool
replay_message(struct replay *r, const struct msg *m, uint64_t real_ms)
{
	r->real_ms = r->playing ? r->real_ms : real_ms;
	switch (m->type) {
	case MSG_WELCOME:
		take_welcome(r, &m->welcome);
		return true;
	case MSG_PEOPLE:
		take_people(r, m);
		return true;
	case MSG_CHUNK:
		if (!r->whole && r->nsaves > 0)
			take_chunk(r, m);
		return true;
	case MSG_BYE:
		if (m->reason != BYE_GONE || r->until_rev == 0)
			answer(r, "The host ended it: %.*s", (int)m->text_len,
			    (const char *)m->text);
		nothing_more(r);
		return true;
	case MSG_NOTICE:
		r->refused = r->note[0] != '\0';
		answer(r, "%.*s", (int)m->text_len, (const char *)m->text);
		return true;
	}
	return false;
}

void
replay_lost(struct replay *r)
{
	if (!r->whole && tape_rev(&r->tape) < r->until_rev)
		answer(r, "The host went away: the log ends here");
	nothing_more(r);
}

/* --- time --- */

unsigned
replay_wait_ms(const struct replay *r)
{
	return r->playing ? REPLAY_FRAME_MS : 0;
}

/* When the record after the one that is shown was; 0: there is none. */
static uint64_t
next_ms(const struct replay *r)
{
	uint64_t rev = fold_rev(&r->shown);

	return rev < tape_rev(&r->tape) ? stands_at(r, rev + 1) : 0;
}

/* Nothing has happened for a while, and nothing will: on to what does. */
static void
skip_idle(struct replay *r)
{
	uint64_t rev = fold_rev(&r->shown), next = next_ms(r), last;

	last = rev > 0 ? stands_at(r, rev) : r->begin_ms;
	if (last < r->begin_ms)
		last = r->begin_ms;
	if (next > r->clock_ms && r->clock_ms >= last + REPLAY_IDLE_MS)
		r->clock_ms = next;
}

bool
replay_tick(struct replay *r, uint64_t real_ms)
{
	uint64_t passed = real_ms - r->real_ms, rev, next;

	r->real_ms = real_ms;
	if (!r->playing || r->nsaves == 0)
		return false;
	if (real_ms - r->answered_ms >= TOAST_MS)
		r->answer[0] = '\0';
	r->clock_ms += (passed < LATE_MS ? passed : LATE_MS) * r->speed;
	if (r->dense)
		skip_idle(r);
	if (r->clock_ms >= replay_end_ms(r)) {
		r->clock_ms = replay_end_ms(r);
		r->playing = !is_over(r);
	}
	rev = fold_rev(&r->shown);
	next = next_ms(r);
	if (next == 0 || next > r->clock_ms) {
		r->shown.e.now_ms = r->clock_ms;
		return true;
	}
	fold_to(r, rev_at(r, r->clock_ms));
	if (fold_rev(&r->shown) > rev)
		look_there(r);
	return true;
}

/* --- keys --- */

/* Whoever goes somewhere wants to see what is there. */
static void
see(struct replay *r)
{
	r->pinned = false;
}

static void
key_play(struct replay *r)
{
	if (!r->playing && is_over(r) && r->clock_ms >= replay_end_ms(r)) {
		see(r);
		replay_go_ms(r, r->begin_ms);
	}
	r->playing = !r->playing;
}

static void
go_mark(struct replay *r, const struct mark *m, const char *none)
{
	if (m == NULL) {
		answer(r, "%s", none);
		return;
	}
	see(r);
	replay_go_rev(r, m->rev);
}

static void
key_next(struct replay *r)
{
	go_mark(r, marks_after(&r->marks, fold_rev(&r->shown)),
	    "There is no mark after this");
}

static void
key_previous(struct replay *r)
{
	const struct mark *m = marks_before(&r->marks, fold_rev(&r->shown));

	while (m != NULL && r->playing && m->at_ms + AGAIN_MS > r->clock_ms)
		m = marks_before(&r->marks, m->rev);
	go_mark(r, m, "There is no mark before this");
}

static void
key_record_back(struct replay *r)
{
	uint64_t rev = fold_rev(&r->shown);

	r->playing = false;
	if (rev > 0)
		replay_go_rev(r, rev - 1);
}

static void
key_record(struct replay *r)
{
	r->playing = false;
	if (fold_rev(&r->shown) < tape_rev(&r->tape))
		replay_go_rev(r, fold_rev(&r->shown) + 1);
}

static void
go_by(struct replay *r, int64_t ms)
{
	uint64_t back = ms < 0 ? (uint64_t)-ms : 0;

	see(r);
	if (ms >= 0)
		replay_go_ms(r, r->clock_ms + (uint64_t)ms);
	else
		replay_go_ms(r, r->clock_ms > back ? r->clock_ms - back : 0);
}

static void
key_seconds_back(struct replay *r)
{
	go_by(r, -SECONDS_MS);
}

static void
key_seconds(struct replay *r)
{
	go_by(r, SECONDS_MS);
}

static void
key_minute_back(struct replay *r)
{
	go_by(r, -MINUTE_MS);
}

static void
key_minute(struct replay *r)
{
	go_by(r, MINUTE_MS);
}

static void
key_begin(struct replay *r)
{
	see(r);
	replay_go_ms(r, r->begin_ms);
}

static void
key_end(struct replay *r)
{
	see(r);
	replay_go_rev(r, tape_rev(&r->tape));
}

static void
key_faster(struct replay *r)
{
	if (r->speed < REPLAY_SPEED_MAX)
		r->speed *= 2;
}

static void
key_slower(struct replay *r)
{
	if (r->speed > 1)
		r->speed /= 2;
}

static void
key_idle(struct replay *r)
{
	r->dense = !r->dense;
	answer(r, r->dense ? "Pauses of more than 3 s are skipped"
			   : "Pauses take as long as they took");
}

static void
key_authors(struct replay *r)
{
	r->authors = !r->authors;
}

static void
key_file(struct replay *r)
{
	struct editor *e = &r->shown.e;
	unsigned n = peer_file_count(e->peer);

	if (n < 2) {
		answer(r, "There is one file");
		return;
	}
	r->pinned = e->loose = true;
	editor_show_file(e, (uint8_t)((e->file + 1u) % n));
}

static void
key_follow(struct replay *r)
{
	see(r);
	look_there(r);
}

static void
scroll(struct replay *r, int by)
{
	struct editor *e = &r->shown.e;
	size_t up = by < 0 ? (size_t)-by : 0;

	if (editor_text(e) == NULL)
		return;
	r->pinned = e->loose = true;
	e->skip = 0;
	if (by > 0)
		e->top += (size_t)by; /* place.c knows where it ends */
	else
		e->top -= e->top > up ? up : e->top;
}

/* The pane, if it is in the place of the text, else the text. view_layout knows
 * where they end. */
static void
go_up(struct replay *r, int by)
{
	struct editor *e = &r->shown.e;
	int *at = e->pane == PANE_OUTPUT ? &e->run.scroll
					 : &e->talk.scroll[e->talk.tab];

	if (!e->pane_full || e->page > 0) {
		scroll(r, -by);
		return;
	}
	*at = *at + by > 0 ? *at + by : 0;
}

static void
key_up(struct replay *r)
{
	go_up(r, 1);
}

static void
key_down(struct replay *r)
{
	go_up(r, -1);
}

/* Where it is narrow the pane takes the place of the text, and back. */
static void
show_pane(struct replay *r, enum pane pane)
{
	struct editor *e = &r->shown.e;

	e->pane_full = !e->pane_full || e->pane != pane;
	e->pane = pane;
	if (pane != PANE_OUTPUT)
		e->talk.tab = pane;
}

static void
key_output(struct replay *r)
{
	show_pane(r, PANE_OUTPUT);
}

static void
key_chat(struct replay *r)
{
	show_pane(r, PANE_CHAT);
}

static void
key_notes(struct replay *r)
{
	show_pane(r, PANE_NOTES);
}

static void
key_search(struct replay *r)
{
	open_bar(r, REPLAY_SEARCH);
}

static void
key_go(struct replay *r)
{
	open_bar(r, REPLAY_GO);
}

/* From here to the end; then from the beginning to here. */
static void
search(struct replay *r)
{
	uint64_t here = fold_rev(&r->shown);
	size_t len = strlen(r->what);
	struct found at;
	int err;

	err =
	    search_forward(&r->shown, &r->tape, UINT64_MAX, r->what, len, &at);
	if (err == CS_ENOTFOUND && here > 0) {
		fold_to(r, 0);
		err = search_forward(
		    &r->shown, &r->tape, here, r->what, len, &at);
		if (err == 0)
			answer(r, "From the beginning again");
	}
	if (err < 0) {
		replay_go_rev(r, here);
		answer(r, err == CS_ENOTFOUND ? "%s never appears%s" : "%s: %s",
		    r->what,
		    err != CS_ENOTFOUND ? cs_strerror(err)
		    : tape_rev(&r->tape) >= r->until_rev
			? ""
			: " in what has come so far");
		return;
	}
	see(r);
	replay_go_rev(r, at.rev);
	peer_caret_set(
	    r->shown.e.peer, at.file, at.pos + len, at.pos); /* selected */
}

static void
key_again(struct replay *r)
{
	r->playing = false;
	if (r->what[0] == '\0')
		answer(r, "/ searches for a text first");
	else
		search(r);
}

static void
key_help(struct replay *r)
{
	r->help = true;
}

static void
key_redraw(struct replay *r)
{
	r->redraw = true;
}

static void
key_quit(struct replay *r)
{
	r->quit = true;
}

/* clang-format off */
static const struct {
	const char *keys;
	void (*fn)(struct replay *r);
} table[] = {
	{ "Space",		key_play },
	{ "Right ]",		key_next },
	{ "Left [",		key_previous },
	{ ".",			key_seconds },
	{ ",",			key_seconds_back },
	{ ">",			key_record },
	{ "<",			key_record_back },
	{ "PgDn",		key_minute },
	{ "PgUp",		key_minute_back },
	{ "Home",		key_begin },
	{ "End",		key_end },
	{ "+ =",		key_faster },
	{ "- _",		key_slower },
	{ "i I",		key_idle },
	{ "w W",		key_authors },
	{ "Tab C-PgDn",		key_file },
	{ "f F F7",		key_follow },
	{ "Up k",		key_up },
	{ "Down j",		key_down },
	{ "C-o",		key_output },
	{ "C-t F2",		key_chat },
	{ "F8",			key_notes },
	{ "/ C-f",		key_search },
	{ "n",			key_note },
	{ "N F3",		key_again },
	{ "g C-g",		key_go },
	{ "? F1 C-p",		key_help },
	{ "C-l",		key_redraw },
	{ "q Q C-q C-c",	key_quit },
};
static const struct replay_key_help helps[] = {
	{ "Space",		"play, pause" },
	{ ", .",		"5 s back, on" },
	{ "[ ]",		"the mark before, the next one" },
	{ "< >",		"one record back, on" },
	{ "PgUp PgDn",		"a minute back, on" },
	{ "Home End",		"the beginning, the end" },
	{ "1-5",		"speed: 1x 2x 4x 8x 16x" },
	{ "+ -",		"faster, slower: up to 32x" },
	{ "i",			"skip pauses, or not" },
	{ "/ N",		"when a text appears" },
	{ "n",			"a note about this moment" },
	{ "g",			"go to a time, like 14:31 or 40%" },
	{ "w",			"who typed what" },
	{ "Tab",		"next file" },
	{ "Up Down f",		"look elsewhere; follow again" },
	{ "^O ^T F8",		"output, chat, notes" },
	{ "q",			"leave" },
};
/* clang-format on */

const struct replay_key_help *
replay_help(size_t *n)
{
	*n = sizeof(helps) / sizeof(helps[0]);
	return helps;
}

/* "14:31", or "40%" of it all, as so long after the beginning. */
static int
parse_place(const struct replay *r, char *text, uint64_t *ms)
{
	size_t len = strlen(text);
	uint64_t percent;

	if (len == 0 || text[len - 1] != '%')
		return parse_clock(text, ms);
	text[len - 1] = '\0';
	if (parse_num(text, 0, 100, &percent) < 0)
		return CS_EFORMAT;
	*ms = (replay_end_ms(r) - r->begin_ms) * percent / 100;
	return 0;
}

static void
go_done(struct replay *r)
{
	char text[SEARCH_MAX + 1];
	uint64_t ms;

	snprintf(text, sizeof(text), "%.*s", (int)r->line.len, r->line.text);
	see(r);
	if (parse_place(r, text, &ms) == 0)
		replay_go_ms(r, r->begin_ms + ms);
	else
		answer(r, "A time is like 14:31, 1:02:03 or 40%%");
}

static void
search_done(struct replay *r)
{
	if (r->line.len > 0)
		snprintf(r->what, sizeof(r->what), "%.*s", (int)r->line.len,
		    r->line.text);
	if (r->what[0] != '\0')
		search(r);
}

static const struct {
	size_t max; /* bytes */
	void (*done)(struct replay *r);
} bars[] = {
	[REPLAY_SEARCH] = { SEARCH_MAX, search_done },
	[REPLAY_GO] = { SEARCH_MAX, go_done },
	[REPLAY_NOTE] = { REPLAY_NOTE_MAX, note_done },
};

static void
bar_key(struct replay *r, const struct key *key)
{
	enum replay_bar bar = r->bar;

	if (key_is_one_of(key, "Enter")) {
		r->bar = REPLAY_NONE;
		bars[bar].done(r);
	} else if (key_is_one_of(key, "Esc C-c C-q")) {
		r->bar = REPLAY_NONE;
	} else if (key->code == K_PASTE) {
		line_paste(&r->line, bars[bar].max, key->text, key->len);
	} else if (!line_key(&r->line, key) && key->code == K_CHAR &&
		   key->mods == 0 && utf8_cp_width(key->cp) >= 0) {
		line_type(&r->line, bars[bar].max, key->cp);
	}
}

void
replay_key(struct replay *r, const struct key *key)
{
	r->answer[0] = '\0';
	if (r->help) {
		r->help = false;
		return;
	}
	if (r->bar != REPLAY_NONE) {
		bar_key(r, key);
		return;
	}
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (key_is_one_of(key, table[i].keys)) {
			table[i].fn(r);
			return;
		}
	if (key->code == K_CHAR && key->mods == 0 && key->cp >= '1' &&
	    key->cp <= '5')
		r->speed = 1U << (key->cp - '1');
	else
		answer(r, "? shows what the keys do");
}

/* --- the mouse --- */

void
replay_mouse(struct replay *r, const struct layout *l, const struct grid *g,
    const struct key *key)
{
	bool up = key->mouse == MOUSE_WHEEL_UP;
	const struct spot *s;
	struct key pressed;
	uint64_t ms;

	if (r->help && key->mouse == MOUSE_PRESS) {
		r->help = false;
	} else if (up || key->mouse == MOUSE_WHEEL_DOWN) {
		go_up(r, up ? WHEEL_LINES : -WHEEL_LINES);
	} else if (timeline_at(r, l, key->x, key->y, &ms) &&
		   key->mouse != MOUSE_RELEASE) {
		r->answer[0] = '\0';
		see(r);
		replay_go_ms(r, ms);
	} else if (key->mouse == MOUSE_PRESS && key->button == 0 &&
		   (s = grid_spot_at(g, key->x, key->y)) != NULL &&
		   s->kind == SPOT_KEY && mouse_key_of(s->key, &pressed)) {
		replay_key(r, &pressed);
	}
}
