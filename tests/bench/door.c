/*
 * door.c - what it costs to come in and to be there, and whether a flood of
 * connections disturbs those who are.
 *
 *	door [--only handshake|seats|flood|distant] [--seats N] [--json]
 *
 * handshake: key exchange and authentication, no channel; CPU time on the
 * server's side, beside OpenSSH's server, taking turns. seats: memory of the
 * processes of N people who are in the editor. flood: a key to another's screen
 * while FLOOD_RATE connections a second come, say what they are, and stay
 * for a while. distant: a key to one's own screen with a line of DELAY_MS each
 * way to the host, in `codesync join -H` and by ssh.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/sys/util.h"
#include "tests/bench/bench.h"
#include "tests/bench/crowd.h"
#include "tests/bench/delay.h"
#include "tests/bench/figure.h"
#include "tests/bench/host.h"
#include "tests/bench/proc.h"
#include "tests/bench/sshd.h"

#define ROUNDS 6
#define LOGINS 25 /* in a turn */
#define CHILDREN_MAX 8192
#define ENDED_MS 10000
#define PER_ROOM 100 /* seats */
#define FLOOD_RATE 500
#define FLOOD_OPEN 400 /* connections that stay open, the oldest ends */
#define KEYS 210
#define WARM_UP 30
#define GAP_MS 50 /* a frame of others' changes takes 33 */
#define DELAY_MS 150
#define DISTANT_KEYS 60
#define LETTERS "qvwzjkgx"

static unsigned wanted_seats = 100;

static int
count_children(pid_t pid)
{
	static pid_t v[CHILDREN_MAX];

	return proc_children(pid, v, CHILDREN_MAX);
}

/* --- handshake --- */

enum handshake_figure {
	OURS_CPU,
	OURS_MS,
	PEER_CPU,
	PEER_MS,
	HANDSHAKE_RATIO,
	HANDSHAKE_FIGURES
};

struct door {
	int port;
	pid_t pid;
	const char *user, *key;
	char *code;
	int idle;           /* children when nobody is there */
	double cpu[ROUNDS]; /* of a login, in each turn */
	double ms[ROUNDS * LOGINS];
};

/* Its children have ended, so that their time is in their parent's. */
static void
until_idle(const struct door *d)
{
	double end = bench_now_ms() + ENDED_MS;

	while (count_children(d->pid) > d->idle) {
		if (bench_now_ms() > end)
			bench_die("port %d: connections do not end", d->port);
		usleep(10000);
	}
}

static void
log_in(struct door *d, int round)
{
	double from, cpu = proc_cpu_ms(d->pid);
	struct dial *dial;

	for (int i = 0; i < LOGINS; i++) {
		from = bench_now_ms();
		dial = dial_in(d->port, d->user, d->key, d->code);
		d->ms[round * LOGINS + i] = bench_now_ms() - from;
		dial_free(dial);
	}
	until_idle(d);
	d->cpu[round] = (proc_cpu_ms(d->pid) - cpu) / LOGINS;
}

#define ACCOUNT "ann"

/* The account's key; the first who asks makes it. */
static const char *
account_key(void)
{
	static char *key;
	char *pub;
	char *gen[] = { "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
		NULL, NULL };
	char *add[] = { "user", "add", ACCOUNT, "--key", NULL, "--json", NULL };

	if (key != NULL)
		return key;
	gen[7] = key = xasprintf("%s/account", bench_dir());
	add[4] = pub = xasprintf("%s.pub", key);
	free(bench_output(gen));
	json_free(host_codesync(add));
	free(pub);
	return key;
}

