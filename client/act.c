/* act.c - letting in, sending back, freezing: a table, and who may what. */
#include <stdio.h>
#include <string.h>

#include "client/act.h"
#include "client/copy.h"
#include "client/follow.h"
#include "client/trace.h"
#include "client/summary.h"
#include "client/keymap.h"
#include "client/panel.h"
#include "client/looks.h"

/* --- who waits --- */

static bool
is_waiting(const struct editor *e, uint8_t site)
{
	const struct seen *s = &e->people[site];

	return s->known && s->person.state == PERSON_LOBBY;
}

uint8_t
act_waiting(const struct editor *e, int *more)
{
	uint8_t first = 0;
	int n = 0;

	for (int i = 1; i <= SITE_MAX; i++) {
		if (!is_waiting(e, (uint8_t)i))
			continue;
		n++;
		if (first == 0 || e->people[i].person.since_ms <
				      e->people[first].person.since_ms)
			first = (uint8_t)i;
	}
	if (more != NULL)
		*more = n > 0 ? n - 1 : 0;
	return first;
}

void
act_bell(struct editor *e, bool arrived)
{
	if (!e->joined || !editor_is_staff(e) || act_waiting(e, NULL) == 0) {
		e->bell_ms = 0;
		return;
	}
	if (!arrived && e->bell_ms != 0 && e->now_ms < e->bell_ms)
		return;
	e->bell_ms = e->now_ms + BELL_MS;
	e->bell = !e->calm;
}

/* --- asking the hub --- */

static void
ask_hub(struct editor *e, uint8_t kind, uint8_t site, uint8_t minutes)
{
	if (!e->online) {
		editor_say(e, TOAST_ANSWER,
		    "Not connected just now - again in a moment");
		return;
	}
	e->act = (struct act){ kind, site, minutes };
	e->request = REQUEST_ACT;
}

/* What hurts is asked for once more. */
static void
ask_first(struct editor *e, uint8_t kind, uint8_t site)
{
	e->ask = (struct act){ kind, site, 0 };
	e->panel = PANEL_ASK;
}

void
act_run(struct editor *e, const struct action *a, uint8_t site)
{
	if (a->fn != NULL)
		a->fn(e, site);
	else if (a->asks)
		ask_first(e, a->kind, site);
	else
		ask_hub(e, a->kind, site, a->minutes);
}

void
act_confirmed(struct editor *e)
{
	ask_hub(e, e->ask.kind, e->ask.site, 0);
}

void
act_admit_next(struct editor *e)
{
	uint8_t site = act_waiting(e, NULL);

	if (editor_is_staff(e) && site != 0)
		ask_hub(e, ACT_ADMIT, site, 0);
	else
		editor_say(e, TOAST_ANSWER, "Nobody is waiting");
}

bool
act_mark(struct editor *e)
{
	if (!e->joined || !e->online || e->welcome.ended ||
	    e->welcome.role == ROLE_OBSERVER)
		return false;
	if (e->marked_ms == 0 || e->now_ms - e->marked_ms >= MARK_MS) {
		e->marked_ms = e->now_ms;
		ask_hub(e, ACT_MARK, 0, 0);
	}
	return true;
}

void
act_end_focus(struct editor *e)
{
	if (e->focus.on)
		ask_hub(e, ACT_FOCUS, 0, 0);
}

/* --- who may --- */

static bool
is_staff(const struct editor *e)
{
	return e->joined && editor_is_staff(e) && !e->welcome.ended;
}

/* Is SITE somebody else who is, or was a moment ago, in the room? */
static bool
is_inside(const struct editor *e, uint8_t site)
{
	const struct seen *s = &e->people[site];

	return s->known && site != e->welcome.site &&
	       (s->person.state == PERSON_HERE ||
		   s->person.state == PERSON_AWAY);
}

static bool
is_candidate(const struct editor *e, uint8_t site)
{
	return is_inside(e, site) &&
	       e->people[site].person.role == ROLE_CANDIDATE;
}

static bool
may_admit(const struct editor *e, uint8_t site)
{
	return is_staff(e) && is_waiting(e, site);
}

static bool
may_send_back(const struct editor *e, uint8_t site)
{
	return is_staff(e) && is_candidate(e, site);
}

