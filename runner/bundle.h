/*
 * bundle.h - the files of a run, in a memory file, whose descriptor goes beside
 * CELL_RUN: for each a struct bundle_file and its LEN bytes.
 */
#ifndef RUNNER_BUNDLE_H
#define RUNNER_BUNDLE_H

#include <stddef.h>
#include <stdint.h>

#define BUNDLE_NAME_SIZE 256
#define BUNDLE_MAX_FILES 64

struct bundle_file {
	char name[BUNDLE_NAME_SIZE];
	uint64_t len;
};
int bundle_new(void); /* a descriptor, or CS_EIO */
/* Add a file: its bytes, or what can be read from FROM. CS_EINVAL (the name),
 * CS_ETOOBIG (over MAX bytes), CS_EIO. */
int bundle_add(int bundle, const char *name, const void *bytes, size_t len);
int bundle_add_fd(int bundle, const char *name, int from, uint64_t max);

#endif
