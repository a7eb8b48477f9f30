/* bundle.c - writing a room into one file. */
#include <stdlib.h>
#include <string.h>

#include "client/bundle.h"
#include "client/cli.h"
#include "client/event.h"
#include "client/tar.h"
#include "proto/err.h"
#include "proto/order.h"
#include "proto/sys/util.h"

const char bundle_readme[] =
    "This is what was written, run and said in one CodeSync room.\n"
    "\n"
    "room.json        the room, its people and their seats\n"
    "log.jsonl        all that happened, in its order: one JSON object a line\n"
    "log.records      the same as bytes, which the head below stands for: for\n"
    "                 each record its length as four bytes, the highest "
    "first,\n"
    "                 and then the record\n"
    "files/           the files as they were in the end\n"
    "log.head         the head of the log: one hash for all of its records\n"
    "log.head.sig     the host's signature of log.head. A room that has not\n"
    "                 ended has none, and no allowed_signers\n"
    "allowed_signers  the key of the host that signed\n"
    "SHA256SUMS       of the files above\n"
    "\n"
    "To check all of it:\n"
    "\n"
    "    codesync room verify --file BUNDLE\n"
    "\n"
    "To check it without CodeSync, in this directory:\n"
    "\n"
    "    sha256sum -c SHA256SUMS\n"
    "    ssh-keygen -Y verify -f allowed_signers -I codesync-host \\\n"
    "        -n codesync-log -s log.head.sig < log.head\n"
    "    python3 - << 'END'\n"
    "    import hashlib, struct\n"
    "    head, log = bytes(32), open('log.records', 'rb')\n"
    "    while length := log.read(4):\n"
    "        record = log.read(struct.unpack('>I', length)[0])\n"
    "        head = hashlib.sha256(head + record).digest()\n"
    "    print(head.hex() in open('log.head').read())\n"
    "    END\n"
    "\n"
    "The key in allowed_signers has the fingerprint that `ssh-keygen -l -f\n"
    "allowed_signers` shows. Compare it with the one that came with the\n"
    "invitation to the room: a forged bundle is signed by another key.\n"
    "\n"
    "The signature says that this is the log that the host had at the time in\n"
    "log.head. It does not say who sat at a keyboard. room.json is no part of\n"
    "what is signed; the names of people stand in the log as well.\n";

/* A line of the log; one is in memory at a time. */
struct line {
	char *text;
	size_t len;
};

static void
line_of(struct events *e, const struct record *r, struct line *l)
{
	struct json *o = events_json(e, r);

	l->text = json_print(o);
	l->len = strlen(l->text);
	json_free(o);
}

/* --- the first walk: how long everything is, and what it comes to --- */

struct sizes {
	const struct source *source;
	struct chain chain;
	struct order *order;
	struct events *events;
	struct person people[SITE_MAX + 1];
	uint64_t lines, records; /* bytes */
};

static void
learn_person(void *arg, const struct person *p)
{
	struct sizes *z = arg;

	z->people[p->site] = *p;
	events_label(z->events, p->site, p->label);
}

static int
learn_record(void *arg, const struct record *r)
{
	struct sizes *z = arg;
	struct line l;
	size_t len;
	int err;

	if ((err = chain_add(&z->chain, r)) < 0 ||
	    (err = order_replay(z->order, r)) < 0)
		return err;
	chain_bytes(&z->chain, &len);
	z->records += 4 + len;
	line_of(z->events, r, &l);
	z->lines += l.len + 1;
	free(l.text);
	return 0;
}

static int
sizes_learn(struct sizes *z, struct source *s)
{
	const struct source_reader reader = { learn_person, learn_record, z };

	memset(z, 0, sizeof(*z));
	z->source = s;
	chain_init(&z->chain);
	z->events = events_new();
	if (order_new(&z->order) < 0)
		return CS_ENOMEM;
	return s->walk(s, &reader);
}

static void
sizes_release(struct sizes *z)
{
	chain_release(&z->chain);
	order_free(z->order);
	events_free(z->events);
}

/* --- the others: what they are --- */

struct writing {
	struct tar tar;
	struct sizes *sizes;
	struct events *events;
	struct chain chain;
};

static void
write_person(void *arg, const struct person *p)
{
	struct writing *w = arg;

	events_label(w->events, p->site, p->label);
}

static int
write_line(void *arg, const struct record *r)
{
	struct writing *w = arg;
	struct line l;

	line_of(w->events, r, &l);
	tar_put(&w->tar, l.text, l.len);
	tar_put(&w->tar, "\n", 1);
	free(l.text);
	return ferror(w->tar.to) ? EXIT_FAILED : 0;
}

static int
write_record(void *arg, const struct record *r)
{
	struct writing *w = arg;
	const uint8_t *p;
	uint8_t head[4];
	size_t len;
	int err;

	if ((err = chain_add(&w->chain, r)) < 0)
		return err;
	p = chain_bytes(&w->chain, &len);
	head[0] = (uint8_t)(len >> 24);
	head[1] = (uint8_t)(len >> 16);
	head[2] = (uint8_t)(len >> 8);
	head[3] = (uint8_t)len;
	tar_put(&w->tar, head, sizeof(head));
	tar_put(&w->tar, p, len);
	return ferror(w->tar.to) ? EXIT_FAILED : 0;
}

