/*
 * page.c - an export for a browser: one page that asks nobody for anything. It
 * shows the files as they were in the end and what was run and said, which is
 * also what is printed, and plays the log with a script that is in it. Whatever
 * people have written is text there and never markup.
 */
#include <stdlib.h>
#include <string.h>

#include "client/cli.h"
#include "client/event.h"
#include "client/source.h"
#include "proto/err.h"
#include "proto/order.h"
#include "proto/sys/util.h"
#include "proto/utf8.h"

/* clang-format off */
static const char head_html[] =
"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
"<meta name=\"viewport\" content=\"width=device-width\">\n"
"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
"style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n<style>\n"
":root { color-scheme: light dark; }\n"
"body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 1rem auto;"
" padding: 0 1rem; }\n"
"pre { font: .875rem/1.4 ui-monospace, monospace; white-space: pre-wrap;"
" overflow-wrap: anywhere; tab-size: 4; margin: 0; padding: .5rem;"
" border: 1px solid; border-radius: .25rem; }\n"
"h1 { font-size: 1.5rem; } h2 { font-size: 1.125rem; margin-top: 2rem; }\n"
"dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; }\n"
"dd { margin: 0; }\n"
"ol { list-style: none; padding: 0; } time { font-family: ui-monospace, monospace;"
" opacity: .7; margin-right: .5rem; }\n"
"#player { border: 1px solid; border-radius: .25rem; padding: .5rem; }\n"
"#player pre { height: 24rem; overflow: auto; }\n"
"#player #out { height: 6rem; margin-top: .5rem; }\n"
"#bar { display: flex; gap: .5rem; align-items: center; margin-bottom: .5rem; }\n"
"#at { flex: 1; } mark { background: #fd0; color: #000; }\n"
"@media print { #player { display: none; } pre { border: 0; padding: 0; }"
" h2 { break-after: avoid; } body { max-width: none; } }\n"
"</style>\n";

static const char player_html[] =
"<section id=\"player\" hidden>\n<div id=\"bar\">\n"
"<button id=\"play\" type=\"button\">Play</button>\n"
"<select id=\"speed\" aria-label=\"Speed\"><option value=\"1\">1x</option>"
"<option value=\"4\" selected>4x</option><option value=\"16\">16x</option>"
"<option value=\"64\">64x</option></select>\n"
"<input id=\"at\" type=\"range\" min=\"0\" value=\"0\" aria-label=\"Position\">\n"
"<output id=\"when\"></output>\n</div>\n"
"<pre id=\"text\"></pre>\n<pre id=\"out\"></pre>\n</section>\n";

/* Offsets count bytes of UTF-8, so files are bytes there, too. Every so many
 * records the state is kept, so that one can go back. */
static const char script_html[] =
"<script>\n'use strict';\n"
"const log = JSON.parse(document.getElementById('log').textContent);\n"
"const enc = new TextEncoder(), dec = new TextDecoder(), KEEP = 500, IDLE = 2000;\n"
"const el = id => document.getElementById(id);\n"
"const kept = [{ files: { __proto__: null }, file: '', out: '', at: 0, who: '' }];\n"
"let state = { ...kept[0], files: { __proto__: null } }, n = 0, timer = 0;\n"
"const names = {};\n"
"function splice(bytes, at, del, ins) {\n"
"  const made = new Uint8Array(bytes.length - del + ins.length);\n"
"  made.set(bytes.subarray(0, at)); made.set(ins, at);\n"
"  made.set(bytes.subarray(at + del), at + ins.length);\n"
"  return made;\n"
"}\n"
"function step() {\n"
"  const e = log[n++];\n"
"  state.when = e.at;\n"
"  if (e.type === 'join') names[e.seat] = e.name;\n"
"  const who = names[e.seat] || e.seat;\n"
"  if (e.type === 'file') { state.files[e.file] = new Uint8Array(0); state.file = state.file || e.file; }\n"
"  else if (e.type === 'edit') {\n"
"    let bytes = state.files[e.file];\n"
"    for (const h of e.hunks) {\n"
"      const ins = enc.encode(h.ins);\n"
"      bytes = splice(bytes, h.at, h.del, ins); state.at = h.at + ins.length;\n"
"    }\n"
"    state.files[e.file] = bytes; state.file = e.file; state.who = who;\n"
"  }\n"
"  else if (e.type === 'run_start') state.out += `-- run ${e.run} --\\n`;\n"
"  else if (e.type === 'run_output' || e.type === 'run_input') state.out += e.text;\n"
"  else if (e.type === 'run_end') state.out += `-- ${e.verdict} --\\n`;\n"
"  else if (e.type === 'chat' || e.type === 'note') state.out += `${who}: ${e.text}\\n`;\n"
"  if (state.out.length > 8000) state.out = state.out.slice(-8000);\n"
"  if (n % KEEP === 0) kept[n / KEEP] = { ...state, files: { __proto__: null, ...state.files } };\n"
"}\n"
"function show() {\n"
"  const bytes = state.files[state.file] || new Uint8Array(0), text = el('text');\n"
"  const mark = document.createElement('mark');\n"
"  mark.textContent = '\\u200b';\n"
"  text.replaceChildren(dec.decode(bytes.subarray(0, state.at)), mark, dec.decode(bytes.subarray(state.at)));\n"
"  const out = el('out');\n"
"  out.textContent = state.out; out.scrollTop = out.scrollHeight;\n"
"  mark.scrollIntoView({ block: 'nearest' });\n"
"  el('when').textContent = `${(state.when || '').slice(11, 19)} ${state.file} ${state.who}`;\n"
"  el('at').value = n;\n"
"}\n"
"function go(to) {\n"
"  if (to < n) {\n"
"    const i = Math.min(Math.floor(to / KEEP), kept.length - 1);\n"
"    state = { ...kept[i], files: { __proto__: null, ...kept[i].files } }; n = i * KEEP;\n"
"  }\n"
"  while (n < to) step();\n"
"  show();\n"
"}\n"
"function tick() {\n"
"  if (n >= log.length) { stop(); return; }\n"
"  go(n + 1);\n"
"  const wait = n < log.length ? Date.parse(log[n].at) - Date.parse(log[n - 1].at) : 0;\n"
"  timer = setTimeout(tick, Math.min(wait, IDLE) / Number(el('speed').value));\n"
"}\n"
"function stop() { clearTimeout(timer); timer = 0; el('play').textContent = 'Play'; }\n"
"el('play').onclick = () => {\n"
"  if (timer) { stop(); return; }\n"
"  if (n >= log.length) go(0);\n"
"  el('play').textContent = 'Stop'; tick();\n"
"};\n"
"el('at').max = log.length;\n"
"el('at').oninput = () => { stop(); go(Number(el('at').value)); };\n"
"el('player').hidden = false; go(log.length);\n"
"</script>\n";
/* clang-format on */

