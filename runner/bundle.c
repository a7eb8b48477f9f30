/* bundle.c - the files of a run, put together by who wants it run. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/util.h"
#include "runner/bundle.h"

int
bundle_new(void)
{
	int fd = memfd_create("files", MFD_CLOEXEC);

	return fd < 0 ? CS_EIO : fd;
}

static int
bundle_head(int bundle, const char *name, uint64_t len)
{
	struct bundle_file f;
	size_t n = strlen(name);

	if (n == 0 || n >= sizeof(f.name) || strchr(name, '/') != NULL ||
	    strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return CS_EINVAL;
	memset(&f, 0, sizeof(f));
	memcpy(f.name, name, n);
	f.len = len;
	return write_all(bundle, &f, sizeof(f));
}

int
bundle_add(int bundle, const char *name, const void *bytes, size_t len)
{
	int r = bundle_head(bundle, name, len);

	return r < 0 ? r : write_all(bundle, bytes, len);
}

int
bundle_add_fd(int bundle, const char *name, int from, uint64_t max)
{
	static char piece[65536];
	off_t head = lseek(bundle, 0, SEEK_CUR), end;
	uint64_t len = 0;
	ssize_t n;
	int r;

	if (head < 0 || (r = bundle_head(bundle, name, 0)) < 0)
		return head < 0 ? CS_EIO : r;
	while ((n = read(from, piece, sizeof(piece))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || write_all(bundle, piece, (size_t)n) < 0)
			return CS_EIO;
		if ((len += (uint64_t)n) > max)
			return CS_ETOOBIG;
	}
	/* its length is only known now */
	end = lseek(bundle, 0, SEEK_CUR);
	if (lseek(bundle, head, SEEK_SET) < 0 ||
	    (r = bundle_head(bundle, name, len)) < 0 ||
	    lseek(bundle, end, SEEK_SET) < 0)
		return CS_EIO;
	return 0;
}
