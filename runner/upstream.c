/* upstream.c - the hub on this machine, whose two sockets libnng dials. */
#include <stdlib.h>

#include "proto/job.h"
#include "proto/sys/link_nng.h"
#include "proto/sys/util.h"
#include "runner/upstream.h"

struct local {
	struct upstream up; /* first */
	struct nng_link *asks, *outputs;
	struct upstream_events ev;
	void *arg;
};

static int
local_ask(struct upstream *u, const void *body, size_t len)
{
	return nng_link_send(((struct local *)u)->asks, body, len);
}

static int
local_push(struct upstream *u, const void *body, size_t len, bool keep)
{
	(void)keep; /* it is gone only with the hub */
	return nng_link_send(((struct local *)u)->outputs, body, len);
}

static bool
local_busy(const struct upstream *u)
{
	(void)u;
	return false;
}

static void
local_close(struct upstream *u)
{
	struct local *l = (struct local *)u;

	nng_link_close(l->asks);
	nng_link_close(l->outputs);
	free(l);
}

static void
on_answer(void *arg, const uint8_t *body, size_t len)
{
	struct local *l = arg;

	l->ev.answer(l->arg, body, len);
}

static void
on_again(void *arg)
{
	struct local *l = arg;

	l->ev.again(l->arg);
}

static void
on_room(void *arg)
{
	struct local *l = arg;

	l->ev.room(l->arg);
}

int
upstream_open(struct upstream **out, struct loop *loop,
    const struct upstream_events *ev, void *arg)
{
	static const struct upstream_ops ops = { local_ask, local_push,
		local_busy, local_close };
	static const struct nng_link_events asks = { on_answer, on_again,
		on_again },
					    outputs = { NULL, NULL, on_room };
	struct local *l = xcalloc(1, sizeof(*l));
	int r;

	*out = NULL;
	l->up.ops = &ops;
	l->ev = *ev;
	l->arg = arg;
	if ((r = nng_link_open(&l->asks, loop, LINK_REQ, "ipc://jobs.sock",
		 JOB_MSG_MAX, &asks, l)) < 0 ||
	    (r = nng_link_open(&l->outputs, loop, LINK_PUSH,
		 "ipc://output.sock", JOB_MSG_MAX, &outputs, l)) < 0) {
		local_close(&l->up);
		return r;
	}
	*out = &l->up;
	return 0;
}
