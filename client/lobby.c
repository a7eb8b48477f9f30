/*
 * lobby.c - the waiting room. The practice pad is a replica like that of a room,
 * so that all keys mean what they will mean there; but what the hub would do
 * with its edits is done here, and online.c sends none of them from outside.
 */
#include <stdio.h>
#include <string.h>

#include "client/box.h"
#include "client/input.h"
#include "client/keymap.h"
#include "client/looks.h"
#include "client/lobby.h"
#include "client/pane.h"
#include "client/trace.h"
#include "client/pace.h"

#define PAD_ROWS 8
#define OUT_ROWS 8
#define TALK_ROWS 3
#define HELLO_MAX 160

/* What there is to run, in the room's language. */
static const struct hello {
	const char *language, *file, *text;
} hellos[] = {
	{ "python", "practice.py", "print(\"hello\")\n" },
	{ "bash", "practice.sh", "echo hello\n" },
	{ "perl", "practice.pl", "print \"hello\\n\";\n" },
	{ "ruby", "practice.rb", "puts \"hello\"\n" },
	{ "javascript", "practice.js", "console.log(\"hello\")\n" },
	{ "typescript", "practice.ts", "console.log(\"hello\")\n" },
	{ "go", "practice.go",
	    "package main\n\nimport \"fmt\"\n\n"
	    "func main() { fmt.Println(\"hello\") }\n" },
	{ "rust", "practice.rs", "fn main() { println!(\"hello\") }\n" },
	{ "c", "practice.c",
	    "#include <stdio.h>\n\nint main(void) { puts(\"hello\"); }\n" },
	{ "cpp", "practice.cpp",
	    "#include <iostream>\n\n"
	    "int main() { std::cout << \"hello\\n\"; }\n" },
	{ "java", "practice.java",
	    "class Main {\n    public static void main(String[] args) {\n"
	    "        System.out.println(\"hello\");\n    }\n}\n" },
};

static const struct hello *
hello_in(const char *language)
{
	for (size_t i = 0; i < sizeof(hellos) / sizeof(hellos[0]); i++)
		if (strcmp(hellos[i].language, language) == 0)
			return &hellos[i];
	return &hellos[0];
}

/* --- coming and going --- */

static int
pad_new(struct editor *e)
{
	const struct hello *hello = hello_in(e->welcome.language);
	const char *practice = hello->text;
	uint8_t sites[HELLO_MAX] = { 0 };
	size_t len = strlen(practice);
	int r;

	if ((r = peer_new(&e->peer, e->welcome.site, 1, editor_changed, e)) <
		0 ||
	    (r = peer_begin(e->peer, 0, 0, 0, 1)) < 0 ||
	    (r = peer_load(e->peer, 0, hello->file, practice, sites, len)) <
		0 ||
	    (r = editor_lex(e)) < 0)
		return r;
	peer_caret_set(e->peer, 0, len - 1, len - 1);
	return 0;
}

int
lobby_enter(struct editor *e)
{
	int r;

	if (e->lobby)
		return 0;
	editor_forget(e);
	e->lobby = true;
	e->sent_back = false;
	e->panel = PANEL_NONE;
	e->waiting_ms = e->now_ms;
	if ((r = pad_new(e)) == 0)
		return 0;
	peer_free(e->peer);
	e->peer = NULL;
	return r;
}

void
lobby_leave(struct editor *e)
{
	if (!e->lobby)
		return;
	editor_forget(e);
	e->lobby = e->sent_back = false;
	e->panel = PANEL_NONE;
}

void
lobby_settle(struct editor *e)
{
	const struct edit *edit;
	struct record r;

	while ((edit = peer_next(e->peer)) != NULL) {
		record_init(&r);
		r.kind = REC_EDIT;
		r.rev = r.at_ms = peer_seen(e->peer) + 1;
		r.site = e->welcome.site;
		r.file = edit->file;
		r.flags = edit->flags;
		r.undo_of = edit->undo_of;
		if (op_copy(&r.op, &edit->op) == 0)
			peer_remote(e->peer, &r);
		record_release(&r);
	}
}

/* --- running it --- */

static void
ran(struct editor *e)
{
	char line[96];

	e->run.state = RUN_ENDED;
	trace_end(e);
	run_result_line(&e->run.result, &e->welcome.limits, editor_stopper(e),
	    line, sizeof(line));
	editor_say(e, TOAST_RUN, "Your program: %s", line);
	input_end(e);
}

void
lobby_ran(struct editor *e, const struct msg *m)
{
	const struct output *o = &m->output;
	struct keyboard k = { .waiting = m->keyboard.waiting,
		.site = e->welcome.site,
		.since_ms = editor_host_ms(e) };

	if (!e->lobby)
		return;
	if (m->fresh) {
		editor_unsay(e, TOAST_RUN); /* of the one before */
		editor_run_begins(e, 0, e->welcome.site, e->now_ms);
	} else if (!editor_running(e)) {
		return; /* we have given it up */
	}
	if (o->state != e->run.state) /* it has had its turn */
		e->run.started_ms = e->now_ms;
	e->run.state = o->state;
	editor_output(e, o->text, o->text_len);
	if (o->state == RUN_ENDED) {
		e->run.result = o->result;
		ran(e);
	} else if (m->fresh || k.waiting != e->run.waiting) {
		input_keyboard(e, &k);
	}
}

