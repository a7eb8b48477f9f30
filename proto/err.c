/* err.c - the words for the error codes. */
#include <stddef.h>

#include "proto/err.h"

static const char *const words[] = {
	[-CS_OK] = "no error",
	[-CS_ENOMEM] = "out of memory",
	[-CS_ERANGE] = "out of range",
	[-CS_ETOOBIG] = "too big",
	[-CS_EFORMAT] = "malformed data",
	[-CS_EUTF8] = "not valid UTF-8",
	[-CS_EBOUNDARY] = "inside a character",
	[-CS_ESTALE] = "revision too old",
	[-CS_EFUTURE] = "revision does not exist yet",
	[-CS_ESEQ] = "sequence number skipped",
	[-CS_EDUP] = "seen before",
	[-CS_EAGAIN] = "would block",
	[-CS_ECLOSED] = "closed by the other end",
	[-CS_ENOTFOUND] = "not found",
	[-CS_EPERM] = "not allowed",
	[-CS_ESTATE] = "not possible in this state",
	[-CS_EINVAL] = "invalid argument",
	[-CS_EIO] = "input/output error",
	[-CS_EFULL] = "no space left",
	[-CS_EVERSION] = "version not supported",
	[-CS_EBUSY] = "busy",
};

const char *
cs_strerror(int r)
{
	size_t n = sizeof(words) / sizeof(words[0]);

	if (r > 0 || (size_t) - (long)r >= n || words[-r] == NULL)
		return "unknown error";
	return words[-r];
}
