/*
 * password.c - a new password. The terminal gives each key at once and shows
 * none, and keys that would end or stop us are keys: so it is never left
 * silent.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "client/password.h"
#include "proto/err.h"

enum { CTRL_C = 3, CTRL_D = 4, CTRL_H = 8, CTRL_U = 21, DELETE = 127 };

enum got { GOT_LINE, GOT_END, GOT_CANCEL, GOT_TOO_LONG };

/* One character less: in UTF-8 it may have several bytes. */
static size_t
erase(const char *dst, size_t n)
{
	while (n > 0 && ((unsigned char)dst[--n] & 0xC0) == 0x80)
		;
	return n;
}

/* A line; from a terminal without its editing, which we do. */
static enum got
line_read(bool typed, char dst[PASSWORD_SIZE])
{
	bool too_long = false;
	size_t n = 0;
	ssize_t got;
	char c;

	for (;;) {
		while ((got = read(STDIN_FILENO, &c, 1)) < 0 && errno == EINTR)
			;
		if (got <= 0 && n == 0)
			return GOT_END;
		if (got <= 0 || c == '\n' || (typed && c == '\r'))
			break;
		if (typed && c == CTRL_C)
			return GOT_CANCEL;
		if (typed && c == CTRL_D && n == 0)
			return GOT_CANCEL;
		if (typed && (c == DELETE || c == CTRL_H))
			n = erase(dst, n);
		else if (typed && c == CTRL_U)
			n = 0;
		else if (n + 1 < PASSWORD_SIZE)
			dst[n++] = c;
		else
			too_long = true;
	}
	if (!typed && n > 0 && dst[n - 1] == '\r')
		n--;
	dst[n] = '\0';
	return too_long ? GOT_TOO_LONG : GOT_LINE;
}

static enum got
prompt_read(const char *prompt, char dst[PASSWORD_SIZE])
{
	enum got got;

	fputs(prompt, stderr);
	got = line_read(true, dst);
	fputc('\n', stderr);
	return got;
}

/* Both are in a terminal that shows nothing; AGAIN may be NULL. */
static enum got
quiet_read(
    const char *first, const char *second, char dst[PASSWORD_SIZE], char *again)
{
	struct termios old, quiet;
	enum got got = GOT_END;
	sigset_t set, before;

	if (tcgetattr(STDIN_FILENO, &old) != 0)
		return GOT_END;
	quiet = old;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	quiet.c_cc[VMIN] = 1;
	quiet.c_cc[VTIME] = 0;
	sigemptyset(&set); /* not to die with a silent terminal */
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGQUIT);
	sigprocmask(SIG_BLOCK, &set, &before);
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0) {
		got = prompt_read(first, dst);
		if (got == GOT_LINE && again != NULL)
			got = prompt_read(second, again);
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return got;
}

static enum got
terminal_read(char dst[PASSWORD_SIZE], bool *same)
{
	char again[PASSWORD_SIZE];
	enum got got =
	    quiet_read("New password: ", "New password again: ", dst, again);

	*same = got == GOT_LINE && strcmp(dst, again) == 0;
	explicit_bzero(again, sizeof(again));
	return got;
}

int
password_ask(const char *prompt, bool shown, char dst[PASSWORD_SIZE])
{
	enum got got;

	if (shown) {
		fputs(prompt, stderr);
		got = line_read(false, dst);
	} else {
		got = quiet_read(prompt, NULL, dst, NULL);
	}
	return got == GOT_LINE ? 0 : CS_EPERM;
}

int
password_read(const struct cli *c, char dst[PASSWORD_SIZE])
{
	bool same = true;
	enum got got;

	dst[0] = '\0';
	got = isatty(STDIN_FILENO) ? terminal_read(dst, &same)
				   : line_read(false, dst);
	switch (got) {
	case GOT_LINE:
		return same ? 0
			    : cli_fail(c, EXIT_USAGE,
				  "the two are not the same; nothing is "
				  "changed");
	case GOT_TOO_LONG:
		return cli_fail(
		    c, EXIT_USAGE, "a password has at most 255 bytes");
	case GOT_CANCEL:
		return cli_fail(c, EXIT_FAILED, "nothing is changed");
	case GOT_END:
		break;
	}
	return cli_fail(
	    c, EXIT_USAGE, "no password came: standard input is empty");
}
