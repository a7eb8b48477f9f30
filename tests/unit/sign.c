/* sign.c - signatures of logs are those that ssh-keygen makes and checks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hostd/sign.h"
#include "proto/err.h"
#include "tests/lib/hostkey.h"

#define AT_MS 1769860800123ULL /* 2026-01-31T12:00:00.123Z */

/* What `ssh-keygen -Y sign -n codesync-log -O hashalg=sha256` made of the head
 * below, with the same key. */
static const char theirs[] =
    "-----BEGIN SSH SIGNATURE-----\n"
    "U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg7p5QvL1XgvgGIxhhyGR6ajartp\n"
    "ZH1oCn3al0oAbrMjkAAAAMY29kZXN5bmMtbG9nAAAAAAAAAAZzaGEyNTYAAABTAAAAC3Nz\n"
    "aC1lZDI1NTE5AAAAQA6aCwOpvQbr1pLNqgXgtqk67dRnzaSX4HdNswqZpR/dXDPWLrp+S5\n"
    "B76lIpdj8cO+ucVuNWCpC92l4GoReYSww=\n"
    "-----END SSH SIGNATURE-----\n";
static const char allowed[] =
    "codesync-host namespaces=\"codesync-log\" ssh-ed25519 "
    "AAAAC3NzaC1lZDI1NTE5AAAAIO6eULy9V4L4BiMYYchkemo2q7aWR9aAp92pdKAG6zI5\n";
static const char fingerprint[] =
    "SHA256:iixDWgau1RD2czQowLIN7AQe5Iots3jv83hh2TQMba8";

static void
request(struct mon_msg *m, const char *room)
{
	mon_init(m, MON_HUB_SIGN);
	snprintf(m->u.sign.room, sizeof(m->u.sign.room), "%s", room);
	m->u.sign.rev = 1234;
	m->u.sign.at_ms = AT_MS;
	for (unsigned i = 0; i < sizeof(m->u.sign.sha256); i++)
		m->u.sign.sha256[i] = (uint8_t)i;
}

static void
a_head_is_signed_as_ssh_keygen_does_it(void **state)
{
	uint8_t seed[32], key[SSHSIG_KEY_LEN];
	char text[SSHSIG_TEXT_SIZE];
	struct mon_msg m;

	(void)state;
	assert_int_equal(sign_key(hostkey_pem, seed, key), 0);
	request(&m, "r-7f3k2");
	assert_int_equal(sign_head(&m, seed, key), 0);
	assert_int_equal(m.type, MON_HUB_SIGNED);
	sshsig_armor(m.u.sign.key, m.u.sign.signature, text);
	assert_string_equal(text, theirs);
	sshsig_allowed(m.u.sign.key, text);
	assert_string_equal(text, allowed);
	sshsig_fingerprint(m.u.sign.key, text);
	assert_string_equal(text, fingerprint);
}

static void
nothing_is_signed_but_heads_of_rooms(void **state)
{
	static const char *const none[] = { "", "r-7f3k", "r-7f3k22", "R-7F3K2",
		"r-7f3\n2", "signup", "r-7f3kl" };
	uint8_t seed[32], key[SSHSIG_KEY_LEN];
	struct mon_msg m;

	(void)state;
	assert_int_equal(sign_key(hostkey_pem, seed, key), 0);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		request(&m, none[i]);
		assert_int_equal(sign_head(&m, seed, key), CS_EINVAL);
		assert_int_equal(m.type, MON_HUB_SIGN);
	}
}

static void
only_an_ed25519_key_is_found(void **state)
{
	uint8_t seed[32], key[SSHSIG_KEY_LEN];
	char *broken = strdup(hostkey_pem);
	char two[2 * sizeof(hostkey_pem)];

	(void)state;
	assert_int_equal(sign_key("", seed, key), CS_ENOTFOUND);
	memset(strchr(broken, '\n') + 1, 'A', 60);
	assert_int_equal(sign_key(broken, seed, key), CS_ENOTFOUND);
	snprintf(two, sizeof(two), "%s%s", broken, hostkey_pem);
	assert_int_equal(sign_key(two, seed, key), 0);
	free(broken);
}

static void
the_key_of_allowed_signers_is_found_in_its_one_form(void **state)
{
	char text[sizeof(allowed)];
	uint8_t key[SSHSIG_KEY_LEN];

	(void)state;
	assert_int_equal(
	    sshsig_allowed_key(allowed, sizeof(allowed) - 1, key), 0);
	for (size_t i = 0; i + 1 < sizeof(allowed); i++) {
		memcpy(text, allowed, sizeof(text));
		text[i] = text[i] == '*' ? '+' : '*';
		assert_int_equal(
		    sshsig_allowed_key(text, sizeof(text) - 1, key),
		    CS_EFORMAT);
		assert_int_equal(
		    sshsig_allowed_key(allowed, i, key), CS_EFORMAT);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_head_is_signed_as_ssh_keygen_does_it),
		cmocka_unit_test(nothing_is_signed_but_heads_of_rooms),
		cmocka_unit_test(only_an_ed25519_key_is_found),
		cmocka_unit_test(
		    the_key_of_allowed_signers_is_found_in_its_one_form),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