void
lobby_typed(struct editor *e)
{
	struct record r;

	if (!e->lobby)
		return;
	record_init(&r);
	r.kind = REC_RUN_INPUT;
	r.site = e->welcome.site;
	r.flags = e->sent_eof ? INPUT_EOF : 0;
	r.text = e->sent.len > 0 ? e->sent.data : (const uint8_t *)"";
	r.text_len = (uint32_t)e->sent.len;
	editor_typed(e, &r);
	record_release(&r);
}

void
lobby_offline(struct editor *e)
{
	if (!e->lobby || !editor_running(e))
		return;
	memset(&e->run.result, 0, sizeof(e->run.result));
	e->run.result.verdict = VERDICT_LOST;
	e->run.result.exit_code = -1;
	ran(e);
}

/* --- where things are --- */

/* What stands in the box besides the pad, and how many rows that takes. OUT: of
 * what it printed, with a rule above. */
struct plan {
	int head, pad, out, talk, people, terminal, last, blanks;
};

/* Pad and output share ROWS: each is seen, as far as possible. */
static void
plan_pad(struct plan *p, int rows, bool ran)
{
	p->pad = rows > 1 ? rows : 1;
	if (ran && rows > 2) {
		p->out = (rows - 1) / 2 < OUT_ROWS ? (rows - 1) / 2 : OUT_ROWS;
		p->pad = rows - 1 - p->out;
	}
	if (p->pad > PAD_ROWS)
		p->pad = PAD_ROWS;
}

/* What matters least goes first when the screen is low. */
static struct plan
plan_for(const struct editor *e, int rows)
{
	bool talks = e->talk.n > 0 || e->talk.focus;
	bool ran = e->run.state != RUN_NONE;
	int least = ran ? 5 : 1;
	struct plan p = { .head = rows > least, .last = rows > least + 1 };

	rows -= least + p.head + p.last;
	p.people = rows > 0;
	rows -= p.people;
	p.talk = talks && rows > 0 ? (rows > 5 ? TALK_ROWS : 1) : 0;
	rows -= p.talk;
	p.terminal = rows > 2;
	p.blanks = rows - p.terminal > 6;
	p.terminal += p.blanks && e->cols >= 80;
	rows -= p.terminal + 3 * p.blanks;
	plan_pad(&p, least + rows, ran);
	return p;
}

void
lobby_layout(struct editor *e, int cols, int rows, struct layout *l)
{
	bool sides = cols > BOX_COLS;
	struct plan p = plan_for(e, rows - 5);
	int y, rim = sides ? 2 : 1;

	l->class = VIEW_LOBBY;
	l->box_cols = sides ? BOX_COLS : cols;
	l->box_rows = 2 + p.head + p.pad + (p.out > 0) + p.out + p.talk +
		      p.people + p.terminal + p.last + 3 * p.blanks;
	l->box_x = (cols - l->box_cols) / 2;
	l->box_y = 1 + (rows - 3 - l->box_rows) / 2;
	y = l->box_y + 1 + p.head + p.blanks;
	l->text_x = l->box_x + rim - 1;
	l->gutter = l->text_x + 5;
	l->text_y = y;
	l->text_rows = p.pad;
	l->text_end = l->box_x + l->box_cols - rim;
	l->talk.x = l->box_x + rim;
	l->talk.end = l->text_end;
	l->out.x = l->talk.x;
	l->out.end = l->text_end;
	l->out.y = y + p.pad + 1;
	l->out.rows = p.out;
	l->talk.y = y + p.pad + (p.out > 0) + p.out + p.blanks;
	l->talk.rows = p.talk;
}

/* --- what it looks like --- */

static void
title_text(const struct editor *e, char *dst, size_t size)
{
	uint64_t s = (e->now_ms - e->waiting_ms) / 1000;

	if (e->calm)
		snprintf(dst, size, "Waiting for the interviewer");
	else
		snprintf(dst, size, "Waiting for the interviewer  %02d:%02d",
		    (int)(s / 60), (int)(s % 60));
}

/* "In the room: Ivy, Jo", as far as it fits, or what is to be known if nobody
 * is. */
