/* err.h - the one set of error codes. Functions return 0 or a negative CS_E*. */
#ifndef PROTO_ERR_H
#define PROTO_ERR_H

enum cs_err {
	CS_OK = 0,
	CS_ENOMEM = -1,    /* an allocation failed */
	CS_ERANGE = -2,    /* past the end, or a number out of its bounds */
	CS_ETOOBIG = -3,   /* over a named maximum */
	CS_EFORMAT = -4,   /* bytes that do not decode */
	CS_EUTF8 = -5,     /* not valid UTF-8 */
	CS_EBOUNDARY = -6, /* inside a code point */
	CS_ESTALE = -7,    /* a revision older than what is kept: resume */
	CS_EFUTURE = -8,   /* a revision that does not exist yet */
	CS_ESEQ = -9,      /* a sequence number was skipped */
	CS_EDUP = -10,     /* seen before; harmless, ignore it */
	CS_EAGAIN = -11,   /* would block */
	CS_ECLOSED = -12,  /* the other end is gone */
	CS_ENOTFOUND = -13,
	CS_EPERM = -14,
	CS_ESTATE = -15, /* not possible in this state */
	CS_EINVAL = -16, /* an argument that can not be */
	CS_EIO = -17,    /* the system refused; errno was logged */
	CS_EFULL = -18,  /* no space left for the store */
	CS_EVERSION = -19,
	CS_EBUSY = -20,
};

/* A short lower-case phrase for R, never NULL; unknown codes say so. */
const char *cs_strerror(int r);

#endif
