/* pad.c - an editor for tests. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/command.h"
#include "client/input.h"
#include "client/lobby.h"
#include "client/panel.h"
#include "client/talk.h"
#include "proto/sys/util.h"
#include "tests/lib/pad.h"

static const char mark[] = "\xE2\x80\xB8";

static void
must(int r)
{
	if (r == 0)
		return;
	fprintf(stderr, "pad: %d\n", r);
	abort();
}

void
pad_open(struct editor *e, const char *text)
{
	struct welcome w = { .version = 1,
		.site = 1,
		.joined = true,
		.writable = true,
		.room = "r-7f3k2",
		.language = "python",
		.label = "C",
		.name = "Cleo",
		.retention_days = 180,
		.rejoin = "ssh -p 2222 r-7f3k2@host",
		.limits = RUN_LIMITS_DEFAULT };
	const char *at = strstr(text, mark);
	size_t pos = at != NULL ? (size_t)(at - text) : 0;
	char *plain = xasprintf(
	    "%.*s%s", (int)pos, text, at != NULL ? at + strlen(mark) : text);
	size_t len = strlen(plain);
	uint8_t *sites = xcalloc(1, len + 1);

	memset(e, 0, sizeof(*e));
	editor_init(e);
	e->now_ms = 100000;
	editor_welcome(e, &w);
	must(peer_new(&e->peer, 1, 1, editor_changed, e));
	must(peer_begin(e->peer, 1, 1, 0, 1));
	must(peer_load(e->peer, 0, "main.py", plain, sites, len));
	must(editor_lex(e));
	peer_caret_set(e->peer, 0, pos, pos);
	e->page = 10;
	e->text_cols = 74;
	free(sites);
	free(plain);
}

void
pad_close(struct editor *e)
{
	editor_release(e);
}

static void
press(struct editor *e, const struct key *key)
{
	e->now_ms += 20;
	if (panel_gives_way(e, key))
		command_key(e, key);
	else
		panel_key(e, key);
}

static void
type(struct editor *e, const char *text, size_t len)
{
	struct key key = { .code = K_CHAR };

	for (size_t i = 0; i < len; i++) {
		key.cp = (uint8_t)text[i];
		press(e, &key);
	}
}

void
pad_keys(struct editor *e, const char *keys)
{
	char name[32];
	struct key key;
	size_t n;

	while (*keys != '\0') {
		if (*keys == '"') {
			n = strcspn(keys, "\n");
			type(e, keys + 1, n - 1);
		} else if ((n = strcspn(keys, " \n")) > 0) {
			snprintf(name, sizeof(name), "%.*s", (int)n, keys);
			if (!key_parse(name, &key)) {
				fprintf(stderr, "no key: %s\n", name);
				abort();
			}
			press(e, &key);
		}
		keys += n + (keys[n] != '\0');
	}
}

char *
pad_text(const struct editor *e)
{
	const struct text *t = editor_text(e);
	size_t len = text_len(t), pos = peer_caret(e->peer).head;
	char *s = xcalloc(1, len + sizeof(mark));

	text_copy(t, 0, pos, s);
	memcpy(s + pos, mark, sizeof(mark) - 1);
	text_copy(t, pos, len - pos, s + pos + sizeof(mark) - 1);
	return s;
}

bool
pad_is(const struct editor *e, const char *expected)
{
	char *got = pad_text(e);
	bool same = strcmp(got, expected) == 0;

	if (!same)
		fprintf(stderr, "expected\n%s\nbut got\n%s\n", expected, got);
	free(got);
	return same;
}

void
pad_remote(struct editor *e, size_t pos, size_t del, const char *ins)
{
	struct record r;

	record_init(&r);
	r.kind = REC_EDIT;
	r.rev = peer_seen(e->peer) + 1;
	r.at_ms = r.rev;
	r.site = 2;
	must(op_splice(&r.op, pos, del, ins, strlen(ins)));
	must(peer_remote(e->peer, &r));
	editor_record(e, &r);
	record_release(&r);
}

void
pad_file(struct editor *e, uint8_t file, const char *name)
{
	struct record r;

	record_init(&r);
	r.kind = REC_FILE;
	r.rev = peer_seen(e->peer) + 1;
	r.at_ms = r.rev;
	r.site = 2;
	r.file = file;
	snprintf(r.name, sizeof(r.name), "%s", name);
	must(peer_remote(e->peer, &r));
	editor_record(e, &r);
	record_release(&r);
}

static void
run_record(struct editor *e, uint8_t kind, uint8_t site, const char *text)
{
	struct record r;

	record_init(&r);
	r.kind = kind;
	r.site = site;
	r.run = e->run.run;
	r.stream = 1;
	r.text = (const uint8_t *)text;
	r.text_len = (uint32_t)strlen(text);
	editor_record(e, &r);
	record_release(&r);
}

void
pad_run(struct editor *e, uint8_t site, const char *output)
{
	e->run.run++;
	run_record(e, REC_RUN_START, site, "");
	run_record(e, REC_RUN_OUTPUT, 0, output);
	pad_keyboard(e, site, false);
}

void
pad_keyboard(struct editor *e, uint8_t owner, bool waiting)
{
	struct keyboard k = { e->run.run, waiting, owner, 0 };

	k.since_ms = (uint64_t)((int64_t)e->now_ms + e->clock_ms);
	input_keyboard(e, &k);
}

void
pad_typed(struct editor *e, uint8_t site, const char *text)
{
	run_record(e, REC_RUN_INPUT, site, text);
}

void
pad_run_end(struct editor *e)
{
	run_record(e, REC_RUN_END, 0, "");
}

static void
practised(struct editor *e, struct msg *m, const char *output)
{
	m->type = MSG_PRACTICED;
	m->output.text = (const uint8_t *)output;
	m->output.text_len = (uint32_t)strlen(output);
	lobby_ran(e, m);
	msg_release(m);
}

void
pad_practice(struct editor *e, bool fresh, const char *output, bool waiting)
{
	struct msg m;

	msg_init(&m);
	m.fresh = fresh;
	m.keyboard.waiting = waiting;
	m.output.state = RUN_RUNNING;
	practised(e, &m, output);
}

void
pad_practice_end(struct editor *e, enum verdict verdict)
{
	struct msg m;

	msg_init(&m);
	m.output.state = RUN_ENDED;
	m.output.result.verdict = (uint8_t)verdict;
	m.output.result.exit_code = verdict == VERDICT_OK ? 0 : -1;
	m.output.result.wall_ms = 40;
	practised(e, &m, "");
}

void
pad_said(struct editor *e, uint64_t rev, uint8_t site, uint8_t scope,
    const char *text)
{
	struct msg m;

	msg_init(&m);
	m.type = MSG_SAID;
	m.said = (struct said){ rev, editor_host_ms(e), site, scope };
	m.text = (const uint8_t *)text;
	m.text_len = (uint32_t)strlen(text);
	talk_said(e, &m);
	msg_release(&m);
}
