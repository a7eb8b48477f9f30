/*
 * tar.h - archives in the ustar format (POSIX.1-1988), in the one form that we
 * write: plain files of mode 0644 and of nobody, all of one time. So what is read
 * can be compared byte by byte.
 */
#ifndef CLIENT_TAR_H
#define CLIENT_TAR_H

#include <stdbool.h>
#include <stdio.h>

#include "proto/buf.h"
#include "proto/sys/digest.h"

#define TAR_BLOCK 512
#define TAR_NAME_SIZE 101

/* What a header says; CS_EFORMAT: it is not one of ours. */
int tar_parse(const uint8_t block[TAR_BLOCK], char name[TAR_NAME_SIZE],
    uint64_t *size, uint64_t *mtime_s);

/* Writing. */
struct tar {
	FILE *to;
	uint64_t mtime_s, left; /* bytes of the file that are to come */
	size_t padding;
	struct digest digest;
	char name[TAR_NAME_SIZE];
	char dir[16];    /* that all files are in */
	struct buf sums; /* a line for each file, as sha256sum(1) has it */
};

void tar_begin(struct tar *t, FILE *to, const char *dir, uint64_t mtime_s);
void tar_release(struct tar *t);
/* A file of SIZE bytes, which then come by tar_put; all of them, or the archive
 * is broken, which tar_file_end says: CS_EINVAL. */
void tar_file(struct tar *t, const char *name, uint64_t size);
void tar_put(struct tar *t, const void *p, size_t len);
int tar_file_end(struct tar *t);
/* The same at once. */
void tar_whole(struct tar *t, const char *name, const void *p, size_t len);
void tar_end(struct tar *t);

#endif