/* While nobody but the staff writes, it is not known who could otherwise. */
static bool
may_restrict(const struct editor *e, uint8_t site)
{
	return is_staff(e) && is_candidate(e, site) && !e->welcome.frozen &&
	       e->people[site].person.writable;
}

static bool
may_let_write(const struct editor *e, uint8_t site)
{
	return is_staff(e) && is_candidate(e, site) && !e->welcome.frozen &&
	       !e->people[site].person.writable;
}

static bool
may_kick(const struct editor *e, uint8_t site)
{
	return is_staff(e) && (is_inside(e, site) || is_waiting(e, site));
}

static bool
may_freeze(const struct editor *e, uint8_t site)
{
	(void)site;
	return is_staff(e) && !e->welcome.frozen;
}

static bool
may_thaw(const struct editor *e, uint8_t site)
{
	(void)site;
	return is_staff(e) && e->welcome.frozen;
}

static bool
may_end(const struct editor *e, uint8_t site)
{
	(void)site;
	return is_staff(e);
}

static bool
may_use_focus(const struct editor *e)
{
	return e->joined && !e->welcome.ended &&
	       e->welcome.role != ROLE_OBSERVER;
}

static bool
may_focus(const struct editor *e, uint8_t site)
{
	(void)site;
	return may_use_focus(e) && !e->focus.on;
}

static bool
may_end_focus(const struct editor *e, uint8_t site)
{
	(void)site;
	return may_use_focus(e) && e->focus.on;
}

static bool
may_pause(const struct editor *e, uint8_t site)
{
	(void)site;
	return is_staff(e) && e->welcome.started_ms != 0 &&
	       e->timer.since_ms == 0;
}

static bool
may_resume(const struct editor *e, uint8_t site)
{
	(void)site;
	return is_staff(e) && e->timer.since_ms != 0;
}

/* --- on our screen alone --- */

static void
hide_clock(struct editor *e, uint8_t site)
{
	(void)site;
	e->clock_hidden = !e->clock_hidden;
}

static bool
may_hide_clock(const struct editor *e, uint8_t site)
{
	(void)site;
	return e->joined && e->welcome.started_ms != 0 && !e->welcome.ended &&
	       !e->calm && !e->clock_hidden;
}

static bool
may_show_clock(const struct editor *e, uint8_t site)
{
	(void)site;
	return e->joined && e->clock_hidden;
}

static void
open_summary(struct editor *e, uint8_t site)
{
	(void)site;
	summary_open(e);
}

static void export(struct editor *e, uint8_t site)
{
	(void)site;
	summary_export(e);
}

static void
replay(struct editor *e, uint8_t site)
{
	(void)site;
	e->panel = e->behind; /* that it leads back to */
	e->request = REQUEST_REPLAY;
}

static bool
may_purge(const struct editor *e, uint8_t site)
{
	(void)site;
	return e->joined && e->welcome.ended && e->welcome.owns;
}

void
act_purge(struct editor *e)
{
	if (may_purge(e, 0))
		ask_first(e, ACT_PURGE, 0);
}

static bool
has_summary(const struct editor *e, uint8_t site)
{
	(void)site;
	return e->joined && e->summed;
}

static void
tell_end(struct editor *e, uint8_t site)
{
	(void)site;
	panel_ended(e);
}

static bool
was_told_end(const struct editor *e, uint8_t site)
{
	(void)site;
	return e->joined && e->welcome.ended &&
	       e->welcome.role == ROLE_CANDIDATE;
}

static void
quiet(struct editor *e, uint8_t site)
{
	(void)site;
	looks_choose(e, LOOK_QUIET, !e->quiet);
}

static bool
may_be_quiet(const struct editor *e, uint8_t site)
{
	(void)site;
	return e->joined && !e->quiet;
}

static bool
is_quiet(const struct editor *e, uint8_t site)
{
	(void)site;
	return e->joined && e->quiet;
}

static void
show_authors(struct editor *e, uint8_t site)
{
	(void)site;
	e->authors = !e->authors;
}

static bool
may_show_authors(const struct editor *e, uint8_t site)
{
	(void)site;
	return e->joined && !e->authors;
}

static bool
shows_authors(const struct editor *e, uint8_t site)
{
	(void)site;
	return e->joined && e->authors;
}

static void
wrap(struct editor *e, uint8_t site)
{
	(void)site;
	looks_choose(e, LOOK_WRAP, !e->wrap_wanted);
}

