/* crowd.c - rooms full of people who came by ssh. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/sys/util.h"
#include "tests/bench/bench.h"
#include "tests/bench/crowd.h"
#include "tests/bench/host.h"
#include "tests/bench/proc.h"

#define CHILDREN_MAX 8192

/* A room without a lobby and the code for its first seat. */
static char *
make_room(char **code)
{
	char *create[] = { "room", "create", "--json", "--no-lobby", NULL };
	struct json *room = host_codesync(create);
	char *id = xstrdup(json_get_str(room, "id"));

	*code = xstrdup(
	    json_get_str(json_at(json_get(room, "invites"), 0), "code"));
	json_free(room);
	return id;
}

static char *
make_code(char *room)
{
	char *args[] = { "room", "invite", room, "--json", NULL };
	struct json *invite = host_codesync(args);
	char *code = xstrdup(json_get_str(invite, "code"));

	json_free(invite);
	return code;
}

static struct dial *
enter(const char *room, const char *code)
{
	struct dial *d = dial_in(host_port(), room, NULL, code);

	dial_shell(d);
	dial_wait(d, "Leavewithoutjoining");
	dial_keys(d, "Ann\r \r");
	dial_wait(d, "REC");
	return d;
}

void
crowd_enter(struct crowd *c, unsigned rooms, unsigned seats)
{
	struct dial **d;
	char *code;

	c->rooms = rooms;
	c->seats = seats;
	c->ids = xcalloc(rooms, sizeof(*c->ids));
	d = c->dials = xcalloc((size_t)rooms * seats, sizeof(*c->dials));
	for (unsigned i = 0; i < rooms; i++) {
		c->ids[i] = make_room(&code);
		for (unsigned k = 0; k < seats; k++, d++) {
			if (k > 0)
				code = make_code(c->ids[i]);
			*d = enter(c->ids[i], code);
			free(code);
			for (struct dial **e = c->dials; e < d; e++)
				dial_take(*e); /* or it is put out */
		}
	}
	crowd_rest(c, 2000);
}

void
crowd_rest(const struct crowd *c, int ms)
{
	double end = bench_now_ms() + ms;

	while (bench_now_ms() < end) {
		for (unsigned i = 0; i < c->rooms * c->seats; i++)
			dial_take(c->dials[i]);
		usleep(50000);
	}
}

void
crowd_free(struct crowd *c)
{
	for (unsigned i = 0; i < c->rooms * c->seats; i++)
		dial_free(c->dials[i]);
	for (unsigned i = 0; i < c->rooms; i++)
		free(c->ids[i]);
	free(c->dials);
	free(c->ids);
}

static void
add(struct kinds *k, pid_t pid, enum kind kind)
{
	k->n[kind]++;
	k->pss_kib[kind] += proc_pss_kib(pid);
	k->cpu_ms[kind] += proc_cpu_ms(pid);
}

void
kinds_look(struct kinds *k)
{
	static const char *const names[KINDS] = { "codesyncd", "codesync-hub",
		"codesync-sessio", "codesync-edit", "codesync-runner" };
	static pid_t pids[CHILDREN_MAX];
	int n = proc_children(host_pid(), pids, CHILDREN_MAX);
	char name[16];

	memset(k, 0, sizeof(*k));
	add(k, host_pid(), KIND_DAEMON);
	for (int i = 0; i < n; i++) {
		proc_name(pids[i], name);
		for (int kind = KIND_HUB; kind < KINDS; kind++)
			if (strcmp(name, names[kind]) == 0)
				add(k, pids[i], (enum kind)kind);
	}
}
