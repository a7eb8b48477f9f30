/*
 * cast.c - an export that terminals' players show: asciicast v3. It is drawn
 * plainly and of one size, whatever anybody's screen was like: the file where
 * something is written, the last lines of output and chat below it, and a marker
 * for what one may look for.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "client/cli.h"
#include "client/source.h"
#include "proto/err.h"
#include "proto/order.h"
#include "proto/sys/util.h"
#include "proto/utf8.h"

#define COLS 80
#define ROWS 24
#define CODE_TOP 1
#define CODE_ROWS 15
#define OUT_TOP (CODE_TOP + CODE_ROWS + 1)
#define OUT_ROWS (ROWS - OUT_TOP)
#define GUTTER_COLS 6
#define ROW_BYTES (COLS * 8)
#define FRAME_MS 33 /* what comes thicker is one frame */

struct row {
	char text[ROW_BYTES];
};

struct cast {
	FILE *to;
	const char *id;
	struct order *order;
	char names[SITE_MAX + 1][NAME_MAX_BYTES + 1];
	struct row shown[ROWS], next[ROWS], out[OUT_ROWS];
	bool open_line; /* the last line of output has no newline yet */
	bool in_escape; /* of a colour, which is left out */
	uint8_t file, site;
	size_t at; /* where something was written last */
	uint64_t last_ms, frame_ms;
	bool begun, pending;
};

/* --- rows of text --- */

static size_t
cols_of(const char *s)
{
	size_t len = strlen(s), n, cols = 0;
	int width;

	for (; len > 0; s += n, len -= n) {
		n = utf8_cluster(s, len);
		width = utf8_cluster_width(s, n);
		cols += width > 0 ? (size_t)width : 0;
	}
	return cols;
}

/* S[LEN] to the end of ROW, as far as it fits; no control characters. */
static void
row_add(struct row *row, const char *s, size_t len)
{
	size_t used = strlen(row->text), cols = cols_of(row->text), n;
	int width;

	for (; len > 0; s += n, len -= n) {
		n = utf8_cluster(s, len);
		width = utf8_cluster_width(s, n);
		if (cols + (size_t)abs(width) > COLS ||
		    used + n + 2 > ROW_BYTES)
			return;
		if (width > 0) {
			memcpy(row->text + used, s, n);
			used += n;
			cols += (size_t)width;
		} else {
			row->text[used++] = *s == '\t' ? ' ' : '?';
			cols++;
		}
		row->text[used] = '\0';
	}
}

