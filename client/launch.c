/* launch.c - see launch.h */
#include <stdio.h>

#include "client/launch.h"
#include "client/talk.h"

/* An answer that the next news of the run take the place of. */
static void
still_running(struct editor *e)
{
	if (e->lobby)
		editor_say(e, TOAST_ANSWER,
		    "Your program is still running - ^C stops it");
	else
		editor_say(e, TOAST_ANSWER,
		    "Run %u is still running - ^C stops it", e->run.run);
	e->toasts[0].kind = TOAST_RUN;
}

const char *
launch_why_not_run(const struct editor *e)
{
	return e->welcome.role == ROLE_OBSERVER ? "You can read here, not run"
						: editor_why_not(e);
}

/* Who may not write just now may still stop what runs away. */
const char *
launch_why_not_stop(const struct editor *e)
{
	if (e->welcome.role == ROLE_OBSERVER)
		return "You can read here, not stop";
	return e->welcome.ended || editor_is_shut_out(e) ? editor_why_not(e)
							 : "";
}

void
launch_run(struct editor *e)
{
	const char *why = launch_why_not_run(e);

	if (!editor_writable(e) || why[0] != '\0')
		editor_say(e, TOAST_ANSWER, "%s", why);
	else if (editor_running(e))
		still_running(e);
	else if (!e->online)
		editor_say(e, TOAST_ANSWER,
		    "Not connected just now - run again in a moment");
	else if (e->lobby && text_len(editor_text(e)) > PRACTICE_TEXT_MAX)
		editor_say(e, TOAST_ANSWER,
		    "Too large to practise with: at most %d KB are run here",
		    PRACTICE_TEXT_MAX / 1024);
	else
		e->request = REQUEST_RUN;
	if (e->request != REQUEST_RUN)
		return;
	e->line.hands_off = true;
	talk_leave(e); /* who runs a program looks at what it prints */
	e->pane = PANE_OUTPUT;
}

void
launch_stop(struct editor *e)
{
	const char *why = launch_why_not_stop(e);

	/* who is shut out does not know whether something is */
	if (!editor_running(e) && !editor_is_shut_out(e))
		editor_say(e, TOAST_ANSWER, "Nothing is running");
	else if (why[0] != '\0')
		editor_say(e, TOAST_ANSWER, "%s", why);
	else if (!e->online)
		editor_say(e, TOAST_ANSWER,
		    "Not connected just now - stop again in a moment");
	else
		e->request = REQUEST_STOP;
}

void
launch_words(const struct editor *e, char *dst, size_t size)
{
	char words[96], name[24] = "your program";

	dst[0] = '\0';
	if (!e->lobby)
		snprintf(name, sizeof(name), "run %u", e->run.run);
	if (editor_running(e))
		snprintf(dst, size, ", %s %s", name,
		    e->run.waiting ? "waits for input" : "runs");
	if (e->run.state != RUN_ENDED)
		return;
	run_result_line(&e->run.result, &e->welcome.limits, editor_stopper(e),
	    words, sizeof(words));
	snprintf(dst, size, ", %s %s", name,
	    e->run.result.verdict == VERDICT_OK ? "OK" : words);
}