static bool
may_wrap(const struct editor *e, uint8_t site)
{
	(void)site;
	return editor_text(e) != NULL && !e->wrap;
}

static bool
may_unwrap(const struct editor *e, uint8_t site)
{
	(void)site;
	return editor_text(e) != NULL && e->wrap_wanted && !e->tiny;
}

static void
show_blanks(struct editor *e, uint8_t site)
{
	(void)site;
	looks_choose(e, LOOK_BLANKS, !e->blanks);
}

static bool
may_show_blanks(const struct editor *e, uint8_t site)
{
	(void)site;
	return editor_text(e) != NULL && !e->blanks;
}

static bool
shows_blanks(const struct editor *e, uint8_t site)
{
	(void)site;
	return editor_text(e) != NULL && e->blanks;
}

static void
stack(struct editor *e, uint8_t site)
{
	(void)site;
	looks_choose(e, LOOK_LAYOUT, e->stacked ? PANES_BESIDE : PANES_STACKED);
}

static bool
may_stack(const struct editor *e, uint8_t site)
{
	(void)site;
	return e->joined && e->wide && !e->stacked;
}

static bool
is_stacked(const struct editor *e, uint8_t site)
{
	(void)site;
	return e->joined && e->wide && e->stacked;
}

static void
colours(struct editor *e, uint8_t site)
{
	(void)site;
	looks_next_colours(e);
}

static void
borders(struct editor *e, uint8_t site)
{
	(void)site;
	looks_next_borders(e);
}

static void
caret(struct editor *e, uint8_t site)
{
	(void)site;
	looks_next_caret(e);
}

static bool
always(const struct editor *e, uint8_t site)
{
	(void)e;
	(void)site;
	return true;
}

static void
calm(struct editor *e, uint8_t site)
{
	(void)site;
	looks_choose(e, LOOK_CALM, !e->calm);
}

static bool
may_calm(const struct editor *e, uint8_t site)
{
	(void)site;
	return !e->calm;
}

static bool
is_calm(const struct editor *e, uint8_t site)
{
	(void)site;
	return e->calm;
}

static void
mouse(struct editor *e, uint8_t site)
{
	(void)site;
	e->mouse = !e->mouse;
}

static bool
has_mouse(const struct editor *e, uint8_t site)
{
	(void)site;
	return e->mouse;
}

static bool
has_no_mouse(const struct editor *e, uint8_t site)
{
	(void)site;
	return !e->mouse;
}

static void
copy(struct editor *e, uint8_t site)
{
	(void)site;
	copy_screen(e);
}

static void
copy_run(struct editor *e, uint8_t site)
{
	(void)site;
	copy_output(e);
}

static bool
has_text(const struct editor *e, uint8_t site)
{
	(void)site;
	return editor_text(e) != NULL;
}

static bool
has_output(const struct editor *e, uint8_t site)
{
	(void)site;
	return e->run.state != RUN_NONE && editor_text(e) != NULL;
}

static void
go_to_error(struct editor *e, uint8_t site)
{
	(void)site;
	trace_go(e);
}

static bool
has_error(const struct editor *e, uint8_t site)
{
	(void)site;
	return editor_text(e) != NULL && e->fault.known;
}

static void
keys_standard(struct editor *e, uint8_t site)
{
	(void)site;
	keymap_switch(e, KEYMAP_STANDARD);
}

static void
keys_vim(struct editor *e, uint8_t site)
{
	(void)site;
	keymap_switch(e, KEYMAP_VIM);
}

static void
keys_emacs(struct editor *e, uint8_t site)
{
	(void)site;
	keymap_switch(e, KEYMAP_EMACS);
}

/* Each is offered while another is on. */
static bool
not_standard(const struct editor *e, uint8_t site)
{
	(void)site;
	return e->keymap != KEYMAP_STANDARD;
}

static bool
not_vim(const struct editor *e, uint8_t site)
{
	(void)site;
	return e->keymap != KEYMAP_VIM;
}

static bool
not_emacs(const struct editor *e, uint8_t site)
{
	(void)site;
	return e->keymap != KEYMAP_EMACS;
}

static bool
may_follow(const struct editor *e, uint8_t site)
{
	return follow_can(e, site) &&
	       (site != e->follow.site || e->follow.paused);
}

