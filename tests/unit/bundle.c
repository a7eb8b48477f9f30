/* bundle.c - a room in one file: what is written is read again, and nothing that
 * was changed in it, added or taken away. And the other exports' text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/bundle.h"
#include "client/cli.h"
#include "client/tar.h"
#include "hostd/sign.h"
#include "proto/err.h"
#include "proto/sys/util.h"
#include "tests/lib/hostkey.h"

#define ROOM "r-7f3k2"
#define AT_MS 1769860800123ULL /* 2026-01-31T12:00:00.123Z */
#define RECORDS_MAX 32

struct world {
	struct source source;
	struct json *room, *head;
	struct record records[RECORDS_MAX];
	uint64_t n;
	struct order *order;
	char *bytes; /* the bundle */
	size_t len;
	struct cli cli;
};

/* --- a room in memory --- */

static int
walk(struct source *s, const struct source_reader *reader)
{
	struct world *w = s->arg;
	struct person ann = { .site = 2, .label = "C", .name = "Ann" };
	struct person by = { .site = 3, .label = "@bob", .name = "@bob" };
	int r = 0;

	if (reader->person != NULL) {
		reader->person(reader->arg, &ann);
		reader->person(reader->arg, &by);
	}
	for (uint64_t i = 0; i < s->rev && r == 0; i++)
		r = reader->record(reader->arg, &w->records[i]);
	return r;
}

static struct record *
next(struct world *w, enum record_kind kind, uint8_t site)
{
	struct record *r = &w->records[w->n++];

	record_init(r);
	r->kind = (uint8_t)kind;
	r->site = site;
	r->rev = w->n;
	r->at_ms = AT_MS - 100000 + w->n * 1000;
	return r;
}

static void
text(struct record *r, const char *t)
{
	r->text = (const uint8_t *)t;
	r->text_len = (uint32_t)strlen(t);
}

static void
typed(struct world *w, size_t pos, const char *t)
{
	struct record *r = next(w, REC_EDIT, 2);

	assert_int_equal(op_splice(&r->op, pos, 0, t, strlen(t)), 0);
}

static void
make_records(struct world *w)
{
	struct record *r = next(w, REC_FILE, 1);

	snprintf(r->name, sizeof(r->name), "main.py");
	r = next(w, REC_JOIN, 2);
	snprintf(r->name, sizeof(r->name), "Ann <b>");
	snprintf(r->label, sizeof(r->label), "C");
	typed(w, 0, "print(1)\n");
	typed(w, 6, "\xC3\xA4</script>");
	r = next(w, REC_RUN_START, 3);
	r->run = 1;
	snprintf(r->name, sizeof(r->name), "python");
	r = next(w, REC_RUN_OUTPUT, 0);
	r->run = 1;
	r->stream = 1;
	text(r, "\x1B[31m1\x1B[0m </pre>\n");
	r = next(w, REC_RUN_END, 0);
	r->run = 1;
	text(next(w, REC_CHAT, 3), "hello & <i>");
	next(w, REC_END, 1);
}

static void
make_head(struct world *w)
{
	uint8_t seed[32], key[SSHSIG_KEY_LEN];
	char hex[DIGEST_HEX_SIZE], line[SSHSIG_TEXT_SIZE];
	struct mon_msg m;
	struct chain c;

	chain_init(&c);
	for (uint64_t i = 0; i < w->n; i++)
		assert_int_equal(chain_add(&c, &w->records[i]), 0);
	mon_init(&m, MON_HUB_SIGN);
	snprintf(m.u.sign.room, sizeof(m.u.sign.room), ROOM);
	m.u.sign.rev = c.rev;
	m.u.sign.at_ms = AT_MS;
	memcpy(m.u.sign.sha256, c.head, sizeof(c.head));
	digest_hex(c.head, hex, sizeof(hex));
	chain_release(&c);
	assert_int_equal(sign_key(hostkey_pem, seed, key), 0);
	assert_int_equal(sign_head(&m, seed, key), 0);
	w->head = json_object_new();
	json_set_int(w->head, "rev", (int64_t)w->n);
	json_set_str(w->head, "sha256", hex);
	json_set_time(w->head, "signed_at", AT_MS);
	sshsig_armor(m.u.sign.key, m.u.sign.signature, line);
	json_set_str(w->head, "sshsig", line);
	sshsig_allowed(m.u.sign.key, line);
	json_set_str(w->head, "allowed_signers", line);
}

static void export(struct world *w,
    int (*write)(const struct cli *c, struct source *s, FILE *to))
{
	FILE *f;

	free(w->bytes);
	assert_non_null(f = open_memstream(&w->bytes, &w->len));
	assert_int_equal(write(&w->cli, &w->source, f), 0);
	assert_int_equal(fclose(f), 0);
}

