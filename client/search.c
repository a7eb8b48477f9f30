/*
 * search.c - a text in time. The edits are applied to copies of the files, and
 * after each one only the bytes around it are looked at.
 */
#include <stdlib.h>
#include <string.h>

#include "client/search.h"
#include "proto/err.h"

struct search {
	struct text *files[FILE_MAX];
	const char *what;
	size_t len;
	bool exact; /* capitals matter */
	uint64_t until;
	struct found *found;
	uint8_t window[2 * SEARCH_MAX];
};

enum { FOUND = 1, PAST_END = 2 };

static uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

static bool
has_capital(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			return true;
	return false;
}

static bool
is_at(const struct search *s, const uint8_t *p)
{
	for (size_t i = 0; i < s->len; i++)
		if ((uint8_t)s->what[i] != (s->exact ? p[i] : lower(p[i])))
			return false;
	return true;
}

/* Is there one that begins from FROM on and before TO? */
static bool
begins_in(
    struct search *s, const struct text *t, size_t from, size_t to, size_t *pos)
{
	size_t step = sizeof(s->window) - s->len + 1, n;

	for (; from < to; from += step) {
		n = to - from < step ? to - from : step;
		if (from + s->len > text_len(t))
			return false;
		if (from + n + s->len - 1 > text_len(t))
			n = text_len(t) - from - s->len + 1;
		text_copy(t, from, n + s->len - 1, s->window);
		for (size_t i = 0; i < n; i++)
			if (is_at(s, s->window + i)) {
				*pos = from + i;
				return true;
			}
	}
	return false;
}

/* One that OP made has bytes that it inserted, or both sides of what it deleted. */
static bool
appeared(
    struct search *s, const struct text *t, const struct op *op, size_t *pos)
{
	size_t at = 0, from;

	for (uint32_t i = 0; i < op->nhunks; i++) {
		at += op->hunks[i].skip;
		from = at >= s->len - 1 ? at - (s->len - 1) : 0;
		if (begins_in(s, t, from, at + op->hunks[i].ins_len, pos))
			return true;
		at += op->hunks[i].ins_len;
	}
	return false;
}

static int
look_at(void *arg, const struct record *r)
{
	struct search *s = arg;
	int err;

	if (r->rev > s->until)
		return PAST_END;
	if (r->kind == REC_FILE)
		return s->files[r->file] == NULL ? text_new(&s->files[r->file])
						 : CS_EFORMAT;
	if (r->kind != REC_EDIT)
		return 0;
	if (s->files[r->file] == NULL)
		return CS_EFORMAT;
	if ((err = op_apply(&r->op, s->files[r->file], r->site)) < 0)
		return err;
	if (!appeared(s, s->files[r->file], &r->op, &s->found->pos))
		return 0;
	s->found->rev = r->rev;
	s->found->file = r->file;
	return FOUND;
}

static int
copy_files(struct search *s, const struct fold *now)
{
	const struct text *t;
	uint8_t *bytes;
	int r = 0;

	for (unsigned i = 0; i < peer_file_count(now->e.peer) && r == 0; i++) {
		t = peer_text(now->e.peer, i);
		if ((bytes = malloc(text_len(t) + 1)) == NULL)
			return CS_ENOMEM;
		text_copy(t, 0, text_len(t), bytes);
		if ((r = text_new(&s->files[i])) == 0)
			r = text_splice(
			    s->files[i], 0, 0, bytes, text_len(t), 0);
		free(bytes);
	}
	return r;
}

int
search_forward(const struct fold *now, const struct tape *t, uint64_t until,
    const char *what, size_t len, struct found *found)
{
	struct search s = { .what = what,
		.len = len,
		.exact = has_capital(what, len),
		.until = until,
		.found = found };
	int r = copy_files(&s, now);

	if (r == 0)
		r = tape_walk(t, fold_rev(now) + 1, look_at, &s);
	for (int i = 0; i < FILE_MAX; i++)
		text_free(s.files[i]);
	if (r == FOUND)
		return 0;
	return r < 0 ? r : CS_ENOTFOUND;
}
