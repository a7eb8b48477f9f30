/*
 * resume.c - two people of one room whose link was cut meet again: one has typed
 * APART keys, each a commit of its own, while the other typed as many that the
 * hub has not seen. Every one of these crosses every one of those, in the editor
 * that comes back. They type on at a caret each, or all over the text.
 *
 * What another room notices of it is measured by a typist in a process of its
 * own, as every editor is one. It types on whether it was answered or not.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/sys/spawn.h"
#include "proto/sys/util.h"
#include "tests/bench/beat.h"
#include "tests/bench/bench.h"
#include "tests/bench/hub.h"
#include "tests/bench/hubd.h"
#include "tests/bench/seat.h"

#define APART 3000
#define RUNS 5
#define IDLE_MS 400 /* the time before, to compare with */
#define LINES 100
#define LINE "    total = total + values[index]\n"

/* --- the typist --- */

#define TYPE_MS 2
#define SAMPLES_MAX 65536

struct sample {
	double at_ms, took_ms; /* when it was typed; until it came back */
};

static struct typist {
	struct loop *loop;
	struct loop_io *input;
	struct seat *seat;
	size_t typed, echoed;
	struct sample samples[SAMPLES_MAX];
} typist;

static void
on_type(void *arg)
{
	struct seat *s = typist.seat;

	(void)arg;
	if (!seat_is_loaded(s) || typist.typed == SAMPLES_MAX)
		return;
	typist.samples[typist.typed].at_ms = bench_now_ms();
	if (seat_edit(s, text_len(seat_text(s)), 0, "x", 1) == 0)
		typist.typed++;
	seat_send(s);
}

static void
on_echo(struct seat *s, const struct record *r, bool fresh)
{
	struct sample *sample = &typist.samples[typist.echoed];

	(void)fresh;
	if (r->kind != REC_EDIT || r->site != peer_site(s->peer))
		return;
	sample->took_ms = bench_now_ms() - sample->at_ms;
	if (typist.echoed++ == 0 && write_all(STDOUT_FILENO, "!", 1) < 0)
		loop_stop(typist.loop, 1);
}

static void
on_input(void *arg, int what)
{
	(void)arg;
	(void)what;
	loop_stop(typist.loop, 0); /* it ends: nothing else comes */
}

int
typist_main(const char *path)
{
	struct beat *beat;
	struct loop *l;

	signal(SIGPIPE, SIG_IGN);
	if (loop_new(&l) < 0 || loop_io_new(l, STDIN_FILENO, LOOP_READ,
				    on_input, NULL, &typist.input) < 0)
		return 1;
	typist.loop = l;
	typist.seat = seat_open(l, xstrdup(path), false);
	typist.seat->heard = on_echo;
	beat = beat_new(l, TYPE_MS, on_type, NULL);
	if (loop_run(l) != 0 || write_all(STDOUT_FILENO, typist.samples,
				    typist.echoed * sizeof(struct sample)) < 0)
		return 1;
	seat_close(typist.seat);
	beat_free(beat);
	loop_io_free(typist.input);
	loop_free(l);
	return 0;
}

struct other { /* the typist, seen from here */
	pid_t pid;
	int in, out;
	struct loop_io *io;
	bool types;
	struct sample *samples;
	size_t n;
};

static void
on_first(void *arg, int what)
{
	struct other *o = arg;

	(void)what;
	o->types = true;
	loop_io_want(o->io, 0);
}

static bool
other_types(void *arg)
{
	return ((struct other *)arg)->types;
}

/* Returns when it has had its first echo. */
static void
other_start(struct other *o, char *path)
{
	char *program = bench_program("bench/hub");
	char *argv[] = { program, "--typist", path, NULL };
	int in[2], out[2];
	struct spawn s;

	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0)
		bench_die("no pipe");
	spawn_init(&s);
	s.path = program;
	s.argv = argv;
	s.fds[0] = in[0];
	s.fds[1] = out[1];
	s.fds[2] = STDERR_FILENO;
	s.nfds = 3;
	s.die_with_parent = true;
	memset(o, 0, sizeof(*o));
	if (spawn(&s, &o->pid) < 0)
		bench_die("the typist cannot be started");
	close(in[0]);
	close(out[1]);
	o->in = in[1];
	o->out = out[0];
	if (loop_io_new(hubd_loop(), o->out, LOOP_READ, on_first, o, &o->io) <
	    0)
		bench_die("memory is not enough");
	hubd_until(other_types, o);
	free(program);
	free(path);
}

static void
other_end(struct other *o)
{
	size_t max = sizeof(typist.samples) + 1, len;
	int status;
	char *p;

	loop_io_free(o->io);
	close(o->in);
	if (read_all(o->out, max, &p, &len) < 0 ||
	    waitpid(o->pid, &status, 0) < 0 || status != 0)
		bench_die("the typist fails");
	close(o->out);
	o->n = (len - 1) / sizeof(*o->samples);
	o->samples = xcalloc(o->n + 1, sizeof(*o->samples));
	memcpy(o->samples, p + 1, o->n * sizeof(*o->samples));
	free(p);
}

