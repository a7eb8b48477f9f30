/*
 * end.c - how an editor ends, and what it leaves on the normal screen. What was
 * typed is kept first, if the hub is there to do it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "client/app.h"
#include "client/looks.h"

#define LEAVE_MS 3000    /* for the last keys to be kept */
#define STOP_MS 500      /* for the same, when all is being stopped */
#define HANG_UP_MS 10000 /* codesyncd grants a little more */
#define RECEIPT_SIZE 320

/* With the farewell that is there, and the truth. */
static void
stop(struct app *a, int status)
{
	size_t len = strlen(a->farewell);

	if (a->over)
		return;
	a->over = true;
	a->status = status;
	if (online_unkept(a) > 0 && len > 0)
		snprintf(a->farewell + len, sizeof(a->farewell) - len,
		    "\r\nThe host did not answer any more: your last %zu "
		    "changes may be missing.",
		    online_unkept(a));
	loop_stop(a->loop, status);
}

/* The first end that is reached has the word. */
static void
set_farewell(struct app *a, const char *fmt, va_list ap)
{
	if (!a->over)
		vsnprintf(a->farewell, sizeof(a->farewell), fmt, ap);
}

void
end_now(struct app *a, int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set_farewell(a, fmt, ap);
	va_end(ap);
	stop(a, status);
}

void
end_soon(struct app *a, unsigned patience_ms, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set_farewell(a, fmt, ap);
	va_end(ap);
	a->ending = true;
	loop_timer_start(a->patience, patience_ms);
}

/* What stands on the normal screen when the person has DONE that with the room:
 * "You left room r-7f3k2. Rejoin: ..." */
static void
receipt(const struct app *a, const char *done, char *dst, size_t size)
{
	const struct welcome *w = &a->e.welcome;
	const char *head = a->e.head;
	char rejoin[LOOKS_REJOIN_SIZE];
	size_t n;

	looks_rejoin(&a->e, rejoin, sizeof(rejoin));
	if (!w->ended)
		snprintf(dst, size, "You %s room %s.%s%s", done, w->room,
		    rejoin[0] != '\0' ? " Rejoin: " : "", rejoin);
	else if (w->role == ROLE_CANDIDATE && w->copy && rejoin[0] != '\0')
		snprintf(dst, size,
		    "You %s room %s, which has ended. Your copy, for 24 "
		    "hours:\r\n%s room get",
		    done, w->room, w->rejoin);
	else
		snprintf(dst, size, "You %s room %s, which has ended.", done,
		    w->room);
	n = strlen(dst);
	if (w->ended && head[0] != '\0')
		snprintf(dst + n, size - n,
		    "\r\nThe head of its log was %s at the end.", head);
}

void
end_by_leaving(struct app *a)
{
	char line[RECEIPT_SIZE];

	a->leaving = true;
	receipt(a, "left", line, sizeof(line));
	end_soon(a, LEAVE_MS, "%s", line);
}

void
end_left(struct app *a)
{
	char line[RECEIPT_SIZE];

	receipt(a, "left", line, sizeof(line));
	end_now(a, 0, "%s", line);
}

void
end_stopped(struct app *a)
{
	char rejoin[LOOKS_REJOIN_SIZE];

	looks_rejoin(&a->e, rejoin, sizeof(rejoin));
	end_soon(a, STOP_MS,
	    "Server restarting - run the same ssh command again%s%s",
	    rejoin[0] != '\0' ? ":\r\n" : "", rejoin);
}

void
end_unseen(struct app *a)
{
	char line[RECEIPT_SIZE] = "The connection was lost.";

	if (a->silent)
		return;
	a->silent = true;
	a->leaving = false;
	loop_io_want(a->io, 0);
	if (a->e.welcome.room[0] != '\0')
		receipt(a, "lost the connection to", line, sizeof(line));
	end_soon(a, HANG_UP_MS, "%s", line);
}

/* BYE_LEFT answers it and ends us. */
static void
ask_to_leave(struct app *a)
{
	if (a->asked || !a->leaving || !a->e.online)
		return;
	a->asked = true;
	online_plain(a, MSG_LEAVE);
}

/* The hub stops speaking to who leaves, also of what it has kept: so that is
 * waited for first. */
void
end_if_kept(struct app *a)
{
	if (!a->ending || online_unkept(a) > 0)
		return;
	if (a->leaving && a->e.online)
		ask_to_leave(a);
	else
		stop(a, 0);
}

static void
on_patience(void *arg)
{
	struct app *a = arg;

	ask_to_leave(a);
	stop(a, 0);
}

int
end_open(struct app *a)
{
	return loop_timer_new(a->loop, on_patience, a, &a->patience);
}

void
end_close(struct app *a)
{
	loop_timer_free(a->patience);
}
