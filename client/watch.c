/*
 * watch.c - reading a room's log as it is written: room tail, room run --wait.
 *
 * "room watch" makes a ticket; the endpoint of that name answers HELLO with
 * WELCOME and then sends chunks. When the endpoint goes away (the hub restarts)
 * a new ticket is asked for, for at most AWAY_MS, and HELLO names the last
 * record seen, so that none is missed or doubled.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client/event.h"
#include "client/exec.h"
#include "client/plain.h"
#include "client/room.h"
#include "client/watch.h"
#include "proto/sys/link_nng.h"
#include "proto/sys/loop.h"
#include "proto/sys/util.h"

#define AWAY_MS 15000
#define RETRY_MS 200
#define SILENCE_MS 5000 /* from dialing to WELCOME */

/* One link's life. */
struct channel {
	struct watch *w;
	struct cli *c;
	struct loop *loop;
	struct nng_link *link;
	struct loop_timer *silence;
	struct msg msg;
	struct record record;
	uint64_t until; /* the log's end at the first WELCOME */
	bool asked;     /* HELLO is under way */
	bool welcome, ended;
};

enum { CHANNEL_DONE = 0, CHANNEL_AGAIN = -1 }; /* others: what to return */

/* Leave the loop with CODE; the first reason counts. */
static void
finish(struct channel *ch, int code)
{
	if (!ch->ended)
		loop_stop(ch->loop, code);
	ch->ended = true;
}

static void
say_hello(struct channel *ch)
{
	struct msg m;
	struct buf b;

	if (ch->asked)
		return;
	msg_init(&m);
	m.type = MSG_HELLO;
	m.version = PROTO_VERSION;
	m.kind = HELLO_WATCHER;
	m.rev = ch->w->seen;
	buf_init(&b, MSG_MAX_UP);
	msg_encode(&m, &b);
	if (b.err == 0 && nng_link_send(ch->link, b.data, b.len) == 0)
		ch->asked = true;
	buf_release(&b);
	msg_release(&m);
}

static void
take_chunk(struct channel *ch)
{
	struct watch *w = ch->w;
	struct chunk_reader cr;
	int r, stop;

	if (chunk_open(&cr, ch->msg.text, ch->msg.text_len) < 0) {
		finish(ch, CHANNEL_AGAIN);
		return;
	}
	while ((r = chunk_next(&cr, &ch->record)) == 1) {
		if (ch->record.rev <= w->seen)
			continue;
		if (ch->record.rev != w->seen + 1)
			break;
		w->seen = ch->record.rev;
		if ((stop = w->record(w->arg, &ch->record)) != 0) {
			finish(ch, stop);
			return;
		}
	}
	if (r != 0) /* a gap or a bad record: ask for what is missing */
		finish(ch, CHANNEL_AGAIN);
}

static void
take_bye(struct channel *ch)
{
	const struct msg *m = &ch->msg;

	if (m->reason == BYE_RETRY)
		finish(ch, CHANNEL_AGAIN);
	else if (m->reason == BYE_GONE && ch->w->follow)
		finish(ch, CHANNEL_DONE);
	else
		finish(
		    ch, cli_fail(ch->c, EXIT_FAILED, "the host ended it: %.*s",
			    (int)m->text_len, (const char *)m->text));
}

static void
take_welcome(struct channel *ch)
{
	loop_timer_stop(ch->silence);
	ch->w->limits = ch->msg.welcome.limits;
	if (!ch->welcome && ch->until == 0)
		ch->until = ch->msg.welcome.rev;
	ch->welcome = true;
}

