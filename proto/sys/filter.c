/* filter.c - seccomp filters from tables, through libseccomp. */
#include <errno.h>
#include <linux/filter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <seccomp.h>

#include "proto/err.h"
#include "proto/sys/filter.h"
#include "proto/sys/log.h"

static uint32_t
action_of(enum filter_action a)
{
	switch (a) {
	case FILTER_ALLOW:
		return SCMP_ACT_ALLOW;
	case FILTER_EPERM:
		return SCMP_ACT_ERRNO(EPERM);
	case FILTER_ENOSYS:
		return SCMP_ACT_ERRNO(ENOSYS);
	case FILTER_EACCES:
		return SCMP_ACT_ERRNO(EACCES);
	case FILTER_ENETUNREACH:
		return SCMP_ACT_ERRNO(ENETUNREACH);
	case FILTER_EOPNOTSUPP:
		return SCMP_ACT_ERRNO(EOPNOTSUPP);
	case FILTER_FAKE_OK:
		return SCMP_ACT_ERRNO(0);
	case FILTER_NOTIFY:
		return SCMP_ACT_NOTIFY;
	case FILTER_KILL:
		break;
	}
	return SCMP_ACT_KILL_PROCESS;
}

/* Only the low half of an argument counts: the kernel ignores the rest of an
 * int, so a comparison of all 64 bits could be slipped past. */
static int
add_rule(scmp_filter_ctx ctx, const struct filter_rule *r, int call)
{
	uint64_t mask = r->cmp == FILTER_MASKED_EQ ? r->mask : UINT32_MAX;
	struct scmp_arg_cmp cmp[2] = {
		{ r->arg, SCMP_CMP_MASKED_EQ, mask & UINT32_MAX,
		    r->value & UINT32_MAX },
		{ r->arg2, SCMP_CMP_MASKED_EQ, r->mask2, r->value2 },
	};
	unsigned n = r->cmp == FILTER_ANY ? 0 : r->mask2 == 0 ? 1 : 2;

	return seccomp_rule_add_array(
	    ctx, action_of(r->action), call, n, n > 0 ? cmp : NULL);
}

static int
build(enum filter_action deflt, const struct filter_rule *rules, size_t n,
    scmp_filter_ctx *out)
{
	scmp_filter_ctx ctx = seccomp_init(action_of(deflt));
	int call, r;

	if (ctx == NULL)
		return CS_ENOMEM;
	r = seccomp_attr_set(
	    ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	/* a binary tree of calls instead of a list: shorter for all of them */
	if (r == 0)
		r = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (size_t i = 0; i < n && r == 0; i++) {
		if (rules[i].action == deflt)
			continue;
		call = seccomp_syscall_resolve_name(rules[i].call);
		if (call == __NR_SCMP_ERROR || call < 0)
			continue; /* not on this architecture */
		if ((r = add_rule(ctx, &rules[i], call)) != 0)
			log_err("seccomp rule for %s: %s", rules[i].call,
			    strerror(-r));
	}
	if (r == 0) {
		*out = ctx;
		return 0;
	}
	seccomp_release(ctx);
	return CS_EIO;
}

#ifdef CODESYNC_NO_SECCOMP
/* Not even built: valgrind has no answer to libseccomp's questions. */
int
filter_install(
    enum filter_action deflt, const struct filter_rule *rules, size_t n)
{
	(void)deflt;
	(void)rules;
	(void)n;
	return 0;
}
#else
int
filter_install(
    enum filter_action deflt, const struct filter_rule *rules, size_t n)
{
	scmp_filter_ctx ctx;
	int r;

	if ((r = build(deflt, rules, n, &ctx)) < 0)
		return r;
	if ((r = seccomp_load(ctx)) != 0) {
		log_err("seccomp: %s", strerror(-r));
		r = CS_EIO;
	}
	seccomp_release(ctx);
	return r;
}
#endif

/* libseccomp writes a program only to a descriptor. */
static int
export_program(scmp_filter_ctx ctx, void **prog, size_t *len)
{
	int fd = memfd_create("filter", MFD_CLOEXEC), r = CS_EIO;
	off_t size;

	if (fd < 0)
		return CS_EIO;
	if (seccomp_export_bpf(ctx, fd) != 0 ||
	    (size = lseek(fd, 0, SEEK_END)) <= 0)
		goto out;
	if ((*prog = malloc((size_t)size)) == NULL) {
		r = CS_ENOMEM;
		goto out;
	}
	if (pread(fd, *prog, (size_t)size, 0) == size) {
		*len = (size_t)size / sizeof(struct sock_filter);
		r = 0;
	} else {
		free(*prog);
		*prog = NULL;
	}
out:
	close(fd);
	return r;
}

int
filter_compile(enum filter_action deflt, const struct filter_rule *rules,
    size_t n, void **prog, size_t *len)
{
	scmp_filter_ctx ctx;
	int r;

	*prog = NULL;
	*len = 0;
	if ((r = build(deflt, rules, n, &ctx)) < 0)
		return r;
	r = export_program(ctx, prog, len);
	seccomp_release(ctx);
	return r;
}

void
filter_call_name(int nr, char *dst, size_t size)
{
	char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, nr);

	if (name != NULL)
		snprintf(dst, size, "%s", name);
	else
		snprintf(dst, size, "call %d", nr);
	free(name);
}