static int
write_log(struct writing *w, struct source *s)
{
	const struct source_reader lines = { write_person, write_line, w };
	const struct source_reader records = { NULL, write_record, w };
	int r;

	tar_file(&w->tar, "log.jsonl", w->sizes->lines);
	if ((r = s->walk(s, &lines)) != 0 || (r = tar_file_end(&w->tar)) < 0)
		return r;
	tar_file(&w->tar, "log.records", w->sizes->records);
	if ((r = s->walk(s, &records)) != 0)
		return r;
	return tar_file_end(&w->tar);
}

/* The room, and whose each seat is: in the log it is a number. */
static void
write_room(struct tar *t, const struct source *s, const struct sizes *z)
{
	struct json *o = json_dup(s->room), *seats = json_array_new(), *seat;
	char *text;

	for (unsigned i = 1; i <= SITE_MAX; i++) {
		if (z->people[i].site == 0)
			continue;
		seat = json_object_new();
		json_set_int(seat, "site", i);
		json_set_str(seat, "seat", z->people[i].label);
		json_set_str(seat, "name", z->people[i].name);
		json_add(seats, seat);
	}
	json_set(o, "seats", seats);
	text = json_print(o);
	tar_file(t, "room.json", strlen(text) + 1);
	tar_put(t, text, strlen(text));
	tar_put(t, "\n", 1);
	tar_file_end(t);
	free(text);
	json_free(o);
}

static void
write_text(struct tar *t, const char *name, const struct text *text)
{
	const uint8_t *p;
	size_t len, pos = 0;

	tar_file(t, name, text_len(text));
	while ((p = text_span(text, pos, &len)) != NULL && len > 0) {
		tar_put(t, p, len);
		pos += len;
	}
	tar_file_end(t);
}

static void
write_files(struct tar *t, const struct order *o, const char *dir)
{
	char name[NAME_MAX_BYTES + 16];

	for (unsigned i = 0; i < order_file_count(o); i++) {
		snprintf(
		    name, sizeof(name), "%s%s", dir, order_file_name(o, i));
		write_text(t, name, order_text(o, i));
	}
}

static void
write_head(struct tar *t, const struct source *s, const struct sizes *z)
{
	const char *at = json_get_str(s->head, "signed_at");
	const char *sig = json_get_str(s->head, "sshsig");
	const char *allowed = json_get_str(s->head, "allowed_signers");
	struct head head = { .rev = z->chain.rev };
	char text[HEAD_TEXT_SIZE];

	snprintf(head.room, sizeof(head.room), "%s", t->dir);
	snprintf(head.at, sizeof(head.at), "%s",
	    at != NULL && sig != NULL ? at : HEAD_NEVER);
	memcpy(head.sha256, z->chain.head, sizeof(head.sha256));
	head_text(&head, text);
	tar_whole(t, "log.head", text, strlen(text));
	if (sig == NULL || allowed == NULL)
		return;
	tar_whole(t, "log.head.sig", sig, strlen(sig));
	tar_whole(t, "allowed_signers", allowed, strlen(allowed));
}

/* Is what came what the host's head stands for? */
static bool
head_fits(const struct source *s, const struct sizes *z)
{
	const char *hex = json_get_str(s->head, "sha256");
	uint8_t want[DIGEST_LEN];

	return hex != NULL && digest_parse(hex, want) == 0 &&
	       memcmp(want, z->chain.head, sizeof(want)) == 0;
}

/* When the last thing happened: the time of all files. */
static uint64_t
mtime_of(const struct order *o)
{
	return order_at_ms(o) / 1000;
}

static int
explain(const struct cli *c, int r)
{
	return r >= 0
		   ? r
		   : cli_fail(c, EXIT_FAILED,
			 "the room's log cannot be read: %s", cs_strerror(r));
}

int
bundle_write(const struct cli *c, struct source *s, FILE *to)
{
	struct sizes *z = xcalloc(1, sizeof(*z));
	struct writing w = { .sizes = z };
	const char *id = json_get_str(s->room, "id");
	int r;

	if ((r = sizes_learn(z, s)) != 0)
		goto out;
	if (!head_fits(s, z)) {
		r = cli_fail(c, EXIT_FAILED,
		    "the log is not the one that its head stands for");
		goto out;
	}
	tar_begin(&w.tar, to, id != NULL ? id : "", mtime_of(z->order));
	w.events = events_new();
	chain_init(&w.chain);
	tar_whole(&w.tar, "README", bundle_readme, strlen(bundle_readme));
	write_room(&w.tar, s, z);
	if ((r = write_log(&w, s)) == 0) {
		write_files(&w.tar, z->order, "files/");
		write_head(&w.tar, s, z);
		tar_whole(
		    &w.tar, "SHA256SUMS", w.tar.sums.data, w.tar.sums.len);
		tar_end(&w.tar);
	}
	chain_release(&w.chain);
	events_free(w.events);
	tar_release(&w.tar);
out:
	sizes_release(z);
	free(z);
	return explain(c, r);
}

/* --- only the files --- */

static int
fold_record(void *arg, const struct record *r)
{
	return order_replay(arg, r);
}

int
files_write(const struct cli *c, struct source *s, FILE *to)
{
	const char *id = json_get_str(s->room, "id");
	struct source_reader reader = { .record = fold_record };
	struct order *o;
	struct tar t;
	int r;

	if ((r = order_new(&o)) < 0)
		return explain(c, r);
	reader.arg = o;
	if ((r = s->walk(s, &reader)) == 0) {
		tar_begin(&t, to, id != NULL ? id : "", mtime_of(o));
		write_files(&t, o, "");
		tar_end(&t);
		tar_release(&t);
	}
	order_free(o);
	return explain(c, r);
}