static int
setup(void **state)
{
	struct world *w = xcalloc(1, sizeof(*w));

	make_records(w);
	make_head(w);
	w->room = json_object_new();
	json_set_str(w->room, "id", ROOM);
	json_set_str(w->room, "title", "Two <sums> & more");
	w->source.room = w->room;
	w->source.head = w->head;
	w->source.rev = w->n;
	w->source.walk = walk;
	w->source.arg = w;
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	for (uint64_t i = 0; i < w->n; i++)
		record_release(&w->records[i]);
	json_free(w->room);
	json_free(w->head);
	free(w->bytes);
	free(w);
	return 0;
}

/* Read BYTES[LEN] as a bundle. */
static int
read_bytes(struct bundle *b, const char *bytes, size_t len)
{
	FILE *f = len > 0 ? fmemopen((void *)(uintptr_t)bytes, len, "r")
			  : fopen("/dev/null", "r");
	int r;

	assert_non_null(f);
	r = bundle_read(b, f);
	fclose(f);
	assert_int_equal(r == 0, b->why[0] == '\0');
	return r;
}

/* --- bundles --- */

static void
what_is_written_is_read(void **state)
{
	struct world *w = *state;
	struct bundle b;

	export(w, bundle_write);
	assert_int_equal(read_bytes(&b, w->bytes, w->len), 0);
	assert_string_equal(b.head.room, ROOM);
	assert_int_equal(b.head.rev, w->n);
	assert_true(b.is_signed);
	assert_string_equal(b.head.at, "2026-01-31T12:00:00.123Z");
	assert_string_equal(b.signature, json_get_str(w->head, "sshsig"));
}

static void
without_a_signature_it_says_so(void **state)
{
	struct world *w = *state;
	struct bundle b;

	json_set_null(w->head, "sshsig");
	export(w, bundle_write);
	assert_int_equal(read_bytes(&b, w->bytes, w->len), 0);
	assert_false(b.is_signed);
}

static void
every_changed_byte_is_noticed(void **state)
{
	struct world *w = *state;
	struct bundle b;
	char was;

	export(w, bundle_write);
	for (size_t i = 0; i < w->len; i++) {
		was = w->bytes[i];
		w->bytes[i] = (char)(was ^ (1 << i % 8));
		if (read_bytes(&b, w->bytes, w->len) != CS_EFORMAT)
			fail_msg("byte %zu can be changed", i);
		w->bytes[i] = was;
	}
	assert_int_equal(read_bytes(&b, w->bytes, w->len), 0);
}

static void
every_missing_or_added_byte_is_noticed(void **state)
{
	struct world *w = *state;
	struct bundle b;
	char *more;

	export(w, bundle_write);
	for (size_t i = 0; i < w->len; i++)
		if (read_bytes(&b, w->bytes, i) != CS_EFORMAT)
			fail_msg("it can end at byte %zu", i);
	more = xcalloc(1, w->len + 1);
	for (size_t i = 0; i <= w->len; i++) {
		memcpy(more, w->bytes, i);
		more[i] = '\0';
		memcpy(more + i + 1, w->bytes + i, w->len - i);
		if (read_bytes(&b, more, w->len + 1) != CS_EFORMAT)
			fail_msg("a byte can be added at %zu", i);
	}
	free(more);
}

/* Another log under the same head, though all sums fit. */
static void
another_log_does_not_fit_its_head(void **state)
{
	struct world *w = *state;
	struct bundle b;
	char *at;

	json_set_str(w->head, "sha256",
	    "0000000000000000000000000000000000000000000000000000000000000000");
	free(w->bytes);
	w->bytes = NULL;
	w->cli.note = xcalloc(1, CLI_NOTE_SIZE);
	assert_int_equal(
	    bundle_write(&w->cli, &w->source, stdout), EXIT_FAILED);
	assert_non_null(strstr(w->cli.note, "head"));
	free(w->cli.note);
	w->cli.note = NULL;
	json_free(w->head);
	make_head(w);
	w->source.head = w->head;
	/* what people read is bound to what is hashed */
	export(w, bundle_write);
	at = memmem(w->bytes, w->len, "hello & ", 8);
	assert_non_null(at);
	at[0] = 'j';
	assert_int_equal(read_bytes(&b, w->bytes, w->len), CS_EFORMAT);
	assert_non_null(strstr(b.why, "log.jsonl"));
}

/* The header of NAME in the archive. */
static char *
header_of(struct world *w, const char *name)
{
	char path[TAR_NAME_SIZE];
	size_t len = (size_t)snprintf(path, sizeof(path), ROOM "/%s", name) + 1;
	char *at = memmem(w->bytes, w->len, path, len);

	assert_non_null(at);
	return at;
}

