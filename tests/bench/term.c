/* term.c - a program on a terminal of its own, for benchmarks. */
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/bench.h"
#include "tests/bench/term.h"

#define PATIENCE_MS 15000
#define BEHIND_MAX 4

static struct term *behind[BEHIND_MAX];
static int nbehind;

void
term_open(struct term *t, const char *name, char *const argv[])
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };

	memset(t, 0, sizeof(*t));
	t->name = name;
	if ((t->pid = forkpty(&t->fd, NULL, NULL, &size)) < 0)
		bench_die("%s: no terminal", name);
	if (t->pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		setenv("LC_ALL", "C.UTF-8", 1);
		execvp(argv[0], argv);
		_exit(127);
	}
}

void
term_close(struct term *t)
{
	if (t->pid <= 0)
		return;
	kill(t->pid, SIGKILL);
	waitpid(t->pid, NULL, 0);
	close(t->fd);
	t->pid = 0;
}

void
term_keys(struct term *t, const char *keys)
{
	size_t len = strlen(keys);

	if (write(t->fd, keys, len) != (ssize_t)len)
		bench_die("%s does not take keys", t->name);
}

void
term_behind(struct term *t)
{
	if (nbehind == BEHIND_MAX)
		bench_die("too many terminals");
	behind[nbehind++] = t;
}

void
term_forget(struct term *t)
{
	seen_forget(&t->seen);
}

static void
take_one(struct term *t, bool unseen)
{
	unsigned char part[16384];
	ssize_t n = read(t->fd, part, sizeof(part));

	if (n <= 0)
		bench_die(
		    "%s has ended; it last printed: %s", t->name, t->seen.text);
	t->bytes += (uint64_t)n;
	if (!unseen)
		seen_take(&t->seen, part, (size_t)n);
}

/* Wait for output of either, at most TIMEOUT_MS, and take in what is there.
 * Returns whether something came. */
static bool
take(struct term *t, struct term *other, int timeout_ms)
{
	struct term *all[2 + BEHIND_MAX] = { t, other };
	struct pollfd p[2 + BEHIND_MAX];
	double end = bench_now_ms() + timeout_ms;
	int left = timeout_ms, n = 2 + nbehind;
	bool came = false;

	memcpy(all + 2, behind, sizeof(behind));
	for (int i = 0; i < n; i++)
		p[i] = (struct pollfd){ all[i] != NULL ? all[i]->fd : -1,
			POLLIN, 0 };
	while (!came && left >= 0 && poll(p, (nfds_t)n, left) > 0) {
		for (int i = 0; i < n; i++) {
			if (p[i].revents == 0)
				continue;
			take_one(all[i], i >= 2);
			came |= i < 2;
		}
		left = (int)(end - bench_now_ms());
	}
	return came;
}

double
term_wait(struct term *t, struct term *other, const char *text)
{
	double end = bench_now_ms() + PATIENCE_MS;

	while (!seen_has(&t->seen, text)) {
		if (bench_now_ms() > end)
			bench_die("%s does not show %s; it last printed: %s",
			    t->name, text, t->seen.text);
		take(t, other, 1000);
	}
	return bench_now_ms();
}

void
term_settle(struct term *t, struct term *other, int quiet_ms)
{
	while (take(t, other, quiet_ms))
		;
}
