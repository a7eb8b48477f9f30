/* reel.c - made-up logs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/sys/util.h"
#include "tests/lib/reel.h"

static void
must(int r)
{
	if (r == 0)
		return;
	fprintf(stderr, "reel: %d\n", r);
	abort();
}

void
reel_open(struct reel *l, uint64_t until)
{
	struct msg m;
	struct welcome *w = &m.welcome;

	memset(l, 0, sizeof(*l));
	l->replay = xcalloc(1, sizeof(*l->replay));
	must(replay_init(l->replay));
	must(order_new(&l->plain));
	record_init(&l->rec);
	buf_init(&l->chunk, CHUNK_MAX);
	l->at_ms = REEL_START_MS;
	msg_init(&m);
	m.type = MSG_WELCOME;
	w->rev = until;
	w->started_ms = REEL_START_MS;
	w->minutes = 60;
	snprintf(w->room, sizeof(w->room), "r-7f3k2");
	snprintf(w->language, sizeof(w->language), "python");
	w->limits = (struct run_limits)RUN_LIMITS_DEFAULT;
	replay_message(l->replay, &m, 1000);
	msg_release(&m);
}

void
reel_close(struct reel *l)
{
	replay_release(l->replay);
	free(l->replay);
	order_free(l->plain);
	record_release(&l->rec);
	buf_release(&l->chunk);
}

void
reel_pass(struct reel *l, uint64_t ms)
{
	l->at_ms += ms;
}

struct record *
reel_record(struct reel *l, uint8_t kind, uint8_t site)
{
	record_release(&l->rec);
	l->rec.kind = kind;
	l->rec.site = site;
	return &l->rec;
}

void
reel_add(struct reel *l)
{
	l->rec.rev = ++l->rev;
	l->rec.at_ms = l->at_ms;
	if (l->waiting++ == 0)
		chunk_begin(&l->writer, &l->chunk, l->rev, l->at_ms);
	chunk_add(&l->writer, &l->rec);
	must(l->chunk.err);
	must(order_replay(l->plain, &l->rec));
}

void
reel_send(struct reel *l)
{
	struct msg m;

	if (l->waiting == 0)
		return;
	msg_init(&m);
	m.type = MSG_CHUNK;
	m.text = l->chunk.data;
	m.text_len = (uint32_t)l->chunk.len;
	replay_message(l->replay, &m, 1000);
	msg_release(&m);
	buf_clear(&l->chunk);
	l->waiting = 0;
}

void
reel_edit(struct reel *l, uint8_t site, uint8_t file, size_t pos, size_t del,
    const char *ins, uint8_t flags)
{
	struct record *r = reel_record(l, REC_EDIT, site);

	r->file = file;
	r->flags = flags;
	must(op_splice(&r->op, pos, del, ins, strlen(ins)));
	reel_add(l);
}

void
reel_type(struct reel *l, uint8_t site, uint8_t file, const char *text)
{
	char key[2] = "";

	for (; *text != '\0'; text++) {
		key[0] = *text;
		reel_edit(l, site, file, text_len(order_text(l->plain, file)),
		    0, key, 0);
		reel_pass(l, 100);
	}
}

void
reel_file(struct reel *l, uint8_t site, uint8_t file, const char *name)
{
	struct record *r = reel_record(l, REC_FILE, site);

	r->file = file;
	snprintf(r->name, sizeof(r->name), "%s", name);
	reel_add(l);
}

void
reel_join(struct reel *l, uint8_t site, uint8_t role, const char *label,
    const char *name)
{
	struct record *r = reel_record(l, REC_JOIN, site);

	r->role = role;
	snprintf(r->label, sizeof(r->label), "%s", label);
	snprintf(r->name, sizeof(r->name), "%s", name);
	reel_add(l);
}

void
reel_text(
    struct reel *l, uint8_t kind, uint8_t site, uint32_t run, const char *text)
{
	struct record *r = reel_record(l, kind, site);

	r->run = run;
	r->stream = 1;
	r->text = (const uint8_t *)text;
	r->text_len = (uint32_t)strlen(text);
	if (kind == REC_RUN_START) {
		snprintf(r->name, sizeof(r->name), "%s", text);
		r->text_len = 0;
	}
	reel_add(l);
}

void
reel_run_end(struct reel *l, uint32_t run, uint8_t verdict)
{
	struct record *r = reel_record(l, REC_RUN_END, 0);

	r->run = run;
	r->result.verdict = verdict;
	r->result.exit_code = verdict == VERDICT_OK ? 0 : 1;
	r->result.wall_ms = 40;
	reel_add(l);
}

void
reel_interview(struct reel *l)
{
	static const char pasted[] = "\nprint(two_sum([2, 7, 11, 15], 9))\n"
				     "print(two_sum([3, 3], 6))\n";

	reel_file(l, 1, 0, "two_sum.py");
	reel_join(l, 3, ROLE_INTERVIEWER, "I", "Ivy");
	reel_edit(l, 3, 0, 0, 0, "def two_sum(nums, target):\n", 0);
	reel_join(l, 2, ROLE_CANDIDATE, "C", "Cleo");
	reel_pass(l, 4000);
	reel_type(l, 2, 0, "    seen = {}\n    for i, n in enumerate(nums):\n");
	reel_pass(l, 60000);
	reel_type(l, 2, 0,
	    "        if target - n in seen:\n"
	    "            return [seen[target - n], i]\n"
	    "        seen[n] = i\n    return None\n");
	reel_pass(l, 15000);
	reel_text(l, REC_CHAT, 3, 0, "Looks right - what is the complexity?");
	reel_pass(l, 9000);
	reel_text(l, REC_CHAT, 2, 0, "O(n) time and O(n) space");
	reel_pass(l, 3000);
	reel_text(l, REC_NOTE, 3, 0, "asked about complexity: good answer");
	reel_pass(l, 20000);
	reel_edit(
	    l, 2, 0, text_len(order_text(l->plain, 0)), 0, pasted, EDIT_PASTE);
	reel_pass(l, 4000);
	reel_text(l, REC_RUN_START, 2, 1, "python");
	reel_text(l, REC_RUN_OUTPUT, 0, 1, "[0, 1]\n[0, 1]\n");
	reel_run_end(l, 1, VERDICT_OK);
	reel_pass(l, 30000);
	reel_record(l, REC_MARK, 3);
	reel_add(l);
	reel_pass(l, 5000);
	reel_text(l, REC_RUN_START, 3, 2, "python");
	reel_text(l, REC_RUN_OUTPUT, 0, 2, "NameError\n");
	reel_run_end(l, 2, VERDICT_FAILED);
	reel_file(l, 3, 1, "notes.txt");
	reel_pass(l, 8000);
	reel_type(l, 3, 1, "thanks!\n");
	reel_pass(l, 60000);
	reel_record(l, REC_LEAVE, 2);
	reel_add(l);
	reel_pass(l, 1000);
	reel_record(l, REC_END, 3);
	reel_add(l);
	reel_send(l);
	must(l->rev == REEL_INTERVIEW ? 0 : (int)l->rev);
}

void
reel_keys(struct reel *l, const char *keys)
{
	char name[32];
	struct key key;
	size_t n;

	for (; *keys != '\0'; keys += n + (keys[n] == ' ')) {
		n = strcspn(keys, " ");
		if (*keys == '"') {
			for (size_t i = 1; i < n; i++) {
				key = (struct key){ .code = K_CHAR,
					.cp = (uint8_t)keys[i] };
				replay_key(l->replay, &key);
			}
			continue;
		}
		snprintf(name, sizeof(name), "%.*s", (int)n, keys);
		if (!key_parse(name, &key)) {
			fprintf(stderr, "no key: %s\n", name);
			abort();
		}
		replay_key(l->replay, &key);
	}
}
