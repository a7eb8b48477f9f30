/* looks.c - looks in one number, four bits for each. */
#include "proto/looks.h"

#define BITS 4
#define MASK ((1U << BITS) - 1)

static const uint8_t values[LOOKS] = {
	[LOOK_KEYS] = KEYMAPS,
	[LOOK_COLOURS] = PALETTES,
	[LOOK_ASCII] = 2,
	[LOOK_CARET] = CARETS,
	[LOOK_CALM] = 2,
	[LOOK_LAYOUT] = PANES_LAYOUTS,
	[LOOK_WRAP] = 2,
	[LOOK_BLANKS] = 2,
	[LOOK_QUIET] = 2,
};

unsigned
looks_get(uint64_t looks, enum which_look which)
{
	return (unsigned)(looks >> (which * BITS)) & MASK;
}

uint64_t
looks_with(uint64_t looks, enum which_look which, unsigned value)
{
	looks &= ~((uint64_t)MASK << (which * BITS));
	return looks | (uint64_t)value << (which * BITS);
}

bool
looks_valid(uint64_t looks)
{
	for (unsigned i = 0; i < LOOKS; i++)
		if (looks_get(looks, i) >= values[i])
			return false;
	return looks >> (LOOKS * BITS) == 0;
}
