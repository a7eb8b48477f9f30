/* relay.c - what a runner elsewhere and the relay say, and the runner's file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/err.h"
#include "proto/relay.h"

#define SECRET                             \
	"0123456789abcdef0123456789abcdef" \
	"0123456789abcdef0123456789abcde0"
#define CERT "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"

/* Shorter forms are refused, or, where a body ends them, have a shorter one. */
static void
round_trip(const struct relay_msg *m, struct relay_msg *got, struct buf *b)
{
	buf_clear(b);
	relay_msg_encode(m, b);
	assert_int_equal(b->err, 0);
	for (size_t cut = 0; cut < b->len - m->len; cut++)
		assert_true(relay_msg_decode(got, b->data, cut) < 0);
	assert_int_equal(relay_msg_decode(got, b->data, b->len), 0);
	assert_int_equal(got->type, m->type);
	assert_int_equal(got->len, m->len);
}

static void
messages_come_back(void **state)
{
	struct relay_msg m = { .type = RELAY_HELLO,
		.version = JOB_VERSION,
		.nonce = 7,
		.secret = SECRET },
			 got;
	struct buf b;

	(void)state;
	buf_init(&b, RELAY_HELLO_MAX);
	round_trip(&m, &got, &b);
	assert_true(got.nonce == 7);
	assert_string_equal(got.secret, SECRET);
	m.type = RELAY_WELCOME;
	round_trip(&m, &got, &b);
	m.type = RELAY_DENIED;
	m.why = DENIED_FULL;
	round_trip(&m, &got, &b);
	assert_int_equal(got.why, DENIED_FULL);
	m.type = RELAY_ACK;
	m.number = UINT32_MAX;
	round_trip(&m, &got, &b);
	assert_true(got.number == UINT32_MAX);
	m.body = (const uint8_t *)"body";
	m.len = 4;
	for (m.type = RELAY_ASK; m.type <= RELAY_PUSH; m.type++) {
		round_trip(&m, &got, &b);
		assert_memory_equal(got.body, "body", 4);
	}
	assert_true(got.number == UINT32_MAX);
	m.type = RELAY_ACK + 1;
	m.len = 0;
	buf_clear(&b);
	relay_msg_encode(&m, &b);
	assert_int_equal(relay_msg_decode(&got, b.data, b.len), CS_EFORMAT);
	buf_release(&b);
}

static void
a_hello_of_another_version_says_so(void **state)
{
	static const uint8_t hello[] = { RELAY_HELLO, 0xFF, 0xFF, 1, 2, 3 };
	struct relay_msg m;

	(void)state;
	assert_int_equal(relay_msg_decode(&m, hello, sizeof(hello)), 0);
	assert_int_equal(m.version, 0xFFFF);
	assert_string_equal(m.secret, "");
}

static void
secrets_are_equal_or_not(void **state)
{
	char other[] = SECRET;

	(void)state;
	assert_true(relay_secret_equal(SECRET, other));
	for (size_t i = 0; i < RELAY_SECRET_LEN; i++) {
		other[i] ^= 1;
		assert_false(relay_secret_equal(SECRET, other));
		other[i] ^= 1;
	}
	assert_false(relay_secret_equal("", ""));
	assert_false(relay_secret_equal(SECRET, "0"));
}

static void
the_file_is_read_as_it_was_written(void **state)
{
	static const char *const wrong[] = { "", "secret " SECRET "\n", CERT,
		"secret 12\n" CERT, "secret " SECRET "0\n" CERT,
		"# secret " SECRET "\n" CERT };
	char secret[RELAY_SECRET_LEN + 1];
	const char *cert;
	struct buf b;

	(void)state;
	buf_init(&b, RELAY_PASS_MAX);
	relay_pass_format(SECRET, CERT, &b);
	buf_put_u8(&b, 0);
	assert_int_equal(
	    relay_pass_parse((const char *)b.data, secret, &cert), 0);
	assert_string_equal(secret, SECRET);
	assert_string_equal(cert, CERT);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(
		    relay_pass_parse(wrong[i], secret, &cert), CS_EFORMAT);
	buf_release(&b);
}

static void
every_denial_has_a_sentence(void **state)
{
	(void)state;
	for (unsigned i = 0; i <= DENIALS; i++)
		assert_true(strlen(relay_denial_text(i)) > 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_come_back),
		cmocka_unit_test(a_hello_of_another_version_says_so),
		cmocka_unit_test(secrets_are_equal_or_not),
		cmocka_unit_test(the_file_is_read_as_it_was_written),
		cmocka_unit_test(every_denial_has_a_sentence),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