#define PART_BYTES 4096

struct page {
	FILE *to;
	struct order *order;
	struct events *events;
	char names[SITE_MAX + 1][NAME_MAX_BYTES + 1];
	bool in_output; /* a <pre> is open */
	bool first;     /* record of the log */
};

/* --- text --- */

/* P[LEN] as text of the page: no markup, and no control characters, which a page
 * may not hold, nor those that turn the line's direction. */
static void
put_text(FILE *to, const void *text, size_t len)
{
	const char *p = text;
	uint32_t cp;
	int n;

	for (; len > 0; p += n, len -= (size_t)n) {
		if ((n = utf8_decode(p, len, &cp)) <= 0) {
			n = 1;
			cp = 0xFFFD;
		}
		if (cp == '<')
			fputs("&lt;", to);
		else if (cp == '>')
			fputs("&gt;", to);
		else if (cp == '&')
			fputs("&amp;", to);
		else if (cp == '"')
			fputs("&quot;", to);
		else if (cp == '\n' || cp == '\t' || utf8_cp_width(cp) >= 0)
			fwrite(p, 1, (size_t)n, to);
		else
			fputs("\xEF\xBF\xBD", to);
	}
}

static void
put_str(FILE *to, const char *s)
{
	put_text(to, s != NULL ? s : "", s != NULL ? strlen(s) : 0);
}

/* A line of JSON inside of <script>: the one character that could end it, and
 * what else begins markup there, is written another way. */
static void
put_json(FILE *to, const char *line)
{
	for (; *line != '\0'; line++)
		if (*line == '<')
			fputs("\\u003c", to);
		else
			fputc(*line, to);
}

/* --- the files, and what the room is --- */

static void
page_person(void *arg, const struct person *p)
{
	struct page *g = arg;

	snprintf(g->names[p->site], sizeof(g->names[0]), "%s", p->name);
	events_label(g->events, p->site, p->label);
}

static int
page_fold(void *arg, const struct record *r)
{
	return order_replay(((struct page *)arg)->order, r);
}

static void
put_term(FILE *to, const char *what, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	fprintf(to, "<dt>%s</dt><dd>", what);
	put_str(to, value);
	fputs("</dd>\n", to);
}

static void
put_room(struct page *g, const struct json *room)
{
	const char *title = json_get_str(room, "title");
	const char *id = json_get_str(room, "id");
	const struct json *people = json_get(room, "people"), *p;

	if (title == NULL || title[0] == '\0')
		title = id;
	fputs(head_html, g->to);
	fputs("<title>", g->to);
	put_str(g->to, title);
	fputs("</title>\n</head>\n<body>\n<h1>", g->to);
	put_str(g->to, title);
	fputs("</h1>\n<dl>\n", g->to);
	put_term(g->to, "Room", id);
	put_term(g->to, "Created", json_get_str(room, "created_at"));
	put_term(g->to, "Started", json_get_str(room, "started_at"));
	put_term(g->to, "Ended", json_get_str(room, "ended_at"));
	for (size_t i = 0; i < json_count(people); i++) {
		p = json_at(people, i);
		fputs("<dt>", g->to);
		put_str(g->to, json_get_str(p, "role"));
		fputs("</dt><dd>", g->to);
		put_str(g->to, json_get_str(p, "name"));
		fputs("</dd>\n", g->to);
	}
	fputs("</dl>\n", g->to);
}