/* The longest that a key waited which waited between FROM and TO. */
static double
other_worst(const struct other *o, double from_ms, double to_ms)
{
	const struct sample *s;
	double worst = 0;

	for (size_t i = 0; i < o->n; i++) {
		s = &o->samples[i];
		if (s->at_ms < to_ms && s->at_ms + s->took_ms > from_ms &&
		    s->took_ms > worst)
			worst = s->took_ms;
	}
	return worst;
}

/* --- the two --- */

struct two {
	struct room room;
	struct seat *a, *b;
	size_t left;    /* keys that a has to type */
	bool scattered; /* all over the text */
};

static bool
have_met(void *arg)
{
	struct two *t = arg;

	return seat_is_settled(t->a) && seat_is_settled(t->b) &&
	       seat_seen(t->a) == seat_seen(t->b);
}

static bool
has_typed(void *arg)
{
	struct two *t = arg;

	return t->left == 0 && seat_is_settled(t->a);
}

/* A key at the caret, which moves on by itself and by what others type; or
 * anywhere. */
static bool
type_key(const struct two *t, struct seat *s, char key)
{
	size_t at = t->scattered ? random_u64() % (text_len(seat_text(s)) + 1)
				 : peer_caret(s->peer).head;

	if (seat_edit(s, at, 0, &key, 1) < 0)
		return false;
	peer_caret_set(s->peer, 0, at + 1, at + 1);
	return true;
}

static bool
type_a(struct seat *s)
{
	struct two *t = s->arg;

	if (t->left > 0 && type_key(t, s, 'a'))
		t->left--;
	return t->left > 0;
}

static void
two_open(struct two *t)
{
	char code[CODE_SIZE];

	hubd_room(&t->room);
	hubd_invite(&t->room, code);
	t->a =
	    seat_open(hubd_loop(), hubd_enter(&t->room, t->room.code), false);
	t->b = seat_open(hubd_loop(), hubd_enter(&t->room, code), false);
	hubd_until(seats_loaded,
	    &(struct seats){ (struct seat *[]){ t->a, t->b }, 2 });
	for (int i = 0; i < LINES; i++)
		seat_edit(t->a, 0, 0, LINE, strlen(LINE));
	seat_send(t->a);
	hubd_until(have_met, t);
	peer_caret_set(t->a->peer, 0, 30 * strlen(LINE), 30 * strlen(LINE));
	peer_caret_set(t->b->peer, 0, 70 * strlen(LINE), 70 * strlen(LINE));
}

static void
come_apart(struct two *t)
{
	seat_part(t->b);
	for (int i = 0; i < APART; i++)
		if (!type_key(t, t->b, 'b'))
			bench_die("a replica is full");
	t->left = APART;
	seat_feed(t->a, type_a, 1, t);
	hubd_until(has_typed, t);
}

static bool
two_agree(const struct two *t, unsigned runs)
{
	const struct text *a = seat_text(t->a);
	size_t want = LINES * strlen(LINE) + 2ul * APART * runs;

	return text_len(a) == want && text_equal(a, seat_text(t->b)) &&
	       hubd_has(&t->room, a);
}

struct span {
	double idle_ms, from_ms, to_ms; /* idle until FROM_MS */
};

static bool
one_run(struct two *t, unsigned run, struct span *s)
{
	come_apart(t);
	s->idle_ms = bench_now_ms();
	hubd_rest(IDLE_MS);
	s->from_ms = bench_now_ms();
	seat_return(t->b);
	hubd_until(have_met, t);
	s->to_ms = bench_now_ms();
	return two_agree(t, run + 1);
}

bool
resume_measure(const struct settings *settings, double *v)
{
	double ms[2][RUNS], idle[2 * RUNS], busy[2 * RUNS];
	struct span spans[2 * RUNS];
	struct room room;
	struct other o;
	struct two t;
	bool ok = true;

	(void)settings;
	hubd_new();
	two_open(&t);
	hubd_room(&room);
	other_start(&o, hubd_enter(&room, room.code));
	for (unsigned i = 0; i < 2 * RUNS; i++) {
		t.scattered = i % 2 != 0;
		ok &= one_run(&t, i, &spans[i]);
		ms[i % 2][i / 2] = spans[i].to_ms - spans[i].from_ms;
	}
	other_end(&o);
	for (int i = 0; i < 2 * RUNS; i++) {
		idle[i] = other_worst(&o, spans[i].idle_ms, spans[i].from_ms);
		busy[i] = other_worst(&o, spans[i].from_ms, spans[i].to_ms);
	}
	v[RESUME_MS] = bench_percentile(ms[0], RUNS, 50);
	v[SCATTERED_MS] = bench_percentile(ms[1], RUNS, 50);
	v[WAIT_IDLE_MS] = bench_percentile(idle, 2 * RUNS, 50);
	v[WAIT_BUSY_MS] = bench_percentile(busy, 2 * RUNS, 50);
	v[WAIT_MORE_MS] = v[WAIT_BUSY_MS] - v[WAIT_IDLE_MS];
	free(o.samples);
	seat_close(t.a);
	seat_close(t.b);
	hubd_stop();
	return ok;
}