static void
on_message(void *arg, const uint8_t *body, size_t len)
{
	struct channel *ch = arg;
	struct msg *m = &ch->msg;
	struct person *p;

	if (ch->ended)
		return;
	if (msg_decode(m, body, len, false) < 0) {
		finish(ch, cli_fail(ch->c, EXIT_FAILED,
			       "the host speaks another "
			       "version of the protocol"));
		return;
	}
	if (m->type == MSG_WELCOME)
		take_welcome(ch);
	else if (m->type == MSG_BYE)
		take_bye(ch);
	else if (m->type == MSG_CHUNK)
		take_chunk(ch);
	for (uint32_t i = 0; m->type == MSG_PEOPLE && i < m->npeople; i++) {
		p = &m->people[i];
		snprintf(ch->w->names[p->site], sizeof(ch->w->names[0]), "%s",
		    p->name);
		if (ch->w->person != NULL)
			ch->w->person(ch->w->arg, p);
	}
	if (ch->welcome && !ch->w->follow && ch->w->seen >= ch->until)
		finish(ch, CHANNEL_DONE);
}

static void
on_gone(void *arg)
{
	struct channel *ch = arg;

	if (ch->asked) /* before that it is still being dialled */
		finish(ch, CHANNEL_AGAIN);
}

static void
on_room(void *arg)
{
	say_hello(arg);
}

static void
on_silence(void *arg)
{
	struct channel *ch = arg;

	finish(ch, CHANNEL_AGAIN);
}

static void
on_sleep(void *arg)
{
	struct channel *ch = arg;

	say_hello(ch);
	if (ch->w->flush != NULL)
		ch->w->flush(ch->w->arg);
}

/* One link to TICKET until it ends. */
static int
channel_run(struct channel *ch, const char *ticket)
{
	static const struct nng_link_events events = { on_message, on_gone,
		on_room };
	char *url = xasprintf("ipc://s/%s", ticket);
	int r;

	ch->asked = ch->welcome = ch->ended = false;
	msg_init(&ch->msg);
	record_init(&ch->record);
	if ((r = loop_new(&ch->loop)) < 0 ||
	    (r = loop_timer_new(ch->loop, on_silence, ch, &ch->silence)) < 0 ||
	    (r = nng_link_open(&ch->link, ch->loop, LINK_PAIR, url, MSG_MAX,
		 &events, ch)) < 0)
		goto out;
	loop_timer_start(ch->silence, SILENCE_MS);
	loop_before_sleep(ch->loop, on_sleep, ch);
	r = loop_run(ch->loop);
out:
	if (r == CHANNEL_AGAIN) /* as often as the host goes away */
		nng_link_close(ch->link);
	else
		nng_link_forget(ch->link);
	loop_timer_free(ch->silence);
	loop_free(ch->loop);
	ch->link = NULL;
	ch->silence = NULL;
	ch->loop = NULL;
	record_release(&ch->record);
	msg_release(&ch->msg);
	free(url);
	return r;
}

/* Get a ticket and follow it once. */
static int
watch_once(struct channel *ch, bool again)
{
	struct json *args = json_object_new();
	const char *ticket;
	struct answer a;
	int r;

	json_set_str(args, "room", ch->w->room);
	json_set_int(args, "from", (int64_t)ch->w->seen + 1);
	if (again)
		r = cli_ask_again(ch->c, "room watch", args, &a);
	else
		r = cli_ask(ch->c, "room watch", args, NULL, &a);
	if (r != 0)
		return again && r == EXIT_AWAY ? CHANNEL_AGAIN : r;
	ticket = json_get_str(a.result, "ticket");
	if (ticket == NULL || strlen(ticket) != TICKET_LEN ||
	    strspn(ticket, "0123456789abcdef") != TICKET_LEN)
		r = cli_fail(ch->c, EXIT_FAILED, "the host gave no ticket");
	else
		r = channel_run(ch, ticket);
	answer_release(&a);
	return r;
}

int
watch_run(struct cli *c, struct watch *w)
{
	const struct timespec pause = { 0, RETRY_MS * 1000000L };
	struct channel ch = { .w = w, .c = c };
	uint64_t since = 0, seen = 0;
	bool again = false;
	int r;

	exec_stop_reading(c);
	while ((r = watch_once(&ch, again)) < 0) {
		again = true;
		if (since == 0 || w->seen != seen || ch.welcome)
			since = loop_now_ms();
		seen = w->seen;
		ch.welcome = false;
		if (loop_now_ms() - since > AWAY_MS)
			return cli_fail(c, EXIT_AWAY,
			    "the host went away and did not come back");
		nanosleep(&pause, NULL);
	}
	return r;
}

