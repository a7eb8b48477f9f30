/*
 * trace.c - see trace.h. gzip unpacks it, as a program: zlib is engine.c's. What
 * the file itself says the end to be is compared with what its edits make.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/buf.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"
#include "tests/bench/bench.h"
#include "tests/bench/trace.h"

#define TRACE_MAX (512 * 1024 * 1024)
#define HEADER_LEN 20
#define TXN_LEN 20   /* without its patches */
#define PATCH_LEN 12 /* without its bytes */

static void
unpack(const char *path, uint8_t **bytes, size_t *len)
{
	char *argv[] = { "gzip", "-dcf", "--", (char *)path, NULL };
	struct spawn s;
	int out[2], status;
	pid_t pid;

	if (pipe(out) < 0)
		bench_die("no pipe");
	spawn_init(&s);
	s.path = "/usr/bin/gzip";
	s.argv = argv;
	s.fds[0] = -1;
	s.fds[1] = out[1];
	s.fds[2] = STDERR_FILENO;
	s.nfds = 3;
	s.die_with_parent = true;
	if (access(s.path, X_OK) < 0)
		s.path = "/bin/gzip";
	if (spawn(&s, &pid) < 0)
		bench_die("gzip cannot be started");
	close(out[1]);
	if (read_all(out[0], TRACE_MAX, (char **)bytes, len) < 0)
		bench_die("%s: is too large", path);
	close(out[0]);
	if (waitpid(pid, &status, 0) < 0 || status != 0)
		bench_die("%s: cannot be unpacked", path);
}

static void
add_patch(struct trace *t, struct buf_in *in, const char *path)
{
	struct trace_edit *e = &t->edits[t->n];

	e->at = buf_get_u32(in);
	e->del = buf_get_u32(in);
	e->len = buf_get_u32(in);
	e->ins = buf_get_raw(in, e->len);
	if (in->err != 0 ||
	    text_splice(t->whole, e->at, e->del, e->ins, e->len, 1) < 0)
		bench_die("%s: edit %zu is damaged", path, t->n);
	if (++t->n <= TRACE_FIRST &&
	    text_splice(t->first, e->at, e->del, e->ins, e->len, 1) < 0)
		bench_die("memory is not enough");
}

static void
read_edits(struct trace *t, struct buf_in *in, uint32_t txns, const char *path)
{
	while (txns-- > 0) {
		buf_get_u32(in); /* the author, */
		buf_get_u32(in); /* its base */
		buf_get_u64(in); /* and the time are always the same here */
		for (uint32_t n = buf_get_u32(in); n > 0 && in->err == 0; n--)
			add_patch(t, in, path);
	}
}

void
trace_open(struct trace *t, const char *path)
{
	uint32_t agents, txns, end_len;
	struct buf_in in;
	size_t len;

	memset(t, 0, sizeof(*t));
	unpack(path, &t->bytes, &len);
	if (len < HEADER_LEN || memcmp(t->bytes, "TRC1", 4) != 0)
		bench_die("%s: is not a trace", path);
	buf_in_init(&in, t->bytes + 8, len - 8);
	agents = buf_get_u32(&in);
	txns = buf_get_u32(&in);
	end_len = buf_get_u32(&in);
	if (agents != 1 || txns > len / TXN_LEN)
		bench_die("%s: is not a trace of one author", path);
	t->edits = xcalloc(len / PATCH_LEN, sizeof(*t->edits));
	if (text_new(&t->first) < 0 || text_new(&t->whole) < 0)
		bench_die("memory is not enough");
	read_edits(t, &in, txns, path);
	if (in.err != 0 || text_len(t->whole) != end_len)
		bench_die("%s: is damaged", path);
}

void
trace_close(struct trace *t)
{
	text_free(t->first);
	text_free(t->whole);
	free(t->edits);
	free(t->bytes);
}
