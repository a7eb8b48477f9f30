/*
 * doctor.c - what the places where programs run can isolate. Each runner that is
 * here is asked to look, all at the same time, and who asked for it gets one
 * answer when all have answered, are gone, or had their time. Who asks meanwhile
 * gets the same answer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hostd/control.h"
#include "hostd/request.h"
#include "hostd/runs.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"

#define DOCTOR_MS \
	(JOB_DOCTOR_MS + 4000) /* and for the ways; a command waits
					    for 30 s */
#define CHECKS_MAX 64          /* of one runner */

/* One runner that looks. */
struct look {
	struct look *next;
	uint64_t nonce;
	char name[JOB_NAME_SIZE];
	bool told;
	struct json *answer; /* or NULL, and then WHY when it is over */
	const char *why;
};

struct patient { /* who waits for the answer */
	struct patient *next;
	uint64_t token;
	struct who who;
};

struct doctor {
	uint64_t question, end_ms;
	struct look *looks;
	struct patient *patients;
};

/* --- as JSON --- */

static void
add_check(struct json *checks, const struct look *l, const char *name, bool ok,
    const char *detail, const char *fix)
{
	struct json *o = json_object_new();

	json_set_str(o, "name", name);
	json_set_bool(o, "ok", ok);
	json_set_str(o, "detail", detail);
	json_set_str(o, "fix", fix);
	json_set_str(o, "runner", l->name);
	json_add(checks, o);
}

/* A runner's word is only taken for what has the form of it. */
static void
add_checks(struct json *checks, const struct look *l)
{
	const struct json *list = json_get(l->answer, "checks"), *c;
	const char *name, *detail;

	if (l->answer == NULL) {
		add_check(checks, l, "runner", false, l->why,
		    "see the runner's log; `codesync-jail --doctor` on its "
		    "machine looks there");
		return;
	}
	for (size_t i = 0; i < json_count(list) && i < CHECKS_MAX; i++) {
		c = json_at(list, i);
		name = json_get_str(c, "name");
		detail = json_get_str(c, "detail");
		add_check(checks, l, name != NULL ? name : "?",
		    json_get_bool(c, "ok"), detail != NULL ? detail : "",
		    json_get_str(c, "fix"));
	}
}

struct common {
	const struct json *other;
	struct json *out;
};

static void
keep_common(void *arg, const char *key, const struct json *v)
{
	struct common *c = arg;
	const struct json *w = json_get(c->other, key);
	char *a = json_print(v), *b = w != NULL ? json_print(w) : NULL;

	if (b != NULL && strcmp(a, b) == 0)
		json_set(c->out, key, json_dup(v));
	else
		json_set_null(c->out, key);
	free(a);
	free(b);
}

/* What is true of all that have answered; null where they differ. */
static struct json *
isolation_json(const struct doctor *d)
{
	struct common c = { NULL, NULL };
	struct json *all = NULL;

	for (const struct look *l = d->looks; l != NULL; l = l->next) {
		c.other = json_get(l->answer, "isolation");
		if (all == NULL) {
			if (c.other != NULL)
				all = json_dup(c.other);
		} else if (c.other != NULL) {
			c.out = json_object_new();
			json_each(all, keep_common, &c);
			json_free(all);
			all = c.out;
		}
	}
	return all != NULL ? all : json_object_new();
}

static struct json *
doctor_json(const struct doctor *d)
{
	struct json *whole = json_object_new(), *checks = json_array_new();
	struct json *runners = json_array_new(), *o;
	const struct json *isolation;

	for (const struct look *l = d->looks; l != NULL; l = l->next) {
		add_checks(checks, l);
		isolation = json_get(l->answer, "isolation");
		o = json_object_new();
		json_set_str(o, "name", l->name);
		if (isolation != NULL)
			json_set(o, "isolation", json_dup(isolation));
		else
			json_set_null(o, "isolation");
		json_add(runners, o);
	}
	json_set(whole, "checks", checks);
	json_set(whole, "isolation", isolation_json(d));
	json_set(whole, "runners", runners);
	return whole;
}

/* --- from question to answer --- */

static bool
is_open(const struct look *l)
{
	return l->answer == NULL && l->why == NULL;
}