static void
put_files(struct page *g)
{
	const struct text *t;
	char part[PART_BYTES];
	size_t pos, n;

	for (unsigned i = 0; i < order_file_count(g->order); i++) {
		fputs("<h2>", g->to);
		put_str(g->to, order_file_name(g->order, i));
		fputs("</h2>\n<pre>\n", g->to);
		t = order_text(g->order, i);
		for (pos = 0; pos < text_len(t); pos += n) {
			n = text_len(t) - pos;
			if (n > sizeof(part))
				n = sizeof(part);
			while (!text_is_boundary(t, pos + n))
				n--;
			if (text_copy(t, pos, n, part) < 0)
				break;
			put_text(g->to, part, n);
		}
		fputs("</pre>\n", g->to);
	}
}

/* --- what was run and said --- */

static void
end_output(struct page *g)
{
	if (g->in_output)
		fputs("</pre>", g->to);
	g->in_output = false;
}

static void
begin_item(struct page *g, const struct record *r)
{
	char at[25];

	end_output(g);
	time_rfc3339(r->at_ms, at);
	fprintf(g->to, "<li><time>%.8s</time>", at + 11);
}

static void
put_said(struct page *g, const struct record *r)
{
	begin_item(g, r);
	if (r->kind == REC_NOTE)
		fputs("note of ", g->to);
	put_str(g->to, g->names[r->site]);
	fputs(": ", g->to);
	put_text(g->to, r->text, r->text_len);
}

static void
put_output(struct page *g, const struct record *r)
{
	if (!g->in_output)
		fputs("<pre>\n", g->to);
	g->in_output = true;
	put_text(g->to, r->text, r->text_len);
}

static int
page_story(void *arg, const struct record *r)
{
	struct page *g = arg;

	switch (r->kind) {
	case REC_JOIN:
		begin_item(g, r);
		put_str(g->to, r->name);
		fputs(" comes", g->to);
		break;
	case REC_CHAT:
	case REC_NOTE:
		put_said(g, r);
		break;
	case REC_RUN_START:
		begin_item(g, r);
		fprintf(g->to, "run %u by ", r->run);
		put_str(g->to, g->names[r->site][0] != '\0' ? g->names[r->site]
							    : "the host");
		break;
	case REC_RUN_OUTPUT:
	case REC_RUN_INPUT:
		put_output(g, r);
		break;
	case REC_RUN_END:
		begin_item(g, r);
		fprintf(g->to, "run %u: %s", r->run,
		    verdict_name(r->result.verdict));
		break;
	case REC_FOCUS:
		begin_item(g, r);
		fputs(r->minutes > 0 ? "focus time: the candidate works "
				       "unobserved"
				     : "focus time ends",
		    g->to);
		break;
	case REC_END:
	case REC_REOPEN:
		begin_item(g, r);
		fputs(r->kind == REC_END ? "the end" : "reopened", g->to);
		break;
	default: /* nothing that is read */
		break;
	}
	return ferror(g->to) ? EXIT_FAILED : 0;
}

/* --- the log --- */

static int
page_record(void *arg, const struct record *r)
{
	struct page *g = arg;
	struct json *o = events_json(g->events, r);
	char *text = json_print(o);

	fputs(g->first ? "" : ",\n", g->to);
	put_json(g->to, text);
	g->first = false;
	free(text);
	json_free(o);
	return ferror(g->to) ? EXIT_FAILED : 0;
}

static int
page_all(struct page *g, struct source *s)
{
	const struct source_reader fold = { page_person, page_fold, g };
	const struct source_reader story = { NULL, page_story, g };
	const struct source_reader records = { NULL, page_record, g };
	int r;

	if ((r = s->walk(s, &fold)) != 0)
		return r;
	put_room(g, s->room);
	fputs(player_html, g->to);
	put_files(g);
	fputs("<h2>What happened (times are UTC)</h2>\n<ol>\n", g->to);
	if ((r = s->walk(s, &story)) != 0)
		return r;
	end_output(g);
	fputs("</ol>\n<script type=\"application/json\" id=\"log\">[\n", g->to);
	if ((r = s->walk(s, &records)) != 0)
		return r;
	fputs("]</script>\n", g->to);
	fputs(script_html, g->to);
	fputs("</body>\n</html>\n", g->to);
	return 0;
}

int
page_write(const struct cli *c, struct source *s, FILE *to)
{
	struct page *g = xcalloc(1, sizeof(*g));
	int r;

	g->to = to;
	g->first = true;
	g->events = events_new();
	if ((r = order_new(&g->order)) == 0)
		r = page_all(g, s);
	order_free(g->order);
	events_free(g->events);
	free(g);
	return r < 0 ? cli_fail(c, EXIT_FAILED,
			   "the room's log cannot be read: %s", cs_strerror(r))
		     : r;
}
