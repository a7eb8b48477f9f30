/*
 * edit.c - codesync-edit: one person's editor. It reads a terminal, speaks to
 * the hub on one socket, and can do nothing else: no files, no programs, no
 * other sockets. What it may see and do in the room is decided by the hub.
 */
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/app.h"
#include "client/cage.h"
#include "client/looks.h"
#include "client/view.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"

enum { TICKET_FD = 3 };

#define EXIT_USAGE 2

static struct app app;

/* --- the loop --- */

static void
on_sleep(void *arg)
{
	struct app *a = arg;

	a->e.now_ms = loop_now_ms();
	downlink_go_on(a);
	if (online_unkept(a) == 0)
		a->pace.heard_ms = a->e.now_ms;
	online_tell(a);
	end_if_kept(a);
	if (a->silent)
		return;
	draw_show(a);
	terminal_listen(a);
}

static void
on_signal(void *arg, int signo)
{
	struct app *a = arg;

	switch (signo) {
	case SIGWINCH:
		a->e.now_ms = loop_now_ms();
		draw_resize(a);
		break;
	case SIGHUP: /* the terminal is gone; the seat stays */
		end_unseen(a);
		break;
	default:
		end_stopped(a);
	}
}

/* --- preparation --- */

static const int signals[] = { SIGWINCH, SIGHUP, SIGTERM, SIGINT, 0 };

/* There are many editors on a host. What is large, a document or a screen, goes
 * back to it as soon as it is freed; what lies between, of the documents' coming,
 * at the first tick after that. With more of a reserve than this at the heap's end
 * what is large would be taken from there, and leave its hole. */
#define LARGE_BYTES (32 * 1024)
#define RESERVE_BYTES (16 * 1024)

static void
spare_memory(void)
{
	mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
	mallopt(M_TRIM_THRESHOLD, LARGE_BYTES);
	mallopt(M_TOP_PAD, RESERVE_BYTES);
}

static void
block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (const int *s = signals; *s != 0; s++)
		sigaddset(&set, *s);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTSTP, SIG_IGN);
	signal(SIGTTOU, SIG_IGN);
}

static int
fail(const char *what)
{
	fprintf(stderr, "codesync-edit: %s\r\n", what);
	return EXIT_USAGE;
}

static int
parse_options(struct app *a, int argc, char **argv)
{
	int c;

	opterr = 0;
	while ((c = getopt(argc, argv, "amcr")) != -1) {
		if (c == 'a')
			looks_give(&a->e, LOOK_ASCII, true);
		else if (c == 'm')
			looks_give(&a->e, LOOK_COLOURS, PALETTE_NONE);
		else if (c == 'c')
			looks_give(&a->e, LOOK_CALM, true);
		else if (c == 'r')
			a->film_only = true;
		else
			return CS_EINVAL;
	}
	if (a->film_only && film_begin(a) < 0)
		return CS_ENOMEM;
	return optind == argc ? 0 : CS_EINVAL;
}

static int
read_ticket(struct app *a)
{
	char *text;
	size_t len;
	int r = read_all(TICKET_FD, TICKET_LEN, &text, &len);

	if (r < 0)
		return r;
	if (len == TICKET_LEN && strspn(text, "0123456789abcdef") == len)
		memcpy(a->ticket, text, len + 1);
	else
		r = CS_EINVAL;
	free(text);
	close(TICKET_FD);
	return r;
}

static int
open_loop(struct app *a)
{
	int r;

	if ((r = loop_new(&a->loop)) < 0 ||
	    (r = loop_signals(a->loop, signals, on_signal, a)) < 0 ||
	    (r = terminal_open(a)) < 0 || (r = draw_open(a)) < 0 ||
	    (r = online_open(a)) < 0 || (r = downlink_open(a)) < 0 ||
	    (r = end_open(a)) < 0)
		return r;
	loop_before_sleep(a->loop, on_sleep, a);
	return a->film_only ? film_open(a) : 0;
}

static void
close_all(struct app *a)
{
	film_close(a);
	end_close(a);
	downlink_close(a);
	online_close(a);
	draw_close(a);
	terminal_close(a);
	loop_free(a->loop);
	editor_release(&a->e);
}

/* Too small to begin with is an answer of its own; later it is only a size. */
static int
check_size(struct app *a)
{
	int cols, rows;

	tty_size(a->tty, &cols, &rows);
	if (cols >= MIN_COLS && rows >= MIN_ROWS)
		return 0;
	tty_close(a->tty, "");
	fprintf(stderr,
	    "codesync: the terminal is too small: it has %dx%d, %dx%d is "
	    "needed\r\n",
	    cols, rows, MIN_COLS, MIN_ROWS);
	return EXIT_USAGE;
}

int
main(int argc, char **argv)
{
	char err[256];
	int r;

	block_signals();
	spare_memory();
	log_open("codesync-edit");
	editor_init(&app.e);
	if (parse_options(&app, argc, argv) < 0 || read_ticket(&app) < 0)
		return fail("it is started by codesyncd or `codesync join`");
	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return fail("the locale C.UTF-8 is missing on this host");
	if (tty_open(&app.tty, looks_most(&app.e), err, sizeof(err)) < 0)
		return fail(err);
	if ((r = check_size(&app)) != 0)
		return r;
	app.e.colours = tty_colours(app.tty);
	app.e.caret_own = !tty_takes_shapes(app.tty);
	app.e.clip.kept_in = !tty_takes_copies(app.tty);
	film_shown(&app)->colours = app.e.colours;
	if (open_loop(&app) < 0 || cage_enter(SEATS_FD) < 0) {
		tty_close(app.tty, "");
		return fail("the editor cannot be started");
	}
	app.e.now_ms = loop_now_ms();
	tty_ask(app.tty, !app.e.ascii);
	app.pace.begun_ms = app.e.now_ms;
	draw_resize(&app);
	online_dial(&app);
	loop_run(app.loop);
	tty_close(app.tty, app.farewell);
	close_all(&app);
	return app.status;
}