static void row_printf(struct row *row, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
row_printf(struct row *row, const char *fmt, ...)
{
	char text[ROW_BYTES];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	row->text[0] = '\0';
	row_add(row, text, strlen(text));
}

/* --- lines of output and chat --- */

static struct row *
out_new(struct cast *c)
{
	memmove(&c->out[0], &c->out[1], (OUT_ROWS - 1) * sizeof(c->out[0]));
	c->out[OUT_ROWS - 1].text[0] = '\0';
	return &c->out[OUT_ROWS - 1];
}

static void
out_line(struct cast *c, const char *who, const void *text, size_t len)
{
	struct row *row = out_new(c);

	row_add(row, who, strlen(who));
	row_add(row, text, len);
	c->open_line = false;
}

/* What a program printed, without its colours. */
static void
out_text(struct cast *c, const char *p, size_t len)
{
	size_t n;

	for (; len > 0; p += n, len -= n) {
		n = utf8_cluster(p, len);
		if (c->in_escape) {
			c->in_escape = (*p < '@' || *p > '~') || *p == '[';
		} else if (*p == '\x1B') {
			c->in_escape = true;
		} else if (p[n - 1] == '\n') { /* also behind a CR */
			c->open_line = false;
		} else {
			if (!c->open_line)
				out_new(c);
			c->open_line = true;
			row_add(&c->out[OUT_ROWS - 1], p, n);
		}
	}
}

/* --- frames --- */

static void
put_event(struct cast *c, uint64_t at_ms, const char *code, const char *data)
{
	struct json *o = json_array_new();
	char *text;

	json_add_str(o, data);
	text = json_print(o); /* ["..."] */
	fprintf(c->to, "[%llu.%03llu,\"%s\",%s\n",
	    (unsigned long long)(at_ms - c->last_ms) / 1000,
	    (unsigned long long)(at_ms - c->last_ms) % 1000, code, text + 1);
	c->last_ms = at_ms;
	free(text);
	json_free(o);
}

static void
draw_code(struct cast *c)
{
	const struct text *t = order_text(c->order, c->file);
	char line[ROW_BYTES];
	size_t first, n, from, len;

	if (t == NULL)
		return;
	n = text_line_of(t, c->at < text_len(t) ? c->at : text_len(t));
	first = n < CODE_ROWS / 2 ? 0 : n - CODE_ROWS / 2;
	for (size_t i = 0; i < CODE_ROWS; i++) {
		if (first + i >= text_line_count(t))
			break;
		from = text_line_start(t, first + i);
		len = text_line_end(t, first + i) - from;
		if (len > sizeof(line))
			len = sizeof(line);
		while (len > 0 && !text_is_boundary(t, from + len))
			len--;
		if (text_copy(t, from, len, line) < 0)
			len = 0;
		row_printf(&c->next[CODE_TOP + i], "%*zu ", GUTTER_COLS - 1,
		    first + i + 1);
		row_add(&c->next[CODE_TOP + i], line, len);
	}
}

static void
draw(struct cast *c, uint64_t at_ms)
{
	const char *file = order_file_name(c->order, c->file);
	char at[25];

	for (size_t i = 0; i < ROWS; i++)
		c->next[i].text[0] = '\0';
	time_rfc3339(at_ms, at);
	row_printf(&c->next[0], "%s  %s  %.8s  %s", c->id,
	    file != NULL ? file : "", at + 11, c->names[c->site]);
	draw_code(c);
	row_printf(&c->next[OUT_TOP - 1], "%.*s", COLS,
	    "----------------------------------------"
	    "----------------------------------------");
	for (size_t i = 0; i < OUT_ROWS; i++)
		c->next[OUT_TOP + i] = c->out[i];
}

/* What has changed on the screen, as it was at AT_MS. */
static void
frame(struct cast *c, uint64_t at_ms)
{
	struct buf b;
	char place[24];

	buf_init(&b, ROWS * (ROW_BYTES + 32));
	draw(c, at_ms);
	for (int i = 0; i < ROWS; i++) {
		if (c->begun && strcmp(c->shown[i].text, c->next[i].text) == 0)
			continue;
		snprintf(place, sizeof(place), "\x1B[%d;1H", i + 1);
		buf_put_raw(&b, place, strlen(place));
		buf_put_raw(&b, c->next[i].text, strlen(c->next[i].text));
		buf_put_raw(&b, "\x1B[K", 3);
		c->shown[i] = c->next[i];
	}
	buf_put_u8(&b, '\0');
	if (b.err == 0 && b.len > 1)
		put_event(c, at_ms, "o", (const char *)b.data);
	buf_release(&b);
	c->begun = true;
	c->pending = false;
}

/* --- records --- */

static void marker(struct cast *c, const struct record *r, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
marker(struct cast *c, const struct record *r, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	put_event(c, r->at_ms, "m", text);
}

static void
cast_event(struct cast *c, const struct record *r)
{
	const char *name = c->names[r->site];
	char who[NAME_MAX_BYTES + 16];

	switch (r->kind) {
	case REC_JOIN:
		snprintf(c->names[r->site], sizeof(c->names[0]), "%s", r->name);
		marker(c, r, "%s comes", r->name);
		break;
	case REC_RUN_START:
		marker(c, r, "run %u", r->run);
		snprintf(who, sizeof(who), "-- run %u --", r->run);
		out_line(c, who, NULL, 0);
		break;
	case REC_RUN_OUTPUT:
		out_text(c, (const char *)r->text, r->text_len);
		break;
	case REC_RUN_END:
		snprintf(who, sizeof(who), "-- %s --",
		    verdict_name(r->result.verdict));
		out_line(c, who, NULL, 0);
		break;
	case REC_CHAT:
	case REC_NOTE:
		snprintf(who, sizeof(who),
		    "%s%s: ", r->kind == REC_NOTE ? "note of " : "", name);
		out_line(c, who, r->text, r->text_len);
		if (r->kind == REC_NOTE)
			marker(c, r, "note");
		break;
	case REC_FOCUS:
		marker(c, r, r->minutes > 0 ? "focus time" : "focus time ends");
		break;
	case REC_END:
		marker(c, r, "the end");
		break;
	default: /* nothing that is seen */
		break;
	}
}

static void
cast_person(void *arg, const struct person *p)
{
	struct cast *c = arg;

	snprintf(c->names[p->site], sizeof(c->names[0]), "%s", p->name);
}

static int
cast_record(void *arg, const struct record *r)
{
	struct cast *c = arg;
	int err;

	if (!c->begun && !c->pending)
		c->last_ms = r->at_ms;
	if (c->pending && r->at_ms - c->frame_ms >= FRAME_MS)
		frame(c, c->frame_ms);
	if ((err = order_replay(c->order, r)) < 0)
		return err;
	if (r->kind == REC_EDIT) {
		c->file = r->file;
		c->site = r->site;
		c->at = op_end(&r->op);
		if (r->flags & EDIT_PASTE)
			marker(c, r, "%s pastes", c->names[r->site]);
	} else {
		cast_event(c, r);
	}
	if (!c->pending)
		c->frame_ms = r->at_ms;
	if (c->frame_ms < c->last_ms)
		c->frame_ms = c->last_ms; /* a marker came in between */
	c->pending = true;
	return ferror(c->to) ? EXIT_FAILED : 0;
}

/* When the first record was made, which the header says. */
static int
first_at(void *arg, const struct record *r)
{
	*(uint64_t *)arg = r->at_ms;
	return 0;
}

static void
put_header(FILE *to, const struct json *room, uint64_t at_ms)
{
	struct json *o = json_object_new(), *term = json_object_new();
	const char *title = json_get_str(room, "title");
	char *text;

	json_set_int(term, "cols", COLS);
	json_set_int(term, "rows", ROWS);
	json_set_int(o, "version", 3);
	json_set(o, "term", term);
	json_set_int(o, "timestamp", (int64_t)(at_ms / 1000));
	json_set_str(o, "title",
	    title != NULL && title[0] != '\0' ? title
					      : json_get_str(room, "id"));
	json_set_int(o, "idle_time_limit", 2);
	text = json_print(o);
	fprintf(to, "%s\n", text);
	free(text);
	json_free(o);
}

int
cast_write(const struct cli *c, struct source *s, FILE *to)
{
	struct cast *cast = xcalloc(1, sizeof(*cast));
	const struct source_reader reader = { cast_person, cast_record, cast };
	uint64_t at_ms = 0;
	const struct source_reader first = { NULL, first_at, &at_ms };
	struct source one = *s;
	int r;

	cast->to = to;
	cast->id = json_get_str(s->room, "id");
	one.rev = s->rev > 0;
	if ((r = order_new(&cast->order)) == 0 &&
	    (r = s->walk(&one, &first)) == 0) {
		put_header(to, s->room, at_ms);
		if ((r = s->walk(s, &reader)) == 0 && cast->pending)
			frame(cast, cast->frame_ms);
	}
	order_free(cast->order);
	free(cast);
	return r < 0 ? cli_fail(c, EXIT_FAILED,
			   "the room's log cannot be read: %s", cs_strerror(r))
		     : r;
}
