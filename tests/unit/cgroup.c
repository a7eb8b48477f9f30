/*
 * cgroup.c - what a group is told and asked, of both versions, in directories
 * that look like groups: a machine has one of them, if any. Tests of codesync-jail
 * use the real one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* which version there is, is the machine's to say */
#include "runner/cgroup.c"

static const struct run_limits limits = { 10, 60, 256, 64, 1024, 16 };
static char top[] = "/tmp/cgroup.XXXXXX";

static int
make(const char *name, const char *text)
{
	int fd = openat(self.dirs[MEMORY], name,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	return close(fd);
}

static void
holds(const char *name, const char *want)
{
	char text[TEXT_SIZE];

	assert_true(read_at(self.dirs[MEMORY], name, text));
	assert_string_equal(text, want);
}

/* One directory that is all of a group's. */
static void
look_like(struct group *g, enum tier tier)
{
	self.tier = tier;
	*g = (struct group){ .open = true };
	for (int i = 0; i < GROUP_DIRS; i++)
		g->dirs[i] = self.dirs[MEMORY];
}

static int
set_up(void **state)
{
	(void)state;
	memcpy(top + sizeof(top) - 7, "XXXXXX", 6);
	assert_non_null(mkdtemp(top));
	self.dirs[MEMORY] = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return self.dirs[MEMORY] < 0;
}

static int
tear_down(void **state)
{
	DIR *d = fdopendir(self.dirs[MEMORY]);
	struct dirent *e;

	(void)state;
	rewinddir(d);
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			unlinkat(self.dirs[MEMORY], e->d_name, 0);
	closedir(d);
	self.dirs[MEMORY] = -1;
	self.tier = TIER_NONE;
	return rmdir(top);
}

static void
version_2_is_told_its_limits(void **state)
{
	struct group g;

	(void)state;
	look_like(&g, TIER_V2);
	make("memory.max", "");
	make("pids.max", "");
	make("memory.swap.max", "");
	assert_int_equal(group_open(&g, &limits), CS_EIO); /* not all of it */
	make("memory.oom.group", "");
	assert_int_equal(group_open(&g, &limits), 0);
	holds("memory.max", "268435456");
	holds("pids.max", "65"); /* and init */
	holds("memory.swap.max", "0");
	holds("memory.oom.group", "0");
}

static void
who_is_in_the_leaf_divides_what_is_above(void **state)
{
	char own[64], up[64], other[64];

	(void)state;
	snprintf(up, sizeof(up), "%s/codesync", top);
	snprintf(own, sizeof(own), "%s/daemon", top);
	leave_leaf(own); /* a group of that name that is somebody else's */
	snprintf(other, sizeof(other), "%s/daemon", top);
	assert_string_equal(own, other);
	assert_int_equal(mkdir(up, 0755), 0);
	leave_leaf(own);
	assert_string_equal(own, top);
	leave_leaf(own);
	assert_string_equal(own, top);
	snprintf(own, sizeof(own), "%s/daemons", top);
	leave_leaf(own);
	assert_string_equal(strrchr(own, '/'), "/daemons");
	assert_int_equal(rmdir(up), 0);
}

static void
what_not_every_kernel_has_may_be_missing(void **state)
{
	struct group g;

	(void)state;
	look_like(&g, TIER_V1);
	make("memory.limit_in_bytes", "");
	make("pids.max", "");
	assert_int_equal(group_open(&g, &limits), 0);
	holds("memory.limit_in_bytes", "268435456");
	holds("pids.max", "66"); /* init and the stub */
}

static void
version_2_counts_what_all_of_it_has_used(void **state)
{
	struct group g;
	uint64_t ms = 7;

	(void)state;
	look_like(&g, TIER_V2);
	assert_false(group_cpu_ms(&g, &ms));
	make("cpu.stat", "usage_usec 1234567\nuser_usec 1000\n");
	assert_true(group_cpu_ms(&g, &ms));
	assert_int_equal(ms, 1234);
	assert_int_equal(group_peak_kb(&g), 0); /* before Linux 5.19 */
	make("memory.peak", "1048576\n");
	assert_int_equal(group_peak_kb(&g), 1024);
}

static void
version_1_counts_what_all_of_it_has_used(void **state)
{
	struct group g;
	uint64_t ms = 7;

	(void)state;
	look_like(&g, TIER_V1);
	make("cpuacct.usage", "5000000000\n");
	make("memory.max_usage_in_bytes", "2097152\n");
	assert_true(group_cpu_ms(&g, &ms));
	assert_int_equal(ms, 5000);
	assert_int_equal(group_peak_kb(&g), 2048);
}

static void
only_what_the_kernel_has_ended_in_this_run_counts(void **state)
{
	struct group g;

	(void)state;
	look_like(&g, TIER_V2);
	make("memory.max", "");
	make("pids.max", "");
	make("memory.oom.group", "");
	make("memory.events", "low 0\noom 9\noom_kill 2\noom_group_kill 5\n");
	assert_int_equal(group_open(&g, &limits), 0);
	assert_false(group_is_out(&g));
	make("memory.events", "low 0\noom 9\noom_kill 3\noom_group_kill 5\n");
	assert_true(group_is_out(&g));
}

static void
only_whole_words_are_controllers(void **state)
{
	(void)state;
	assert_true(has_word("cpu,cpuacct", ',', "cpuacct"));
	assert_true(has_word("cpu,cpuacct", ',', "cpu"));
	assert_false(has_word("cpuset,cpuacct", ',', "cpu"));
	assert_false(has_word("", ' ', "memory"));
}

/* A peak is not forgotten, so a group is for one. */
static void
each_sandbox_has_a_group_of_its_own_in_version_2(void **state)
{
	struct group a = { 0 }, b = { 0 };

	(void)state;
	self.tier =
	    TIER_V2; /* the files are missing: it is made all the same */
	assert_int_equal(group_open(&a, &limits), CS_EIO);
	assert_true(a.open && group_dir(&a) >= 0);
	assert_int_equal(faccessat(self.dirs[MEMORY], a.name, F_OK, 0), 0);
	group_ended(&a);
	assert_false(a.open);
	assert_int_not_equal(faccessat(self.dirs[MEMORY], a.name, F_OK, 0), 0);
	assert_int_equal(group_open(&b, &limits), CS_EIO);
	assert_string_not_equal(a.name, b.name);
	group_ended(&b);
}

static void
a_group_of_version_1_is_for_the_next_one_too(void **state)
{
	struct group g;

	(void)state;
	look_like(&g, TIER_V1);
	group_ended(&g);
	assert_true(g.open);
}

#define IN_A_DIRECTORY(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_DIRECTORY(version_2_is_told_its_limits),
		IN_A_DIRECTORY(who_is_in_the_leaf_divides_what_is_above),
		IN_A_DIRECTORY(what_not_every_kernel_has_may_be_missing),
		IN_A_DIRECTORY(version_2_counts_what_all_of_it_has_used),
		IN_A_DIRECTORY(version_1_counts_what_all_of_it_has_used),
		IN_A_DIRECTORY(
		    only_what_the_kernel_has_ended_in_this_run_counts),
		IN_A_DIRECTORY(
		    each_sandbox_has_a_group_of_its_own_in_version_2),
		cmocka_unit_test(only_whole_words_are_controllers),
		IN_A_DIRECTORY(a_group_of_version_1_is_for_the_next_one_too),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