/* clang-format off */
static const struct action table[] = {
	{ "Admit %s", "F9", may_admit, .person = true, .first = true, .kind = ACT_ADMIT },
	{ "Summary", "", has_summary, .first = true, .fn = open_summary },
	{ "The end, and what is kept", "", was_told_end, .first = true, .fn = tell_end },
	{ "Replay", "", has_summary, .first = true, .fn = replay },
	{ "Export code, chat and notes", "", has_summary, .first = true, .fn = export },
	{ "Focus time 5 min", "", may_focus, .kind = ACT_FOCUS, .minutes = 5 },
	{ "End focus time", "", may_end_focus, .kind = ACT_FOCUS },
	{ "Freeze", "", may_freeze, .kind = ACT_FREEZE },
	{ "Thaw", "", may_thaw, .kind = ACT_THAW },
	{ "Pause timer", "", may_pause, .late = true, .kind = ACT_PAUSE },
	{ "Resume timer", "", may_resume, .late = true, .kind = ACT_RESUME },
	{ "Hide timer", "", may_hide_clock, .late = true, .fn = hide_clock },
	{ "Show timer", "", may_show_clock, .late = true, .fn = hide_clock },
	{ "Keys: standard", "", not_standard, .late = true, .fn = keys_standard },
	{ "Keys: vim", "", not_vim, .late = true, .fn = keys_vim },
	{ "Keys: emacs", "", not_emacs, .late = true, .fn = keys_emacs },
	{ "Focus time 15 min", "", may_focus, .late = true, .kind = ACT_FOCUS, .minutes = 15 },
	{ "Quiet mode", "", may_be_quiet, .late = true, .fn = quiet },
	{ "Quiet mode off", "", is_quiet, .late = true, .fn = quiet },
	{ "Who typed what", "", may_show_authors, .late = true, .fn = show_authors },
	{ "Who typed what: off", "", shows_authors, .late = true, .fn = show_authors },
	{ "Wrap long lines", "", may_wrap, .late = true, .fn = wrap },
	{ "Wrap long lines: off", "", may_unwrap, .late = true, .fn = wrap },
	{ "Show blanks", "", may_show_blanks, .late = true, .fn = show_blanks },
	{ "Show blanks: off", "", shows_blanks, .late = true, .fn = show_blanks },
	{ "Layout: stacked", "", may_stack, .late = true, .fn = stack },
	{ "Layout: side by side", "", is_stacked, .late = true, .fn = stack },
	{ "Colours: 256 / 16 / none", "", always, .late = true, .fn = colours },
	{ "Borders: UTF-8 / ASCII", "", always, .late = true, .fn = borders },
	{ "Caret: own / block / bar / underline", "", always, .late = true, .fn = caret },
	{ "Calm: nothing moves by itself", "", may_calm, .late = true, .fn = calm },
	{ "Calm: off", "", is_calm, .late = true, .fn = calm },
	{ "Go to the error", "", has_error, .late = true, .fn = go_to_error },
	{ "Copy screen (plain text for the mouse)", "", has_text, .late = true, .fn = copy },
	{ "Copy output (plain text for the mouse)", "", has_output, .late = true, .fn = copy_run },
	{ "Mouse off", "", has_mouse, .late = true, .fn = mouse },
	{ "Mouse on", "", has_no_mouse, .late = true, .fn = mouse },
	{ "Follow %s", "", may_follow, .person = true, .late = true, .fn = follow_start },
	{ "Make %s read-only", "", may_restrict, .person = true, .late = true, .kind = ACT_READ_ONLY },
	{ "Let %s write", "", may_let_write, .person = true, .late = true, .kind = ACT_WRITABLE },
	{ "Send %s back", "", may_send_back, .person = true, .late = true, .kind = ACT_BACK, .asks = true },
	{ "Remove %s from the room", "", may_kick, .person = true, .late = true, .kind = ACT_KICK, .asks = true },
	{ "Delete recording", "", may_purge, .late = true, .kind = ACT_PURGE, .asks = true },
	{ "End interview", "", may_end, .late = true, .kind = ACT_END, .asks = true },
};
/* clang-format on */

const struct action *
act_table(size_t *n)
{
	*n = sizeof(table) / sizeof(table[0]);
	return table;
}