static bool
handshake_measure(double *v)
{
	struct door ours = { .user = ACCOUNT },
		    peer = { .user = getenv("USER") };
	struct sshd sshd = { .pid = 0 };
	bool compared = bench_have("sshd");

	ours.port = host_port();
	ours.pid = host_pid();
	ours.key = account_key();
	ours.idle = count_children(ours.pid);
	if (compared) {
		sshd_start(&sshd);
		peer.port = sshd.port;
		peer.pid = sshd.pid;
		peer.key = sshd.key;
		peer.user = peer.user != NULL ? peer.user : "root";
		usleep(500000);
	}
	for (int i = 0; i < ROUNDS; i++) {
		log_in(&ours, i);
		if (compared)
			log_in(&peer, i);
	}
	v[OURS_CPU] = bench_percentile(ours.cpu, ROUNDS, 50);
	v[OURS_MS] = bench_percentile(ours.ms, ROUNDS * LOGINS, 50);
	v[PEER_CPU] = v[PEER_MS] = v[HANDSHAKE_RATIO] = NAN;
	if (compared) {
		v[PEER_CPU] = bench_percentile(peer.cpu, ROUNDS, 50);
		v[PEER_MS] = bench_percentile(peer.ms, ROUNDS * LOGINS, 50);
		v[HANDSHAKE_RATIO] = v[OURS_CPU] / v[PEER_CPU];
	}
	free(sshd.key);
	return true;
}

/* --- seats --- */

enum seats_figure {
	SEATS,
	SESSION_KIB,
	EDITOR_KIB,
	SEAT_KIB,
	THOUSAND_MIB,
	SEATS_FIGURES
};

static bool
seats_measure(double *v)
{
	unsigned rooms = (wanted_seats + PER_ROOM - 1) / PER_ROOM;
	struct crowd crowd;
	struct kinds k;
	unsigned n;

	crowd_enter(&crowd, rooms, wanted_seats / rooms);
	kinds_look(&k);
	n = k.n[KIND_EDITOR];
	v[SEATS] = n;
	v[SESSION_KIB] = k.pss_kib[KIND_SESSION] / k.n[KIND_SESSION];
	v[EDITOR_KIB] = k.pss_kib[KIND_EDITOR] / n;
	for (int i = 0; i < KINDS; i++)
		v[SEAT_KIB] += k.pss_kib[i] / n;
	v[THOUSAND_MIB] = v[SEAT_KIB] * 1000 / 1024;
	crowd_free(&crowd);
	return n == crowd.rooms * crowd.seats;
}

/* --- flood --- */

enum flood_figure {
	IDLE_P50,
	IDLE_P99,
	FLOOD_P50,
	FLOOD_P99,
	FLOOD_RATIO,
	FLOOD_CAME,
	FLOOD_FIGURES
};

static struct term ada, bob;

static void
close_terms(void)
{
	term_close(&ada);
	term_close(&bob);
}

/* One connection that says who it is and then nothing. */
static int
knock(int port)
{
	static const char hello[] = "SSH-2.0-flood\r\n";
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&sin, sizeof(sin)) != 0)
		bench_die("the host does not accept any more");
	fcntl(fd, F_SETFL, O_NONBLOCK);
	/* refused at once is an answer, too */
	if (send(fd, hello, sizeof(hello) - 1, MSG_NOSIGNAL) < 0)
		fd = (close(fd), -1);
	return fd;
}

/* Knock FLOOD_RATE times a second until killed; a byte to OUT for each. */
static void
flood(int port, int out)
{
	static int open[FLOOD_OPEN];
	double next = bench_now_ms();

	for (size_t i = 0;; i++) {
		if (open[i % FLOOD_OPEN] > 0)
			close(open[i % FLOOD_OPEN]);
		open[i % FLOOD_OPEN] = knock(port);
		if (write(out, "", 1) != 1)
			_exit(0);
		next += 1000.0 / FLOOD_RATE;
		if (next > bench_now_ms())
			usleep((useconds_t)((next - bench_now_ms()) * 1000));
	}
}

static void
type(double *ms, size_t n)
{
	double from;
	char key[2] = "";

	for (size_t i = 0; i < n; i++) {
		if (i > 0 && i % 35 == 0) { /* it stays on the screen */
			for (int k = 0; k < 35; k++)
				term_keys(&ada, "\x7f");
			term_settle(&bob, &ada, 150);
		}
		key[0] = LETTERS[i % strlen(LETTERS)];
		term_forget(&bob);
		from = bench_now_ms();
		term_keys(&ada, key);
		ms[i] = term_wait(&bob, &ada, key) - from;
		term_settle(&bob, &ada, GAP_MS);
	}
	for (size_t i = 0; i < (n - 1) % 35 + 1; i++)
		term_keys(&ada, "\x7f");
	term_settle(&bob, &ada, 150);
}

