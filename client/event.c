/* event.c - records as JSON objects. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/event.h"
#include "proto/sys/util.h"

#define LOCAL_LABEL "@local"

/* The revisions of a site's edits; its edit number n is at revs[n - 1]. */
struct site {
	char label[LABEL_SIZE];
	uint64_t *revs;
	size_t count, cap;
};

struct events {
	struct site sites[SITE_MAX + 1];
	char files[FILE_MAX][NAME_MAX_BYTES + 1];
};

static const char *const types[REC_KINDS] = {
	[REC_EDIT] = "edit",
	[REC_FILE] = "file",
	[REC_JOIN] = "join",
	[REC_LEAVE] = "leave",
	[REC_RUN_START] = "run_start",
	[REC_RUN_OUTPUT] = "run_output",
	[REC_RUN_END] = "run_end",
	[REC_END] = "end",
	[REC_RUN_INPUT] = "run_input",
	[REC_ADMIT] = "admit",
	[REC_BACK] = "back",
	[REC_ROLE] = "role",
	[REC_FREEZE] = "freeze",
	[REC_THAW] = "thaw",
	[REC_REOPEN] = "reopen",
	[REC_CHAT] = "chat",
	[REC_NOTE] = "note",
	[REC_FOCUS] = "focus",
	[REC_HIDDEN] = "hidden",
	[REC_MARK] = "mark",
	[REC_PAUSE] = "pause",
	[REC_RESUME] = "resume",
	[REC_EXTEND] = "extend",
};
static const char *const roles[ROLES] = {
	[ROLE_CANDIDATE] = "candidate",
	[ROLE_INTERVIEWER] = "interviewer",
	[ROLE_OBSERVER] = "observer",
};
static const char *const reasons[] = {
	[LEAVE_LEFT] = "left",
	[LEAVE_LOST] = "lost",
	[LEAVE_REPLACED] = "replaced",
	[LEAVE_KICKED] = "kicked",
};

struct events *
events_new(void)
{
	return xcalloc(1, sizeof(struct events));
}

void
events_free(struct events *e)
{
	if (e == NULL)
		return;
	for (size_t i = 0; i <= SITE_MAX; i++)
		free(e->sites[i].revs);
	free(e);
}

void
events_label(struct events *e, uint8_t site, const char *label)
{
	snprintf(
	    e->sites[site].label, sizeof(e->sites[site].label), "%s", label);
}

static void
learn_edit(struct site *s, uint64_t rev)
{
	if (s->count == s->cap) {
		s->cap = s->cap == 0 ? 64 : s->cap * 2;
		s->revs = xrealloc(s->revs, s->cap * sizeof(*s->revs));
	}
	s->revs[s->count++] = rev;
}

void
events_skip(struct events *e, const struct record *r)
{
	struct site *s = &e->sites[r->site];

	if (r->kind == REC_EDIT)
		learn_edit(s, r->rev);
	else if (r->kind == REC_JOIN)
		events_label(e, r->site, r->label);
	else if (r->kind == REC_FILE && r->file < FILE_MAX)
		snprintf(e->files[r->file], sizeof(e->files[0]), "%s", r->name);
}

/* Each hunk is to be applied to the result of the one before, so its place
 * counts what earlier hunks inserted and not what they deleted. */
static struct json *
hunks_json(const struct op *op)
{
	struct json *list = json_array_new(), *o;
	const struct hunk *h;
	int64_t at = 0;

	for (uint32_t i = 0; i < op->nhunks; i++) {
		h = &op->hunks[i];
		at += h->skip;
		o = json_object_new();
		json_set_int(o, "at", at);
		json_set_int(o, "del", h->del);
		json_set_text(o, "ins",
		    h->ins_len > 0 ? op->ins + h->ins_off : NULL, h->ins_len);
		json_add(list, o);
		at += h->ins_len;
	}
	return list;
}