/* --- room tail --- */

struct tail {
	struct cli *c;
	struct events *events;
	uint64_t from;
};

/* An output that nobody reads any more ends the watch. */
static int
written(const struct cli *c)
{
	return ferror(stdout) ? cli_finish(c, EXIT_FAILED) : 0;
}

static void
tail_person(void *arg, const struct person *p)
{
	struct tail *t = arg;

	events_label(t->events, p->site, p->label);
}

static int
tail_record(void *arg, const struct record *r)
{
	struct tail *t = arg;
	struct json *o;

	/* what this reader may not see is not even there */
	if (r->rev < t->from || r->kind == REC_HIDDEN) {
		events_skip(t->events, r);
		return 0;
	}
	o = events_json(t->events, r);
	cli_print_json(o);
	json_free(o);
	return written(t->c);
}

static void
flush_stdout(void *arg)
{
	(void)arg;
	fflush(stdout);
}

int
watch_tail(struct cli *c)
{
	const char *from = options_value(&c->opt, "from");
	struct tail t = { .c = c, .from = 1 };
	struct watch w = { .room = cli_arg(c, 0),
		.follow = options_has(&c->opt, "follow"),
		.person = tail_person,
		.record = tail_record,
		.flush = flush_stdout,
		.arg = &t };
	int r;

	if (from != NULL && parse_num(from, 1, INT64_MAX, &t.from) < 0)
		return cli_fail(c, EXIT_USAGE,
		    "--from takes a revision, a number from 1 on");
	t.events = events_new();
	r = watch_run(c, &w);
	events_free(t.events);
	return r;
}

/* --- room run --- */

struct run {
	struct cli *c;
	uint32_t id;
	bool ended;
	struct buf output;     /* with --json */
	struct plain plain[2]; /* what is held of stdout and stderr */
	bool line_open; /* where the verdict goes a line has no end yet */
	struct run_result result;
	uint8_t stopped_by;
	char why[JOB_WHY_SIZE]; /* the run failed, or "" */
};

static FILE *
stream_file(uint8_t stream)
{
	return stream == 2 ? stderr : stdout;
}

/* The verdict is a line of its own on standard error, to which a terminal may add
 * what went to standard output. */
static bool
meets_verdict(const FILE *to)
{
	return to == stderr || (isatty(STDOUT_FILENO) && isatty(STDERR_FILENO));
}

/* Programs may print anything, and a room must not drive the terminal of who
 * watches it. Where it goes elsewhere it is as it was written. */
static void
run_output(struct run *run, const struct record *r)
{
	FILE *to = stream_file(r->stream);
	struct buf b;

	if (r->text_len > 0 && meets_verdict(to))
		run->line_open = r->text[r->text_len - 1] != '\n';
	if (run->c->json) {
		buf_put_raw(&run->output, r->text, r->text_len);
	} else if (isatty(fileno(to))) {
		buf_init(&b, SIZE_MAX / 2);
		plain_feed(
		    &run->plain[r->stream == 2], r->text, r->text_len, &b);
		fwrite(b.data, 1, b.len, to);
		buf_release(&b);
	} else {
		fwrite(r->text, 1, r->text_len, to);
	}
}

static void
end_output(struct run *run)
{
	struct buf b;

	for (int i = 0; i < 2; i++) {
		buf_init(&b, SIZE_MAX / 2);
		plain_end(&run->plain[i], &b);
		if (b.len > 0)
			fwrite(b.data, 1, b.len, stream_file((uint8_t)(i + 1)));
		buf_release(&b);
	}
}

static int
run_record(void *arg, const struct record *r)
{
	struct run *run = arg;

	if (r->kind == REC_RUN_OUTPUT && r->run == run->id)
		run_output(run, r);
	if (r->kind != REC_RUN_END || r->run != run->id)
		return written(run->c);
	run->ended = true;
	run->result = r->result;
	run->stopped_by = r->site;
	return 1;
}

