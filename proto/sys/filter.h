/*
 * filter.h - seccomp filters from tables, one per program. Sanitizer builds
 * (CODESYNC_NO_SECCOMP) install nothing and return 0; release builds never skip.
 */
#ifndef PROTO_SYS_FILTER_H
#define PROTO_SYS_FILTER_H

#include <stddef.h>
#include <stdint.h>

struct sock_filter; /* linux/filter.h */

enum filter_action {
	FILTER_ALLOW,
	FILTER_EPERM,
	FILTER_ENOSYS,
	FILTER_EACCES,
	FILTER_ENETUNREACH,
	FILTER_EOPNOTSUPP,
	FILTER_FAKE_OK,
	FILTER_KILL,
	FILTER_NOTIFY
}; /* NOTIFY: only through filter_compile */
enum filter_cmp { FILTER_ANY, FILTER_EQ, FILTER_MASKED_EQ };

struct filter_rule {
	const char *call; /* a name unknown to this libseccomp is skipped */
	uint8_t action;
	uint8_t arg, cmp;     /* FILTER_ANY: arg and values unused */
	uint64_t mask, value; /* EQ: low 32 bits of the argument equal VALUE */
	/* and all of this argument, under a mask; mask 0: no matter */
	uint8_t arg2;
	uint64_t mask2, value2;
};
/* Rules: for every call; only with this argument; only with it under a mask. */
#define FILTER_RULE(call, action)                          \
	{                                                  \
		call, action, 0, FILTER_ANY, 0, 0, 0, 0, 0 \
	}
#define FILTER_RULE_EQ(call, action, arg, value)                \
	{                                                       \
		call, action, arg, FILTER_EQ, 0, value, 0, 0, 0 \
	}
#define FILTER_RULE_MASKED(call, action, arg, mask, value)                \
	{                                                                 \
		call, action, arg, FILTER_MASKED_EQ, mask, value, 0, 0, 0 \
	}
#define FILTER_RULE_BOTH(call, action, arg, value, arg2, mask2, value2)     \
	{                                                                   \
		call, action, arg, FILTER_EQ, 0, value, arg2, mask2, value2 \
	}
/* All calls not in RULES[N] get DEFAULT. Foreign ABIs are killed. */
int filter_install(
    enum filter_action deflt, const struct filter_rule *rules, size_t n);
/* The same, as a raw BPF program for later use: written to *PROG (caller
 * frees), *LEN instructions of struct sock_filter. */
int filter_compile(enum filter_action deflt, const struct filter_rule *rules,
    size_t n, void **prog, size_t *len);
/* Install such a program, of LEN instructions; the caller has no_new_privs. It is
 * in load.c, so that who has one needs no libseccomp. CS_EIO. */
int filter_load(const struct sock_filter *prog, size_t len);
/* The name of our architecture's call number NR into DST, or "call NR". */
void filter_call_name(int nr, char *dst, size_t size);

#endif