static bool
flood_measure(double *v)
{
	static double ms[KEYS];
	int count[2], n = 0;
	double from, seconds;
	pid_t pid;

	host_enter(&ada, &bob);
	bench_at_end(close_terms);
	type(ms, WARM_UP);
	type(ms, KEYS);
	v[IDLE_P50] = bench_percentile(ms, KEYS, 50);
	v[IDLE_P99] = bench_percentile(ms, KEYS, 99);
	if (pipe(count) != 0 || (pid = fork()) < 0)
		bench_die("no flood can be made");
	if (pid == 0) {
		close(count[0]);
		flood(host_port(), count[1]);
	}
	close(count[1]);
	from = bench_now_ms();
	usleep(1000000);
	type(ms, KEYS);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	seconds = (bench_now_ms() - from) / 1000;
	for (char part[4096];
	     (n = (int)read(count[0], part, sizeof(part))) > 0;)
		v[FLOOD_CAME] += n;
	close(count[0]);
	v[FLOOD_CAME] /= seconds;
	v[FLOOD_P50] = bench_percentile(ms, KEYS, 50);
	v[FLOOD_P99] = bench_percentile(ms, KEYS, 99);
	v[FLOOD_RATIO] = v[FLOOD_P99] / v[IDLE_P99];
	return true;
}

/* --- distant --- */

enum distant_figure { DISTANT_P50, DISTANT_P99, BY_SSH_P50, DISTANT_FIGURES };

static struct term far[2];

static void
close_far(void)
{
	term_close(&far[0]);
	term_close(&far[1]);
}

/* An ssh that leaves the files of who measures alone. */
static void
make_ssh(void)
{
	char *bin = xasprintf("%s/bin", bench_dir());
	char *path = xasprintf("%s/ssh", bin);
	char *all = xasprintf("%s:%s", bin, getenv("PATH"));
	FILE *f;

	if (mkdir(bin, 0700) != 0 || (f = fopen(path, "w")) == NULL ||
	    fprintf(f,
		"#!/bin/sh\nexec /usr/bin/ssh -F none -o IdentityAgent=none "
		"-o LogLevel=ERROR -o StrictHostKeyChecking=accept-new -o "
		"UserKnownHostsFile=%s/known -i %s \"$@\"\n",
		bin, account_key()) < 0 ||
	    fclose(f) != 0 || chmod(path, 0700) != 0 ||
	    setenv("PATH", all, 1) != 0)
		bench_die("%s cannot be made", path);
	free(bin);
	free(path);
	free(all);
}

static void
own_keys(struct term *t, double *ms)
{
	char key[2] = "";
	double from;

	term_wait(t, NULL, "^RRun");
	term_settle(t, NULL, 4 * DELAY_MS);
	for (size_t i = 0; i < DISTANT_KEYS; i++) {
		key[0] = LETTERS[i % strlen(LETTERS)];
		term_forget(t);
		from = bench_now_ms();
		term_keys(t, key);
		ms[i] = term_wait(t, NULL, key) - from;
		term_settle(t, NULL, GAP_MS);
	}
}

static bool
distant_measure(double *v)
{
	static double ms[DISTANT_KEYS];
	char *create[] = { "room", "create", "--json", "--owner", ACCOUNT,
		NULL };
	char *to, *user, *port, *program = bench_program("codesync");
	struct json *room;
	char *id;
	int line = delay_start(host_port(), DELAY_MS);

	make_ssh();
	room = host_codesync(create);
	id = xstrdup(json_get_str(room, "id"));
	json_free(room);
	to = xasprintf(ACCOUNT "@127.0.0.1:%d", line);
	user = xasprintf(ACCOUNT "+%s@127.0.0.1", id);
	port = xasprintf("%d", line);
	char *join[] = { program, "join", "-H", to, id, NULL };
	char *ssh[] = { "ssh", "-t", "-p", port, user, NULL };

	bench_at_end(close_far);
	term_open(&far[0], "join -H", join);
	own_keys(&far[0], ms);
	v[DISTANT_P50] = bench_percentile(ms, DISTANT_KEYS, 50);
	v[DISTANT_P99] = bench_percentile(ms, DISTANT_KEYS, 99);
	term_close(&far[0]);
	term_open(&far[1], "ssh", ssh);
	own_keys(&far[1], ms);
	v[BY_SSH_P50] = bench_percentile(ms, DISTANT_KEYS, 50);
	term_close(&far[1]);
	free(program);
	free(to);
	free(user);
	free(port);
	free(id);
	return true;
}

