/*
 * latency.c - how long a key takes to the screen of who presses it, and to the
 * other's, over real ssh connections on the loopback.
 *
 *	latency [--keys N] [--json]
 *
 * The peers are what people use today: nano over OpenSSH, alone and in a tmux that
 * two share. All run at once and take turns of BLOCK keys, one key at a time with
 * GAP_MS between them, so that what else the machine does meets all alike. A
 * key's time ends when its letter is among the characters that an ssh has written
 * to its terminal. Every letter differs from the one before and none of them is
 * in anything else that is drawn meanwhile.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/sys/util.h"
#include "tests/bench/bench.h"
#include "tests/bench/host.h"
#include "tests/bench/sshd.h"
#include "tests/bench/term.h"

#define BLOCK 25
#define GAP_MS 80
#define LETTERS "qvwzjkgx"
#define PEER_COMMAND "nano --ignorercfiles --restricted"

static struct term ours[2], shared[2], alone;
static char *tmux_socket;

/* From whose keys to whose screen. */
enum { TO_OTHER, TO_OTHER_PEER, TO_OWN, TO_OWN_PEER, WAYS };
static struct way {
	const char *name, *key; /* of the peers, in JSON */
	struct term *from, *to, *beside;
	double *ms;
	size_t n;
	double p50, p99;
} ways[WAYS] = {
	[TO_OTHER] = { "codesync: to the other's screen", "", &ours[0],
	    &ours[1], &ours[0] },
	[TO_OTHER_PEER] = { "nano in tmux over OpenSSH", "", &shared[0],
	    &shared[1], &shared[0] },
	[TO_OWN] = { "codesync: to one's own screen", "own_", &ours[0],
	    &ours[0], &ours[1] },
	[TO_OWN_PEER] = { "nano over OpenSSH", "own_", &alone, &alone, NULL },
};

static void
close_all(void)
{
	char *kill[] = { "tmux", "-S", tmux_socket, "kill-server", NULL };

	for (int i = 0; i < 2; i++) {
		term_close(&ours[i]);
		term_close(&shared[i]);
	}
	term_close(&alone);
	if (tmux_socket != NULL)
		free(bench_output(kill));
	tmux_socket = NULL;
}

/* --- the peer --- */

/* T becomes a nano: one of its own, or, if there is a TMUX, that one's. */
static void
attach(struct term *t, const char *name, const struct sshd *sshd, char *tmux)
{
	const char *dir = bench_dir();
	char *number = xasprintf("%d", sshd->port);
	char *known = xasprintf("UserKnownHostsFile=%s/peer", dir);
	char *command = tmux != NULL ? xasprintf("tmux -u -S %s attach", tmux)
				     : xasprintf("%s", PEER_COMMAND);
	char *argv[] = { "ssh", "-t", "-F", "none", "-o", "LogLevel=ERROR",
		"-o", "StrictHostKeyChecking=accept-new", "-o", known, "-o",
		"IdentityAgent=none", "-o", "IdentitiesOnly=yes", "-o",
		"ConnectionAttempts=20", "-i", sshd->key, "-p", number,
		"127.0.0.1", command, NULL };

	term_open(t, name, argv);
	term_wait(t, NULL, "^GHelp");
	term_settle(t, NULL, 100);
	free(number);
	free(known);
	free(command);
}

/* False when the machine lacks what it takes. */
static bool
open_peer(void)
{
	static const char *const programs[] = { "sshd", "tmux", "nano",
		"ssh-keygen" };
	char *argv[] = { "tmux", "-S", NULL, "-u", "-f", "/dev/null",
		"new-session", "-d", "-x", "80", "-y", "24", PEER_COMMAND,
		NULL };
	struct sshd sshd;

	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++)
		if (!bench_have(programs[i])) {
			fprintf(stderr,
			    "latency: %s is not installed: "
			    "nothing to compare with\n",
			    programs[i]);
			return false;
		}
	argv[2] = tmux_socket = xasprintf("%s/tmux", bench_dir());
	sshd_start(&sshd);
	free(bench_output(argv));
	attach(&shared[0], "the first nano", &sshd, tmux_socket);
	attach(&shared[1], "the second nano", &sshd, tmux_socket);
	attach(&alone, "the nano alone", &sshd, NULL);
	free(sshd.key);
	return true;
}

/* --- measuring --- */

static void
one_key(struct way *w)
{
	char key[2] = { LETTERS[w->n % strlen(LETTERS)], '\0' };
	double from;

	term_forget(w->to);
	from = bench_now_ms();
	term_keys(w->from, key);
	w->ms[w->n++] = term_wait(w->to, w->beside, key) - from;
	term_settle(w->to, w->beside, GAP_MS);
}

/* What is typed stays on the screen, and is taken back. */
static void
block(struct way *w, size_t keys)
{
	size_t n = 0;

	for (; n < BLOCK && w->n < keys; n++)
		one_key(w);
	while (n-- > 0)
		term_keys(w->from, "\x7f");
	term_settle(w->to, w->beside, 100);
}

static void
report_json(const struct way *w, bool compared)
{
	printf(",\"%sp50_ms\":%.3f,\"%sp99_ms\":%.3f", w->key, w->p50, w->key,
	    w->p99);
	if (compared)
		printf(",\"%speer\":\"%s\",\"%speer_p50_ms\":%.3f,"
		       "\"%speer_p99_ms\":%.3f,\"%sratio_p50\":%.3f",
		    w->key, w[1].name, w->key, w[1].p50, w->key, w[1].p99,
		    w->key, w->p50 / w[1].p50);
}

static void
report_text(const struct way *w, bool compared)
{
	printf("%-32s p50 %6.2f ms  p99 %6.2f ms  (%zu keys)\n", w->name,
	    w->p50, w->p99, w->n);
	if (compared)
		printf("%-32s p50 %6.2f ms  p99 %6.2f ms  ratio %.2f\n",
		    w[1].name, w[1].p50, w[1].p99, w->p50 / w[1].p50);
}

static void
report(size_t keys, bool compared, bool json)
{
	if (json)
		printf("{\"program\":\"latency\",\"keys\":%zu", keys);
	for (int i = 0; i < WAYS; i += 2) /* each, and its peer */
		(json ? report_json : report_text)(&ways[i], compared);
	if (json)
		printf("}\n");
}

static void
usage(void)
{
	fprintf(stderr, "usage: latency [--keys N] [--json]\n");
	exit(2);
}

int
main(int argc, char **argv)
{
	uint64_t keys = 300;
	bool json = false, compared;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0)
			json = true;
		else if (strcmp(argv[i], "--keys") != 0 || i + 1 == argc ||
			 parse_num(argv[++i], 1, 100000, &keys) < 0)
			usage();
	}
	host_start();
	bench_at_end(close_all);
	host_enter(&ours[0], &ours[1]);
	compared = open_peer();
	for (int i = 0; i < WAYS; i++)
		ways[i].ms = xcalloc(keys, sizeof(*ways[i].ms));
	while (ways[0].n < keys)
		for (int i = 0; i < WAYS; i += compared ? 1 : 2)
			block(&ways[i], keys);
	for (int i = 0; i < WAYS; i++) {
		ways[i].p50 = bench_percentile(ways[i].ms, ways[i].n, 50);
		ways[i].p99 = bench_percentile(ways[i].ms, ways[i].n, 99);
	}
	report(keys, compared, json);
	for (int i = 0; i < WAYS; i++)
		free(ways[i].ms);
	return 0;
}