static void
doctor_free(struct doctor *d)
{
	struct patient *p;
	struct look *l;

	while ((p = d->patients) != NULL) {
		d->patients = p->next;
		free(p);
	}
	while ((l = d->looks) != NULL) {
		d->looks = l->next;
		json_free(l->answer);
		free(l);
	}
	free(d);
}

/* Answer all who wait, if no look is open any more. */
static void
doctor_settle(struct jobs *j)
{
	struct doctor *d = j->doctor;
	struct request q;

	for (const struct look *l = d->looks; l != NULL; l = l->next)
		if (is_open(l))
			return;
	for (const struct patient *p = d->patients; p != NULL; p = p->next) {
		q = (struct request){
			.hub = j->hub, .who = p->who, .token = p->token
		};
		answer(&q, doctor_json(d));
		control_answer(j->hub, &q);
	}
	j->doctor = NULL;
	doctor_free(d);
}

static struct look *
look_find(struct jobs *j, uint64_t nonce)
{
	struct look *l = j->doctor != NULL ? j->doctor->looks : NULL;

	while (l != NULL && l->nonce != nonce)
		l = l->next;
	return l;
}

static void
doctor_begin(struct jobs *j)
{
	struct doctor *d = xcalloc(1, sizeof(*d));
	struct look *l;

	d->question = random_u64();
	d->end_ms = loop_now_ms() + DOCTOR_MS;
	for (const struct runner *r = j->runners; r != NULL; r = r->next) {
		if (!r->met)
			continue;
		l = xcalloc(1, sizeof(*l));
		l->nonce = r->nonce;
		memcpy(l->name, r->name, sizeof(l->name));
		l->next = d->looks; /* who came first is first */
		d->looks = l;
	}
	j->doctor = d;
}

int
cmd_doctor(struct request *q)
{
	struct jobs *j = q->hub->jobs;
	const struct runner *r = j->runners;
	struct patient *p;

	while (r != NULL && !r->met)
		r = r->next;
	if (r == NULL && j->doctor == NULL)
		return refuse(q, ANSWER_STATE,
		    "no runner is here, so that nothing is run; the host's "
		    "log says why, and `codesync-jail --doctor` looks at the "
		    "machine that it is started on");
	if (j->doctor == NULL)
		doctor_begin(j);
	p = xcalloc(1, sizeof(*p));
	p->token = q->token;
	p->who = q->who;
	p->next = j->doctor->patients;
	j->doctor->patients = p;
	q->later = true;
	return 0;
}

/* --- what runners.c and jobs.c say --- */

bool
doctor_due(struct jobs *j, const struct runner *r)
{
	const struct look *l = look_find(j, r->nonce);

	return l != NULL && is_open(l) && !l->told;
}

void
doctor_tell(struct jobs *j, struct runner *r, struct job_msg *m)
{
	m->type = JOB_DOCTOR;
	m->job = j->doctor->question;
	look_find(j, r->nonce)->told = true;
	runner_tell(j, r, m);
}

void
doctor_again(struct jobs *j, const struct runner *r)
{
	struct look *l = look_find(j, r->nonce);

	if (l != NULL)
		l->told = false;
}

void
doctor_checked(struct jobs *j, const struct job_msg *m)
{
	struct look *l = look_find(j, m->nonce);

	if (l == NULL || !is_open(l) || m->job != j->doctor->question)
		return;
	l->answer = json_parse((const char *)m->text, m->text_len);
	if (json_count(json_get(l->answer, "checks")) == 0) {
		log_warn("the runner %s could not look", l->name);
		json_free(l->answer);
		l->answer = NULL;
		l->why = "codesync-jail could not look within 20 s";
	}
	doctor_settle(j);
}

void
doctor_lost(struct jobs *j, uint64_t nonce)
{
	struct look *l = look_find(j, nonce);

	if (l == NULL || !is_open(l))
		return;
	l->why = "it went away before it had looked";
	doctor_settle(j);
}

void
doctor_tick(struct jobs *j, uint64_t now_ms)
{
	struct look *l;

	if (j->doctor == NULL || now_ms < j->doctor->end_ms)
		return;
	for (l = j->doctor->looks; l != NULL; l = l->next)
		if (is_open(l))
			l->why = "it did not answer";
	doctor_settle(j);
}

void
doctor_close(struct jobs *j)
{
	if (j->doctor != NULL)
		doctor_free(j->doctor);
	j->doctor = NULL;
}
