/* diff.h - what two texts have in common (Myers 1986, "An O(ND) Difference
 * Algorithm"), by words, and by lines where they differ in too many words. */
#ifndef PROTO_DIFF_H
#define PROTO_DIFF_H

#include <stddef.h>
#include <stdint.h>

struct op;

/* Edits (pieces that go or come) up to which the shortest way is looked for;
 * time grows with edits times pieces, memory with their square. */
#define DIFF_MAX_EDITS 500
#define DIFF_MAX_COMPARES 2000000 /* then the way found so far is given up */

/* Append to OUT what makes NEW[NEW_LEN] of OLD[OLD_LEN], both valid UTF-8, as
 * hunks on boundaries of words. If the texts differ too much, all of OLD goes
 * and all of NEW comes. Returns 0 or CS_ENOMEM or CS_ETOOBIG. */
int diff_append(struct op *out, const uint8_t *old, size_t old_len,
    const uint8_t *new, size_t new_len);

#endif