/* --- all --- */

/* clang-format off */
static const struct figure handshake_figures[HANDSHAKE_FIGURES] = {
	[OURS_CPU] = { "cpu_ms", "key exchange and authentication, CPU", "ms", 2, 8, false },
	[OURS_MS] = { "wall_ms", "until let in, p50", "ms", 2, NO_TARGET, false },
	[PEER_CPU] = { "peer_cpu_ms", "the same with OpenSSH's server, CPU", "ms", 2, NO_TARGET, false },
	[PEER_MS] = { "peer_wall_ms", "until let in, p50", "ms", 2, NO_TARGET, false },
	[HANDSHAKE_RATIO] = { "ratio", "CPU against OpenSSH's", "x", 2, NO_TARGET, false },
};
static const struct figure seats_figures[SEATS_FIGURES] = {
	[SEATS] = { "seats", "people in the editor", "", 0, NO_TARGET, false },
	[SESSION_KIB] = { "session_kib", "a session, PSS", "KiB", 0, NO_TARGET, false },
	[EDITOR_KIB] = { "editor_kib", "an editor, PSS", "KiB", 0, NO_TARGET, false },
	[SEAT_KIB] = { "seat_kib", "a seat, with its share of the rest", "KiB", 0, NO_TARGET, false },
	[THOUSAND_MIB] = { "thousand_mib", "so 1,000 of them", "MiB", 0, 4096, false },
};
static const struct figure flood_figures[FLOOD_FIGURES] = {
	[IDLE_P50] = { "idle_p50_ms", "a key to the other's screen, p50", "ms", 2, NO_TARGET, false },
	[IDLE_P99] = { "idle_p99_ms", "p99", "ms", 2, NO_TARGET, false },
	[FLOOD_P50] = { "flood_p50_ms", "while connections come, p50", "ms", 2, NO_TARGET, false },
	[FLOOD_P99] = { "flood_p99_ms", "p99", "ms", 2, NO_TARGET, false },
	[FLOOD_RATIO] = { "flood_ratio", "p99 against p99 of before", "x", 2, 2, false },
	[FLOOD_CAME] = { "flood_rate", "connections a second", "", 0, NO_TARGET, false },
};
static const struct figure distant_figures[DISTANT_FIGURES] = {
	[DISTANT_P50] = { "own_p50_ms", "join -H: a key to one's own screen, p50", "ms", 2, 10, false },
	[DISTANT_P99] = { "own_p99_ms", "p99", "ms", 2, NO_TARGET, false },
	[BY_SSH_P50] = { "ssh_p50_ms", "the same by ssh, p50", "ms", 2, NO_TARGET, false },
};
/* clang-format on */

static const struct part {
	struct figures figures;
	bool (*measure)(double *v);
} parts[] = {
	{ { "handshake", handshake_figures, HANDSHAKE_FIGURES },
	    handshake_measure },
	{ { "seats", seats_figures, SEATS_FIGURES }, seats_measure },
	{ { "flood", flood_figures, FLOOD_FIGURES }, flood_measure },
	{ { "distant", distant_figures, DISTANT_FIGURES }, distant_measure },
};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

static int
usage(void)
{
	fprintf(stderr, "usage: door [--only handshake|seats|flood|distant] "
			"[--seats N] [--json]\n");
	return 2;
}

int
main(int argc, char **argv)
{
	double v[8];
	const char *only = NULL;
	bool json = false, ok = true;
	uint64_t n = wanted_seats;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0)
			json = true;
		else if (i + 1 < argc && strcmp(argv[i], "--only") == 0)
			only = argv[++i];
		else if (i + 1 == argc || strcmp(argv[i], "--seats") != 0 ||
			 parse_num(argv[++i], 1, 2000, &n) < 0)
			return usage();
	}
	wanted_seats = (unsigned)n;
	host_start();
	for (size_t i = 0; i < PARTS; i++) {
		if (only != NULL && strcmp(parts[i].figures.part, only) != 0)
			continue;
		memset(v, 0, sizeof(v));
		ok &= parts[i].measure(v);
		figures_print("door", &parts[i].figures, v, true, json);
	}
	return ok ? 0 : 1;
}
