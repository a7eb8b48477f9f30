/*
 * latency.c - how long a key takes from one person to the other's screen, over
 * two real ssh connections on the loopback.
 *
 *	latency [--keys N] [--json]
 *
 * The peer is what people use today: nano in a tmux that two share over OpenSSH.
 * Both run at once and take turns of BLOCK keys, one key at a time with
 * GAP_MS between them, so that what else the machine does meets both alike. A
 * key's time ends when its letter is among the characters that the other ssh
 * has written to its terminal. Every letter differs from the one before and
 * none of them is in anything else that is drawn meanwhile.
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
#define LINE 50
#define GAP_MS 80
#define LETTERS "qvwzjkgx"

struct pair {
	const char *name;
	struct term a, b;
	double *ms;
	size_t n;
	double p50, p99;
};

static struct pair ours = { .name = "codesync" };
static struct pair peer = { .name = "nano in tmux over OpenSSH" };
static char *tmux_socket;

static void
close_all(void)
{
	char *kill[] = { "tmux", "-S", tmux_socket, "kill-server", NULL };

	term_close(&ours.a);
	term_close(&ours.b);
	term_close(&peer.a);
	term_close(&peer.b);
	if (tmux_socket != NULL)
		free(bench_output(kill));
	tmux_socket = NULL;
}

/* --- the peer --- */

static void
attach(struct term *t, const char *name, const struct sshd *sshd)
{
	const char *dir = bench_dir();
	char *number = xasprintf("%d", sshd->port);
	char *known = xasprintf("UserKnownHostsFile=%s/peer", dir);
	char *argv[] = { "ssh", "-t", "-F", "none", "-o", "LogLevel=ERROR",
		"-o", "StrictHostKeyChecking=accept-new", "-o", known, "-o",
		"IdentityAgent=none", "-o", "IdentitiesOnly=yes", "-o",
		"ConnectionAttempts=20", "-i", sshd->key, "-p", number,
		"127.0.0.1", "tmux", "-u", "-S", tmux_socket, "attach", NULL };

	term_open(t, name, argv);
	term_wait(t, NULL, "^GHelp");
	term_settle(t, NULL, 100);
	free(number);
	free(known);
}

/* False when the machine lacks what it takes. */
static bool
open_peer(void)
{
	static const char *const programs[] = { "sshd", "tmux", "nano",
		"ssh-keygen" };
	char *argv[] = { "tmux", "-S", NULL, "-u", "-f", "/dev/null",
		"new-session", "-d", "-x", "80", "-y", "24",
		"nano --ignorercfiles --restricted", NULL };
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
	attach(&peer.a, "the first nano", &sshd);
	attach(&peer.b, "the second nano", &sshd);
	free(sshd.key);
	return true;
}

/* --- measuring --- */

static void
one_key(struct pair *p)
{
	char key[2] = { LETTERS[p->n % strlen(LETTERS)], '\0' };
	double from;

	if (p->n > 0 && p->n % LINE == 0) { /* it stays on the screen */
		for (int i = 0; i < LINE; i++)
			term_keys(&p->a, "\x7f");
		term_settle(&p->b, &p->a, 100);
	}
	term_forget(&p->b);
	from = bench_now_ms();
	term_keys(&p->a, key);
	p->ms[p->n++] = term_wait(&p->b, &p->a, key) - from;
	term_settle(&p->b, &p->a, GAP_MS);
}

static void
block(struct pair *p, size_t keys)
{
	for (size_t i = 0; i < BLOCK && p->n < keys; i++)
		one_key(p);
}

static void
conclude(struct pair *p)
{
	p->p50 = bench_percentile(p->ms, p->n, 50);
	p->p99 = bench_percentile(p->ms, p->n, 99);
}

static void
report(size_t keys, bool compared, bool json)
{
	double ratio = compared ? ours.p50 / peer.p50 : 0;

	if (json) {
		printf("{\"program\":\"latency\",\"keys\":%zu,"
		       "\"p50_ms\":%.3f,\"p99_ms\":%.3f",
		    keys, ours.p50, ours.p99);
		if (compared)
			printf(",\"peer\":\"%s\",\"peer_p50_ms\":%.3f,"
			       "\"peer_p99_ms\":%.3f,\"ratio_p50\":%.3f",
			    peer.name, peer.p50, peer.p99, ratio);
		printf("}\n");
		return;
	}
	printf("%-28s p50 %6.2f ms  p99 %6.2f ms  (%zu keys)\n", ours.name,
	    ours.p50, ours.p99, keys);
	if (compared)
		printf("%-28s p50 %6.2f ms  p99 %6.2f ms  ratio %.2f\n",
		    peer.name, peer.p50, peer.p99, ratio);
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
	ours.ms = xcalloc(keys, sizeof(*ours.ms));
	peer.ms = xcalloc(keys, sizeof(*peer.ms));
	host_start();
	bench_at_end(close_all);
	host_enter(&ours.a, &ours.b);
	compared = open_peer();
	while (ours.n < keys) {
		block(&ours, keys);
		if (compared)
			block(&peer, keys);
	}
	conclude(&ours);
	conclude(&peer);
	report(keys, compared, json);
	free(ours.ms);
	free(peer.ms);
	return 0;
}
