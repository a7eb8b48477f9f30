/* proxy.c - whose connection it is, as the balancer in front says. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hostd/listen.h"
#include "hostd/proxy.h"
#include "proto/err.h"

#define MAGIC "\r\n\r\n\0\r\nQUIT\n"
#define V4 "\xC0\x00\x02\x07\xC6\x33\x64\x01\x30\x39\x08\xAE"
#define V6                                                                   \
	"\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07\x20\x01\x0d\xb8\0\0\0\0" \
	"\0\0\0\0\0\0\0\x01\x30\x39\x08\xAE"

static struct sockaddr_storage peer;
static size_t more;

static int
set_up(void **state)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&peer;

	(void)state;
	memset(&peer, 0, sizeof(peer));
	v4->sin_family = AF_INET;
	inet_pton(AF_INET, "192.0.2.1", &v4->sin_addr);
	return 0;
}

static int
parse(const char *bytes, size_t len)
{
	return proxy_parse((const uint8_t *)bytes, len, &peer, &more);
}
#define PARSE(bytes) parse(bytes, sizeof(bytes) - 1)

static void
peer_is(const char *wanted)
{
	char text[ADDR_TEXT_SIZE];

	addr_text(&peer, true, text);
	assert_string_equal(text, wanted);
}

static void
it_says_whose_connection_it_is(void **state)
{
	(void)state;
	assert_int_equal(PARSE(MAGIC "\x21\x11\x00\x0C" V4), 28);
	peer_is("192.0.2.7:12345");
	assert_int_equal(PARSE(MAGIC "\x21\x21\x00\x24" V6), 52);
	peer_is("[2001:db8::7]:12345");
}

static void
extras_are_skipped_and_no_more(void **state)
{
	(void)state;
	assert_int_equal(
	    PARSE(MAGIC "\x21\x11\x00\x0F" V4 "\x03\x00\x00SSH-2.0-x"), 31);
	peer_is("192.0.2.7:12345");
}

static void
a_check_of_the_balancer_is_its_own(void **state)
{
	(void)state;
	assert_int_equal(PARSE(MAGIC "\x20\x11\x00\x0C" V4), 28);
	peer_is("192.0.2.1:0");
	assert_int_equal(PARSE(MAGIC "\x20\x00\x00\x00"), 16);
	assert_int_equal(PARSE(MAGIC "\x21\x00\x00\x00"), 16);
	peer_is("192.0.2.1:0");
}

static void
it_may_come_in_pieces(void **state)
{
	static const char whole[] = MAGIC "\x21\x11\x00\x0C" V4;

	(void)state;
	for (size_t len = 0; len < sizeof(whole) - 1; len++) {
		assert_int_equal(parse(whole, len), 0);
		assert_true(more >= 1 && more <= sizeof(whole) - 1 - len);
	}
	peer_is("192.0.2.1:0");
}

static void
what_is_none_is_refused_at_once(void **state)
{
	(void)state;
	assert_int_equal(PARSE("S"), CS_EFORMAT);
	assert_int_equal(PARSE("SSH-2.0-OpenSSH_9.2"), CS_EFORMAT);
	assert_int_equal(PARSE("PROXY TCP4 192.0.2.7 "), CS_EFORMAT);
	assert_int_equal(PARSE(MAGIC "\x11\x11\x00\x0C" V4), CS_EFORMAT);
	assert_int_equal(PARSE(MAGIC "\x22\x11\x00\x0C" V4), CS_EFORMAT);
	assert_int_equal(PARSE(MAGIC "\x21\x31\x00\x0C" V4), CS_EFORMAT);
	assert_int_equal(PARSE(MAGIC "\x21\x12\x00\x0C" V4), CS_EFORMAT);
	assert_int_equal(PARSE(MAGIC "\x21\x11\x00\x0B" V4), CS_EFORMAT);
	assert_int_equal(PARSE(MAGIC "\x21\x21\x00\x0C" V4), CS_EFORMAT);
	assert_int_equal(PARSE(MAGIC "\x21\x11\xFF\xFF" V4), CS_EFORMAT);
	peer_is("192.0.2.1:0");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(it_says_whose_connection_it_is, set_up),
		cmocka_unit_test_setup(extras_are_skipped_and_no_more, set_up),
		cmocka_unit_test_setup(
		    a_check_of_the_balancer_is_its_own, set_up),
		cmocka_unit_test_setup(it_may_come_in_pieces, set_up),
		cmocka_unit_test_setup(what_is_none_is_refused_at_once, set_up),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
