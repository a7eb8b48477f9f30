/* chain.c - the head of a log stands for each of its records, however they are
 * kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hostd/seal.h"
#include "proto/err.h"
#include "proto/sys/chain.h"
#include "tests/lib/world.h"

static int
add(void *arg, const struct record *r)
{
	return chain_add(arg, r);
}

static void
head_of(struct room *room, uint8_t head[DIGEST_LEN])
{
	struct chain c;

	chain_init(&c);
	assert_int_equal(roomlog_walk(&room->log, 1, add, &c), 0);
	assert_int_equal(c.rev, order_rev(room->order));
	memcpy(head, c.head, DIGEST_LEN);
	chain_release(&c);
}

static struct room *
make_log(struct hub *h, const char *said)
{
	struct room *room = make_room(h);
	char text[3000];

	for (unsigned i = 0; i < 50; i++) {
		snprintf(text, sizeof(text), "%u %s %2000u\n", i, said, i);
		assert_int_equal(
		    room_put(room, SITE_LOCAL, "main.py", text, strlen(text)),
		    0);
		turn(h);
	}
	assert_int_equal(room_end(room, SITE_LOCAL), 0);
	turn(h);
	return room;
}

static void
it_is_the_same_when_the_log_is_packed(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	uint8_t before[DIGEST_LEN], after[DIGEST_LEN];
	struct room *room = make_log(h, "x");
	struct room_row row = room->row;

	head_of(room, before);
	room_drop(room);
	while (!row.sealed)
		assert_int_equal(seal_block(h->store, &row), 0);
	assert_int_equal(room_open(h, row.id, &room), 0);
	head_of(room, after);
	assert_memory_equal(before, after, DIGEST_LEN);
}

static void
one_byte_makes_another(void **state)
{
	struct hub *h = &((struct world *)*state)->hub;
	uint8_t one[DIGEST_LEN], other[DIGEST_LEN];

	head_of(make_log(h, "x"), one);
	head_of(make_log(h, "y"), other);
	assert_memory_not_equal(one, other, DIGEST_LEN);
}

/* As the README of a bundle tells others to do it. */
static void
it_is_the_hash_of_the_head_before_and_the_record(void **state)
{
	uint8_t head[DIGEST_LEN] = { 0 }, bytes[DIGEST_LEN + 64];
	struct record rec, again;
	struct chain c, d;
	const uint8_t *p;
	size_t len;

	(void)state;
	chain_init(&c);
	chain_init(&d);
	record_init(&rec);
	record_init(&again);
	rec.kind = REC_FREEZE;
	rec.site = 7;
	rec.at_ms = 1000;
	for (rec.rev = 1; rec.rev <= 3; rec.rev++) {
		assert_int_equal(chain_add(&c, &rec), 0);
		p = chain_bytes(&c, &len);
		assert_true(len > 0 && len < 64);
		memcpy(bytes, head, DIGEST_LEN);
		memcpy(bytes + DIGEST_LEN, p, len);
		digest_sha256(bytes, DIGEST_LEN + len, head);
		assert_memory_equal(c.head, head, DIGEST_LEN);
		assert_int_equal(chain_add_bytes(&d, p, len, &again), 0);
		assert_memory_equal(d.head, head, DIGEST_LEN);
		assert_int_equal(again.site, 7);
		/* not twice, and nothing behind it */
		assert_int_equal(
		    chain_add_bytes(&d, p, len, &again), CS_EINVAL);
	}
	assert_int_equal(chain_add(&c, &rec), 0);
	assert_int_equal(chain_add(&c, &rec), CS_EINVAL);
	record_release(&rec);
	record_release(&again);
	chain_release(&c);
	chain_release(&d);
}

static void
what_is_signed_has_one_form(void **state)
{
	struct head h = { "r-7f3k2", 12, "2026-01-31T12:00:00.000Z", { 1, 2 } };
	char text[HEAD_TEXT_SIZE], other[HEAD_TEXT_SIZE];
	struct head back;

	(void)state;
	head_text(&h, text);
	assert_int_equal(head_parse(text, strlen(text), &back), 0);
	assert_memory_equal(&back, &h, sizeof(h));
	for (size_t i = 0; i < strlen(text); i++) {
		assert_int_equal(head_parse(text, i, &back), CS_EFORMAT);
		memcpy(other, text, sizeof(other));
		other[i] = '\n';
		if (text[i] != '\n')
			assert_int_equal(
			    head_parse(other, strlen(other), &back),
			    CS_EFORMAT);
	}
	/* what comes from a stranger is shown */
	snprintf(h.at, sizeof(h.at), "\x1B]0;x\x07");
	head_text(&h, text);
	assert_int_equal(head_parse(text, strlen(text), &back), CS_EFORMAT);
	snprintf(h.at, sizeof(h.at), HEAD_NEVER);
	head_text(&h, text);
	assert_int_equal(head_parse(text, strlen(text), &back), 0);
}

int
main(void)
{
#define with_store(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		with_store(it_is_the_same_when_the_log_is_packed),
		with_store(one_byte_makes_another),
		cmocka_unit_test(
		    it_is_the_hash_of_the_head_before_and_the_record),
		cmocka_unit_test(what_is_signed_has_one_form),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
