/* lastrun.c - what the output pane shows to who comes in. */
#include <string.h>

#include "hostd/lastrun.h"
#include "proto/utf8.h"

void
last_run_init(struct last_run *run)
{
	buf_init(&run->text, 2 * RECORD_TEXT_MAX);
}

void
last_run_release(struct last_run *run)
{
	buf_release(&run->text);
}

/* The newest of what the output pane shows. */
static void
run_text(struct last_run *run, const void *text, size_t len)
{
	size_t cut;

	buf_put_raw(&run->text, text, len);
	if (run->text.len <= RECORD_TEXT_MAX)
		return;
	cut = run->text.len - RECORD_TEXT_MAX;
	while (cut < run->text.len && !utf8_starts(run->text.data[cut]))
		cut++;
	buf_consume(&run->text, cut);
	run->o.cut = true;
}

static void
run_start(struct last_run *run, const struct record *r)
{
	memset(&run->o, 0, sizeof(run->o));
	buf_clear(&run->text);
	run->rev = r->rev;
	run->o.run = r->run;
	run->o.state = RUN_RUNNING;
	run->o.site = r->site;
	run->o.started_ms = r->at_ms;
}

static void
run_typed(struct last_run *run, const struct record *r)
{
	size_t len = run->text.len;
	struct buf echo;

	buf_init(&echo, RECORD_ECHO_MAX);
	record_echo(r, len > 0 && run->text.data[len - 1] != '\n', &echo);
	run_text(run, echo.data, echo.len);
	buf_release(&echo);
}

void
last_run_note(struct last_run *run, const struct record *r)
{
	if (r->kind == REC_EDIT)
		run->o.edited = true;
	if (r->kind == REC_RUN_START)
		run_start(run, r);
	if (r->run != run->o.run)
		return;
	if (r->kind == REC_RUN_OUTPUT)
		run_text(run, r->text, r->text_len);
	if (r->kind == REC_RUN_INPUT)
		run_typed(run, r);
	if (r->kind == REC_RUN_END) {
		run->o.state = RUN_ENDED;
		run->o.result = r->result;
		run->o.stopped_by = r->site;
	}
}
