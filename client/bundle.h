/*
 * bundle.h - a room in one file: a tar archive (tar.h) that others can read with
 * tools of their own, and that shows if a byte of it was changed. In it are, in
 * this order, in a directory that is called like the room:
 *
 *	README           what follows, and how to check it
 *	room.json        the room, its people and their seats
 *	log.jsonl        the log as `codesync room tail` writes it
 *	log.records      the log as it is hashed (proto/sys/chain.h): for each
 *	                 record its length as four bytes, the highest first, and
 *	                 its bytes
 *	files/NAME       each file as it was in the end
 *	log.head         the head of the log, as it is signed
 *	log.head.sig     the host's signature as ssh-keygen -Y makes it, and
 *	allowed_signers  the host's key; both are missing before a room's end
 *	SHA256SUMS       of all of them
 */
#ifndef CLIENT_BUNDLE_H
#define CLIENT_BUNDLE_H

#include <stdio.h>

#include "client/source.h"
#include "proto/sys/chain.h"
#include "proto/sys/sshsig.h"

#define BUNDLE_WHY_SIZE 256

extern const char bundle_readme[];

/* What a bundle that was read says of itself. */
struct bundle {
	struct head head;
	bool is_signed;
	char fingerprint[SSHSIG_FINGERPRINT_SIZE];
	char head_text[HEAD_TEXT_SIZE];
	char signature[SSHSIG_TEXT_SIZE], allowed[SSHSIG_TEXT_SIZE];
	char why[BUNDLE_WHY_SIZE]; /* what is wrong, a sentence's end */
};
/* Read one and check all but the arithmetic of its signature, which is
 * ssh-keygen's: that each byte is what the records say, that their head is the
 * one in log.head, and that nothing is missing or too much. 0, or CS_EFORMAT
 * and B->why. */
int bundle_read(struct bundle *b, FILE *from);

#endif