/* Who gets a bundle from a stranger reads on a terminal what is wrong with it. */
static void
names_of_strangers_are_not_shown(void **state)
{
	struct world *w = *state;
	char name[TAR_NAME_SIZE], *at;
	uint64_t size, mtime_s;
	struct bundle b;

	export(w, bundle_write);
	at = header_of(w, "SHA256SUMS");
	assert_int_equal(tar_parse((uint8_t *)at, name, &size, &mtime_s), 0);
	tar_header((uint8_t *)at, ROOM "/\x1B]0;x\x07", size, mtime_s);
	assert_int_equal(read_bytes(&b, w->bytes, w->len), CS_EFORMAT);
	assert_null(strchr(b.why, '\x1B'));
}

/* The signature and its key are taken out, and the sums made again. */
static void
a_signature_cannot_be_taken_away(void **state)
{
	struct world *w = *state;
	char *sig, *sums, *end, *line;
	struct bundle b;

	export(w, bundle_write);
	sig = header_of(w, "log.head.sig");
	sums = header_of(w, "SHA256SUMS");
	end = w->bytes + w->len;
	memmove(sig, sums, (size_t)(end - sums));
	w->len -= (size_t)(sums - sig);
	line = strstr(sig + TAR_BLOCK, "log.head.sig\n");
	assert_non_null(line);
	line -= 2 * DIGEST_LEN + 2; /* these two lines are the last */
	tar_header((uint8_t *)sig, ROOM "/SHA256SUMS",
	    (uint64_t)(line - (sig + TAR_BLOCK)), (AT_MS - 91000) / 1000);
	memset(line, 0, strlen(line));
	assert_int_equal(read_bytes(&b, w->bytes, w->len), CS_EFORMAT);
	assert_non_null(strstr(b.why, "signature of log.head is missing"));
}

/* --- the others --- */

static void
a_page_has_no_markup_of_anybody(void **state)
{
	struct world *w = *state;
	const char *log;

	export(w, page_write);
	assert_non_null(strstr(w->bytes, "Two &lt;sums&gt; &amp; more"));
	assert_non_null(strstr(w->bytes, "Ann &lt;b&gt;"));
	assert_non_null(strstr(w->bytes, "hello &amp; &lt;i&gt;"));
	assert_null(strstr(w->bytes, "<b>"));
	assert_null(strstr(w->bytes, "<i>"));
	assert_null(strchr(w->bytes, '\x1B'));
	assert_non_null(log = strstr(w->bytes, "id=\"log\">"));
	/* that script ends where we end it */
	log = strstr(log, "</script>");
	assert_non_null(log);
	assert_memory_equal(log - 2, "}]", 2);
	/* a file may be called __proto__ */
	assert_null(strstr(w->bytes, "files: {}"));
	assert_null(strstr(w->bytes, "src="));
	assert_null(strstr(w->bytes, "http"
				     "://"));
	assert_null(strstr(w->bytes, "https://"));
}

static void
a_cast_is_lines_of_json_with_marks(void **state)
{
	struct world *w = *state;
	char *line, *save = NULL, *copy;
	struct json *j;
	unsigned marks = 0, n = 0;

	export(w, cast_write);
	copy = xstrdup(w->bytes);
	for (line = strtok_r(copy, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save)) {
		assert_non_null(j = json_parse(line, strlen(line)));
		if (n++ == 0) {
			assert_int_equal(json_get_int(j, "version", 0), 3);
			assert_int_equal(json_get_int(j, "timestamp", 0),
			    (AT_MS - 99000) / 1000);
		} else {
			assert_int_equal(json_count(j), 3);
			marks += strcmp(json_str(json_at(j, 1)), "m") == 0;
		}
		json_free(j);
	}
	free(copy);
	assert_int_equal(marks, 3); /* who comes, a run, the end */
	assert_non_null(strstr(w->bytes, "print(\xC3\xA4</script>1)"));
	assert_non_null(strstr(w->bytes, "1 </pre>"));
}

static void
a_tar_has_the_files(void **state)
{
	struct world *w = *state;

	export(w, files_write);
	assert_string_equal(w->bytes, ROOM "/main.py");
	assert_memory_equal(w->bytes + 512, "print(\xC3\xA4</script>1)\n", 20);
	assert_int_equal(w->len, 4 * 512);
}

int
main(void)
{
#define with_room(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		with_room(what_is_written_is_read),
		with_room(without_a_signature_it_says_so),
		with_room(every_changed_byte_is_noticed),
		with_room(every_missing_or_added_byte_is_noticed),
		with_room(another_log_does_not_fit_its_head),
		with_room(names_of_strangers_are_not_shown),
		with_room(a_signature_cannot_be_taken_away),
		with_room(a_page_has_no_markup_of_anybody),
		with_room(a_cast_is_lines_of_json_with_marks),
		with_room(a_tar_has_the_files),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