/* The log says that the host's own part failed, and the hub, as long as it
 * remembers, why. */
static void
ask_why(struct run *run, const struct watch *w)
{
	struct json *args;
	const char *why;
	struct answer a;

	if (run->result.verdict != VERDICT_INTERNAL)
		return;
	args = json_object_new();
	json_set_str(args, "room", w->room);
	json_set_int(args, "run", run->id);
	if (cli_ask_again(run->c, "room why", args, &a) != 0)
		return;
	if ((why = json_get_str(a.result, "why")) != NULL)
		snprintf(run->why, sizeof(run->why), "%s", why);
	answer_release(&a);
}

static void
print_why(const char *why)
{
	struct plain plain = { .n = 0 };
	struct buf b;

	buf_init(&b, SIZE_MAX / 2);
	plain_feed(&plain, why, strlen(why), &b);
	plain_end(&plain, &b);
	fprintf(stderr, "Run failed: %.*s\n", (int)b.len, (char *)b.data);
	buf_release(&b);
}

static void
print_line(struct run *run, const struct watch *w)
{
	char line[160];

	end_output(run);
	fflush(stdout);
	run_result_line(&run->result, &w->limits, w->names[run->stopped_by],
	    line, sizeof(line));
	fprintf(stderr, "%s%s\n", run->line_open ? "\n" : "", line);
	if (run->why[0] != '\0')
		print_why(run->why);
}

static void
print_end(struct run *run, const struct watch *w)
{
	struct json *o;

	ask_why(run, w);
	if (!run->c->json) {
		print_line(run, w);
		return;
	}
	o = json_object_new();
	json_set_int(o, "run", run->id);
	events_result(o, &run->result);
	if (run->why[0] != '\0')
		json_set_str(o, "why", run->why);
	json_set_text(o, "output", run->output.data, run->output.len);
	cli_print_json(o);
	json_free(o);
}

static int
run_wait(struct cli *c, uint32_t id, uint64_t rev)
{
	struct run run = { .c = c, .id = id };
	struct watch *w = xcalloc(1, sizeof(*w));
	int r;

	w->room = cli_arg(c, 0);
	w->seen = rev > 0 ? rev - 1 : 0;
	w->follow = true;
	w->record = run_record;
	w->flush = flush_stdout;
	w->arg = &run;
	buf_init(&run.output, SIZE_MAX / 2);
	r = watch_run(c, w);
	if (run.ended) {
		r = run.result.verdict == VERDICT_OK ? EXIT_DONE : EXIT_PROGRAM;
		print_end(&run, w);
	} else if (r == 0) {
		r = cli_fail(c, EXIT_STATE, "the room is gone");
	}
	buf_release(&run.output);
	free(w);
	return r;
}

/* Ask for the run, with what the program shall read if that is given. */
static int
run_ask(struct cli *c, struct answer *a)
{
	const char *path = options_value(&c->opt, "stdin");
	struct json *args;
	struct buf text;
	size_t len;
	int r = 0;

	buf_init(&text, JOB_STDIN_MAX);
	if (path != NULL)
		r = room_read_path(c, path, &text, &len);
	if (r == 0) {
		args = json_object_new();
		json_set_str(args, "room", cli_arg(c, 0));
		json_set_bool(args, "stdin", path != NULL);
		r = cli_ask(c, "room run", args, &text, a);
	}
	buf_release(&text);
	return r;
}

int
watch_room_run(struct cli *c)
{
	struct answer a;
	int64_t id, rev;
	int r;

	if ((r = run_ask(c, &a)) != 0)
		return r;
	id = json_get_int(a.result, "run", 0);
	rev = json_get_int(a.result, "rev", 0);
	if (options_has(&c->opt, "wait"))
		r = run_wait(c, (uint32_t)id, (uint64_t)rev);
	else if (c->json)
		cli_print_json(a.result);
	else
		printf("run %lld\n", (long long)id);
	answer_release(&a);
	return r;
}
