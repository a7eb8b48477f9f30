/* trace.c - file names with line numbers in what programs print. */
#include <stdio.h>
#include <string.h>

#include "client/follow.h"
#include "client/talk.h"
#include "client/trace.h"

#define LINE_BYTES 512 /* of a line of output, in which is looked */
#define DIGITS 7

/* --- one line --- */

/* What stands between a file's name and a line's number. Where the innermost call
 * is named last, the last line is the one that failed. */
static const struct {
	const char *text;
	bool last;
} marks[] = {
	{ "\", line ", true }, /* Python */
	{ ": line ", false },  /* Bash */
	{ " line ", false },   /* Perl */
	{ ":", false },        /* compilers; JavaScript, Ruby, Go, Rust, Java */
	{ "(", false },        /* TypeScript */
};

/* P[LEN] without its colours. */
static void
plain(const uint8_t *p, size_t len, char *dst)
{
	size_t n = 0;

	for (size_t at = 0; at < len && p[at] != '\n' && n < LINE_BYTES; at++) {
		if (p[at] == 0x1B && at + 1 < len && p[at + 1] == '[')
			while (at < len && p[at] != 'm' && p[at] != '\n')
				at++;
		else
			dst[n++] = (char)p[at];
	}
	dst[n] = '\0';
}

/* What the program's file is called where it runs: "main.py". */
static void
name_there(const char *name, char *dst, size_t size)
{
	const char *end = strrchr(name, '.');

	snprintf(dst, size, "main%s", end != NULL ? end : "");
}

/* Which mark TEXT begins with, and the number behind it; -1: none. */
static int
mark_at(const char *text, size_t *number)
{
	size_t len, digits;

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		len = strlen(marks[i].text);
		if (strncmp(text, marks[i].text, len) != 0)
			continue;
		digits = strspn(text + len, "0123456789");
		*number = 0;
		for (size_t d = 0; d < digits && d < DIGITS; d++)
			*number = *number * 10 + (size_t)(text[len + d] - '0');
		if (digits <= DIGITS && *number > 0)
			return (int)i;
	}
	return -1;
}

static bool
is_name(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') ||
	       (c != '\0' && strchr("._-", c) != NULL);
}

/* Where TEXT has NAME with a mark behind it, or NULL. */
static const char *
find_named(const char *text, const char *name, size_t *number, int *mark)
{
	const char *at = text;
	size_t n = strlen(name);

	for (; n > 0 && (at = strcasestr(at, name)) != NULL; at++) {
		if (at > text && is_name(at[-1])) /* the end of another */
			continue;
		if ((*mark = mark_at(at + n, number)) >= 0)
			return at;
	}
	return NULL;
}

/* The same as trace_place, but which of the marks it has, or -1. */
static int
look(const struct editor *e, const uint8_t *p, size_t len, uint8_t *file,
    size_t *line)
{
	char text[LINE_BYTES + 1], there[NAME_MAX_BYTES + 8];
	const char *at, *first = NULL;
	int mark, found = -1;
	size_t number;

	plain(p, len, text);
	if (strpbrk(text, "123456789") == NULL)
		return -1;
	for (unsigned f = 0; f < peer_file_count(e->peer); f++) {
		at = find_named(
		    text, peer_file_name(e->peer, f), &number, &mark);
		if (at == NULL && f == 0) {
			name_there(
			    peer_file_name(e->peer, 0), there, sizeof(there));
			at = find_named(text, there, &number, &mark);
		}
		if (at == NULL || (first != NULL && at > first))
			continue;
		first = at;
		found = mark;
		*file = (uint8_t)f;
		*line = number - 1;
	}
	return found;
}

bool
trace_place(const struct editor *e, const uint8_t *p, size_t len, uint8_t *file,
    size_t *line)
{
	return e->peer != NULL && look(e, p, len, file, line) >= 0;
}

/* --- a run --- */

void
trace_begin(struct editor *e)
{
	memset(&e->fault, 0, sizeof(e->fault));
}

/* The lines of FILE that have come and gone since the run began. */
static size_t
line_now(const struct fault *f, uint8_t file, size_t line)
{
	const struct shift *s;

	for (s = f->shifts; s < f->shifts + f->nshifts; s++) {
		if (s->file != file || line <= s->line)
			continue;
		if (s->by < 0 && line - s->line < (size_t)-s->by)
			line = s->line;
		else
			line += (size_t)s->by;
	}
	return line;
}

/* TEXT without the blanks around it. */
static char *
trim(char *text)
{
	size_t len;

	text += strspn(text, " \t\r");
	len = strlen(text);
	while (len > 0 && strchr(" \t\r", text[len - 1]) != NULL)
		len--;
	text[len] = '\0';
	return text;
}

