/* change.c - one operation for each change. */
#include "client/change.h"
#include "client/select.h"
#include "proto/err.h"

const char *
change_why_not(const struct editor *e)
{
	const char *why = editor_why_not(e);

	if (why[0] == '\0' && editor_only_reads(e))
		return "The task is read-only - F4 goes to the code";
	return why;
}

bool
change_allowed(struct editor *e)
{
	const char *why = change_why_not(e);

	if (editor_writable(e) && why[0] == '\0')
		return true;
	editor_say(e, TOAST_ANSWER, "%s", why);
	return false;
}

/* An operation is refused before the text is looked at if it inserts too much. */
void
change_explain(struct editor *e, int r)
{
	switch (r) {
	case CS_EBUSY:
		editor_say(e, TOAST_ANSWER,
		    "Too much waits for the host - read-only until it answers");
		break;
	case CS_ETOOBIG:
		editor_say(e, TOAST_ANSWER,
		    "Too much: one change has at most 64 KiB, a file 1 MiB");
		break;
	default:
		editor_say(e, TOAST_ANSWER, "That is not possible: %s",
		    cs_strerror(r));
	}
}

bool
change_apply(
    struct editor *e, struct op *op, uint8_t flags, size_t anchor, size_t head)
{
	int r = CS_EINVAL;

	if (change_allowed(e) &&
	    (r = peer_edit(e->peer, e->file, op, flags, e->now_ms)) < 0)
		change_explain(e, r);
	op_release(op);
	e->goal = -1;
	if (r < 0)
		return false;
	e->mark = false;
	peer_caret_set(e->peer, e->file, anchor, head);
	return true;
}

bool
change_alone(
    struct editor *e, struct op *op, uint8_t flags, size_t anchor, size_t head)
{
	bool done;

	peer_undo_break(e->peer);
	done = change_apply(e, op, flags, anchor, head);
	peer_undo_break(e->peer);
	return done;
}

bool
change_splice(struct editor *e, size_t pos, size_t del, const void *ins,
    size_t len, uint8_t flags)
{
	struct op op;

	op_init(&op);
	op_splice(&op, pos, del, ins, len); /* what fails sticks in it */
	return change_apply(e, &op, flags, pos + len, pos + len);
}

bool
change_selected(struct editor *e, const void *ins, size_t len, uint8_t flags)
{
	struct span s = select_span(e);

	return change_splice(e, s.from, s.to - s.from, ins, len, flags);
}
