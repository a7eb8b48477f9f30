/*
 * files.c - what a job brings, as a bundle for its sandbox, and whether it may
 * run in one in which Python has started already.
 */
#include <string.h>

#include "proto/err.h"
#include "runner/modules.h"
#include "runner/runner.h"

/* Is F a module that a waiting Python has already, from elsewhere? */
static bool
is_warm_module(const struct job_file *f)
{
#define FILE_OF(name) name ".py",
	static const char *const files[] = { WARM_MODULES(FILE_OF) };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strcmp(f->name, files[i]) == 0)
			return true;
	return false;
}

/* Does F say in its first two lines how it is encoded (PEP 263)? Then Python
 * wants to read it twice, and a FIFO is read once. */
static bool
says_coding(const struct job_file *f)
{
	const uint8_t *p = f->text, *end = p + f->len, *line;

	for (int i = 0; i < 2 && p < end; i++) {
		line = p;
		p = memchr(line, '\n', (size_t)(end - line));
		p = p != NULL ? p + 1 : end;
		if (memmem(line, (size_t)(p - line), "coding", 6) != NULL)
			return true;
	}
	return false;
}

static bool
may_be_warm(const struct job_msg *m)
{
	for (uint32_t i = 1; i < m->nfiles; i++)
		if (is_warm_module(&m->files[i]))
			return false;
	return !says_coding(&m->files[0]);
}

/* The first is called as its language wants it. */
int
job_take_files(struct job *job, const struct job_msg *m)
{
	const char *first = job->language->file;
	int e = 0;

	if (m->nfiles == 0 || (job->bundle = bundle_new()) < 0)
		return CS_EIO;
	job->warm = may_be_warm(m);
	for (uint32_t i = 0; i < m->nfiles && e == 0; i++) {
		/* another file is called main.py: the first one is it */
		if (i > 0 && strcmp(m->files[i].name, first) == 0)
			continue;
		e = bundle_add(job->bundle, i == 0 ? first : m->files[i].name,
		    m->files[i].text, m->files[i].len);
	}
	return e;
}