/* Does LINE of T say the same as QUOTE? */
static bool
says(const struct text *t, size_t line, const char *quote)
{
	size_t start = text_line_start(t, line);
	size_t len = text_line_end(t, line) - start;
	char bytes[LINE_BYTES], text[LINE_BYTES + 1];

	if (len > sizeof(bytes) || text_copy(t, start, len, bytes) < 0)
		return false;
	plain((const uint8_t *)bytes, len, text);
	return strcmp(trim(text), quote) == 0;
}

/* Others have changed the text since, and how is not known. Python quotes the line
 * below its number, at P[LEN]: it is that one still, or the only one in T that says
 * so. */
static bool
is_quoted(const struct text *t, const uint8_t *p, size_t len, size_t *line)
{
	size_t lines = text_line_count(t), only = lines;
	char text[LINE_BYTES + 1];
	const char *quote;

	plain(p, len, text);
	quote = trim(text);
	if (quote[0] == '\0')
		return false;
	if (*line < lines && says(t, *line, quote))
		return true;
	for (size_t i = 0; i < lines; i++) {
		if (!says(t, i, quote))
			continue;
		if (only < lines)
			return false;
		only = i;
	}
	*line = only;
	return only < lines;
}

void
trace_end(struct editor *e)
{
	const struct buf *b = &e->run.text;
	struct fault *f = &e->fault;
	size_t next, line, fault_line = 0, quote = 0;
	const uint8_t *end;
	const struct text *t;
	bool found = false;
	uint8_t file;
	int mark;

	if (e->peer == NULL || e->run.result.verdict == VERDICT_OK ||
	    f->nshifts > SHIFTS_MAX)
		return;
	for (size_t at = 0; at < b->len; at = next) {
		end = memchr(b->data + at, '\n', b->len - at);
		next = end != NULL ? (size_t)(end - b->data) + 1 : b->len;
		mark = look(e, b->data + at, next - at, &file, &line);
		if (mark < 0 || (found && !marks[mark].last))
			continue;
		found = true;
		f->file = file;
		fault_line = line;
		quote = next;
	}
	t = found ? peer_text(e->peer, f->file) : NULL;
	fault_line = line_now(f, f->file, fault_line);
	if (t == NULL ||
	    (e->run.edited &&
		!is_quoted(t, b->data + quote, b->len - quote, &fault_line)) ||
	    fault_line >= text_line_count(t))
		return;
	f->known = true;
	f->pos = text_line_start(t, fault_line);
	f->len = text_line_end(t, fault_line) - f->pos;
}

/* --- changes --- */

/* Does OP take away something of the line? */
static bool
deletes_of(const struct fault *f, const struct op *op)
{
	size_t at = 0;

	for (uint32_t i = 0; i < op->nhunks; i++) {
		at += op->hunks[i].skip;
		if (at < f->pos + f->len && at + op->hunks[i].del > f->pos)
			return true;
		at += op->hunks[i].del;
	}
	return false;
}

/* While it runs, what it will name are the lines as they were. */
static void
note_shift(struct fault *f, uint8_t file, size_t line, long by)
{
	if (by == 0 || f->nshifts > SHIFTS_MAX)
		return;
	if (f->nshifts < SHIFTS_MAX)
		f->shifts[f->nshifts] = (struct shift){ file, line, by };
	f->nshifts++;
}

void
trace_changed(
    struct editor *e, uint8_t file, const struct op *op, size_t line, long by)
{
	const struct text *t = peer_text(e->peer, file);
	struct fault *f = &e->fault;
	size_t now;

	if (editor_running(e))
		note_shift(f, file, line, by);
	if (!f->known || f->file != file)
		return;
	f->known = !deletes_of(f, op);
	f->pos = op_move_pos(op, f->pos, true);
	now = text_line_of(t, f->pos);
	f->known &= text_line_start(t, now) == f->pos &&
		    text_line_end(t, now) == f->pos + f->len;
}

bool
trace_is_at(const struct editor *e, uint8_t file, size_t start)
{
	return e->fault.known && e->fault.file == file && e->fault.pos == start;
}

/* --- going there --- */

static void
go(struct editor *e, uint8_t file, size_t pos)
{
	talk_leave(e);
	e->line.focus = false;
	e->reading = READING_NOTHING;
	follow_go(e, file, pos);
}

void
trace_go(struct editor *e)
{
	if (e->fault.known)
		go(e, e->fault.file, e->fault.pos);
}

void
trace_jump(struct editor *e, uint8_t file, size_t line)
{
	const struct text *t =
	    e->peer != NULL ? peer_text(e->peer, file) : NULL;

	if (t == NULL)
		return;
	if (line >= text_line_count(t))
		line = text_line_count(t) - 1;
	go(e, file, text_line_start(t, line));
}
