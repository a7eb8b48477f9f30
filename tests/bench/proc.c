/* proc.c - what /proc says about processes. */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/sys/util.h"
#include "tests/bench/proc.h"

static char *
read_proc(pid_t pid, const char *name)
{
	char *path = xasprintf("/proc/%d/%s", (int)pid, name), *text = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len;

	free(path);
	if (fd < 0)
		return NULL;
	if (read_all(fd, 65536, &text, &len) < 0)
		text = NULL;
	close(fd);
	return text;
}

double
proc_pss_kib(pid_t pid)
{
	char *text = read_proc(pid, "smaps_rollup"), *at;
	double kib = NAN;

	if (text != NULL && (at = strstr(text, "\nPss:")) != NULL)
		kib = strtod(at + 5, NULL);
	free(text);
	return kib;
}

int
proc_children(pid_t pid, pid_t *v, int max)
{
	char *name = xasprintf("task/%d/children", (int)pid);
	char *text = read_proc(pid, name), *at = text, *end;
	long child;
	int n = 0;

	while (at != NULL && n < max) {
		child = strtol(at, &end, 10);
		if (end == at)
			break;
		v[n++] = (pid_t)child;
		at = end;
	}
	free(text);
	free(name);
	return n;
}

double
proc_cpu_ms(pid_t pid)
{
	char *text = read_proc(pid, "stat"), *at;
	unsigned long u = 0, s = 0, cu = 0, cs = 0;

	/* the name may hold anything but its last bracket */
	if (text != NULL && (at = strrchr(text, ')')) != NULL)
		sscanf(at,
		    ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu "
		    "%lu %lu",
		    &u, &s, &cu, &cs);
	free(text);
	return (double)(u + s + cu + cs) * 1000 / (double)sysconf(_SC_CLK_TCK);
}

double
proc_run_ms(pid_t pid)
{
	char *text = read_proc(pid, "schedstat");
	double ms = text != NULL ? strtod(text, NULL) / 1e6 : NAN;

	free(text);
	return ms;
}

void
proc_name(pid_t pid, char dst[16])
{
	char *text = read_proc(pid, "comm");

	snprintf(dst, 16, "%.*s", text != NULL ? (int)strcspn(text, "\n") : 0,
	    text != NULL ? text : "");
	free(text);
}