static void
people_text(const struct editor *e, int cols, char *dst, size_t size)
{
	const struct seen *s;
	bool wide = cols >= 46;
	size_t at = (size_t)snprintf(dst, size, "In the room: "), empty = at;
	int width;

	for (int i = 1; i <= SITE_MAX; i++) {
		s = &e->people[i];
		if (!s->known || s->person.state != PERSON_HERE ||
		    i == e->welcome.site)
			continue;
		width = grid_width(s->person.name);
		if (grid_width(dst) + 2 + width + 5 > cols ||
		    at + NAME_MAX_BYTES + 8 > size) {
			at += (size_t)snprintf(dst + at, size - at, " ...");
			break;
		}
		at += (size_t)snprintf(dst + at, size - at, "%s%s",
		    at > empty ? ", " : "", s->person.name);
	}
	if (at == empty)
		snprintf(dst, size, "%s",
		    wide ? "Nobody is in the room yet."
			 : "Nobody is there yet.");
}

#define TERMINAL "Terminal  "

/* "80x24 UTF-8 256 colours mouse 38 ms" behind TERMINAL, in COLS columns. */
static void
terminal_text(const struct editor *e, int cols, char *dst, size_t size)
{
	char colours[32] = "no colours", link[16] = "";
	bool wide = cols >= 46;

	if (looks_colours(e) > 0)
		snprintf(
		    colours, sizeof(colours), "%d colours", looks_colours(e));
	if (e->link_ms > 0 && !e->calm)
		snprintf(link, sizeof(link), " %u ms", e->link_ms);
	snprintf(dst, size, "%s%dx%d %s %s%s%s", wide ? TERMINAL : "Terminal ",
	    e->cols, e->rows, e->ascii ? "ASCII" : "UTF-8", colours,
	    e->mouse && wide ? " mouse" : "", link);
}

/* "Keys      (*) standard  ( ) vim  ( ) emacs  ^P", in COLS columns. */
static void
keys_text(const struct editor *e, int cols, char *dst, size_t size)
{
	static const char *const names[KEYMAPS] = { "standard", "vim",
		"emacs" };
	bool wide = cols >= 46;
	size_t at = (size_t)snprintf(dst, size, wide ? "Keys     " : "Keys");

	for (int i = 0; i < KEYMAPS; i++)
		at += (size_t)snprintf(dst + at, size - at, "%s(%c) %s",
		    wide && i > 0 ? "  " : " ", e->keymap == i ? '*' : ' ',
		    names[i]);
	if (wide)
		snprintf(dst + at, size - at, "  %s", keymap_of(e)->menu);
}

static void
put(const struct layout *l, struct grid *g, int y, const char *text,
    uint8_t paint)
{
	grid_puts(g, l->talk.x, y, l->text_end, text, paint, 0);
}

/* "── OK exit 0 in 0.04 s ────", between the pad and what it printed. */
static void
draw_rule(const struct editor *e, const struct layout *l, struct grid *g)
{
	int x = l->out.x, y = l->out.y - 1;
	char title[160];

	for (int i = x; i < l->out.end; i++)
		grid_puts(g, i, y, l->out.end, "\xE2\x94\x80", PAINT_DIM, 0);
	pane_run_title(e, l->out.end - x - 4, title, sizeof(title));
	x = grid_puts(g, x + 2, y, l->out.end, " ", PAINT_DIM, 0);
	x = grid_puts(g, x, y, l->out.end, title, PAINT_BOX, CELL_BOLD);
	grid_puts(g, x, y, l->out.end, " ", PAINT_DIM, 0);
}

void
lobby_draw(const struct editor *e, const struct layout *l, struct grid *g)
{
	struct plan p = plan_for(e, g->rows - 5);
	int cols = l->text_end - l->talk.x, y = l->box_y + 1;
	bool wide = cols >= 46;
	char line[256];

	title_text(e, line, sizeof(line));
	box_frame(g, line, l->box_x, l->box_y, l->box_cols, l->box_rows);
	if (p.head > 0)
		put(l, g, y,
		    e->sent_back
			? (wide ? "The interviewer has sent you back "
				  "to wait here."
				: "You were sent back to wait.")
			: (wide ? "You are in. Nobody can see this "
				  "practice pad:"
				: "You are in. Only you see this pad:"),
		    PAINT_BOX);
	if (p.out > 0)
		draw_rule(e, l, g);
	y = l->talk.y + p.talk;
	if (p.people > 0) {
		people_text(e, cols, line, sizeof(line));
		put(l, g, y++, line, PAINT_BOX);
	}
	if (p.terminal > 0) {
		terminal_text(e, cols, line, sizeof(line));
		put(l, g, y++, line, PAINT_DIM);
	}
	if (p.terminal > 1)
		grid_puts(g, l->talk.x + (int)strlen(TERMINAL), y++,
		    l->text_end,
		    e->link_ms < SLOW_MS ? "all good"
					 : "far away: keys are slow",
		    PAINT_DIM, 0);
	if (p.blanks > 0) {
		keys_text(e, cols, line, sizeof(line));
		put(l, g, y, line, PAINT_DIM);
	}
	if (p.last > 0)
		put(l, g, l->box_y + l->box_rows - 2,
		    wide ? "The room opens when an interviewer lets you in."
		    : cols < 30 ? "Wait to be let in."
				: "It opens when they let you in.",
		    PAINT_BOX);
}