static void
put_edit(const struct events *e, const struct record *r, struct json *o)
{
	const struct site *s = &e->sites[r->site];

	json_set_str(o, "file", r->file < FILE_MAX ? e->files[r->file] : "");
	json_set(o, "hunks", hunks_json(&r->op));
	if ((r->flags & EDIT_UNDO) && r->undo_of > 0 && r->undo_of <= s->count)
		json_set_int(o, "undo_of", (int64_t)s->revs[r->undo_of - 1]);
	if (r->flags & EDIT_PASTE)
		json_set_bool(o, "paste", true);
}

static void
set_or_null(struct json *o, const char *key, const char *s)
{
	json_set_str(o, key, s[0] != '\0' ? s : NULL);
}

void
events_result(struct json *o, const struct run_result *r)
{
	json_set_str(o, "verdict", verdict_name(r->verdict));
	if (r->exit_code >= 0)
		json_set_int(o, "exit_code", r->exit_code);
	else
		json_set_null(o, "exit_code");
	set_or_null(o, "signal", r->signal);
	set_or_null(o, "syscall", r->syscall);
	json_set_int(o, "wall_ms", r->wall_ms);
	json_set_int(o, "cpu_ms", r->cpu_ms);
	json_set_int(o, "memory_kb", r->memory_kb);
	set_or_null(o, "tier", r->tier);
	json_set_bool(o, "warm", r->warm);
	json_set_bool(o, "output_truncated", r->truncated);
}

static void
put_fields(const struct events *e, const struct record *r, struct json *o)
{
	switch (r->kind) {
	case REC_EDIT:
		put_edit(e, r, o);
		break;
	case REC_FILE:
		json_set_str(o, "file", r->name);
		break;
	case REC_JOIN:
		json_set_str(o, "name", r->name);
		json_set_str(o, "role", r->role < ROLES ? roles[r->role] : "");
		break;
	case REC_LEAVE:
		json_set_str(
		    o, "why", r->why <= LEAVE_KICKED ? reasons[r->why] : "");
		break;
	case REC_RUN_START:
		json_set_int(o, "run", r->run);
		json_set_str(o, "language", r->name);
		break;
	case REC_RUN_OUTPUT:
		json_set_int(o, "run", r->run);
		json_set_str(o, "stream", r->stream == 2 ? "stderr" : "stdout");
		json_set_text(o, "text", r->text, r->text_len);
		break;
	case REC_RUN_END:
		json_set_int(o, "run", r->run);
		events_result(o, &r->result);
		break;
	case REC_RUN_INPUT:
		json_set_int(o, "run", r->run);
		json_set_text(o, "text", r->text, r->text_len);
		if (r->flags & INPUT_EOF)
			json_set_bool(o, "eof", true);
		break;
	case REC_ADMIT:
	case REC_BACK:
		json_set_str(o, "who", e->sites[r->seat].label);
		break;
	case REC_ROLE:
		json_set_str(o, "who", e->sites[r->seat].label);
		json_set_str(o, "role", r->flags != 0 ? "rw" : "ro");
		break;
	case REC_CHAT:
		json_set_text(o, "text", r->text, r->text_len);
		if (r->flags & CHAT_STAFF)
			json_set_bool(o, "staff", true);
		break;
	case REC_NOTE:
		json_set_text(o, "text", r->text, r->text_len);
		break;
	case REC_FOCUS:
	case REC_EXTEND:
		json_set_int(o, "minutes", r->minutes);
		break;
	case REC_PAUSE:
	case REC_RESUME:
		json_set_str(
		    o, "why", r->flags & PAUSE_LOST ? "lost" : "staff");
		break;
	default: /* the others have no fields */
		break;
	}
}

struct json *
events_json(struct events *e, const struct record *r)
{
	struct json *o = json_object_new();
	const char *label;

	events_skip(e, r);
	label = e->sites[r->site].label;
	json_set_int(o, "rev", (int64_t)r->rev);
	json_set_time(o, "at", r->at_ms);
	json_set_str(o, "seat", label[0] != '\0' ? label : LOCAL_LABEL);
	json_set_str(o, "type", r->kind < REC_KINDS ? types[r->kind] : "");
	put_fields(e, r, o);
	return o;
}
