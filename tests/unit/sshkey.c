/* sshkey.c - public keys, as ssh-keygen writes them and as nobody should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/base64.h"
#include "hostd/sshkey.h"
#include "proto/err.h"

/* clang-format off */
static const char ed25519[] =
"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ/vJdNu9Ppo3xK0wfcFQXm6"
"3TQIzGFLtleFXRGicPUg";
static const char ecdsab256[] =
"ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlz"
"dHAyNTYAAABBBOtCV3nLzxtIWH1HASFNz2LK8C98f2NO8RTQTsZLPT+QJhps"
"gtigSeavsKzFcCyVEBomP+CottG7ovKsmtSBAbk=";
static const char ecdsab384[] =
"ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlz"
"dHAzODQAAABhBNiugiNI3g6Msj4w/EtdWBXHftp9zQpbDqFeL/z3laTXipCw"
"LIV21gong061fOzxFQ+qGcyTD8lq9GRRbVmh2ovBU6tozmBkooHYvYLevVoy"
"93oK1X1CpE7rkxUAFYKw9g==";
static const char rsab2048[] =
"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC5F2SyUOIytjOAecDDUvuf"
"C2Wr6k6LSRPeC/ZUKfGmWVDkWn0StgbYZz4pBB8yA7fuKlvUhilO/tJEGZ43"
"Aq+iBTjQmsKnCylC22ZedLXGoh6JF9aKkaIYzf7gmVkR0eH4YDqJm2Xp4U5Z"
"0fyOlyP0kVkbX5Y/dMc+AuceTtoBeCRK1RSIfN03bDzJDqh6KOq2i1RU54Ty"
"SWXT60Av5KlZaVp2SHj/cgOT13qvZDKt7QG38Bm+apZoFEtZd+0D3ng+hvnD"
"5oVChl5hQkZuIe9EAP5u5Zau1yVS4M2jDyFp9hyLb31IRYan8zdCX17SGr9K"
"BViGzRffD4K97HDsw/wT";
static const char ecdsab521[] =
"ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlz"
"dHA1MjEAAACFBAGmFK4Hu2+712QruFcUUrJdz1pku7CKWQw2bw8rJx1PKpUa"
"2VkoCkwORxJCtnv28fCw9paFQhq7QRBlyzib4Y8TfAEur5jLt2RJUVNfK0WM"
"WdhyEWVUs8LUfEw3fTkL1i7w7v3mjXGQAWK79AI5+5UhjTepoG6raOUAW6MZ"
"svhYiPbubw==";
static const char rsab1024[] =
"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDlk8Egia2HJUbov0ujJ70j"
"imUhwH8SVqydAWFf9l1A6C9Uw3krSVCM7kmG0oQehpO71tzVCS1ThCp8+kcR"
"2KTtWC0rMGpQWPf+YAGGQ3rWzqFuqXuIuaPvT2WkYmUyH9CXw9XLDQ5Bna8x"
"AQMJvtXdPZ9v5mNpSX3qb/Wb00OL5w==";
static const char dsa[] =
"ssh-dss AAAAB3NzaC1kc3MAAACBANUPDn//XQSF0psfYDwox7TxCiWtOhk1"
"Tyr4Ia/bmGdE0Ty+QncDThLwIHRZBtxRSAHS+Km6kuWA0ZG6vK5Ahb3A0Ana"
"BA62k3PABEj7amXsZGcG2OyCjVAcGiYlEDR3MPFy3vTgzE5B2P9Xz2r4GIBk"
"JZIrYPiDPBJ79NrByt1JAAAAFQCEM747Dgv+qBQnnAZZjw4A24DiYwAAAIBB"
"gh4Xbuaxd6Z5GxBi5u0fp8czYqmqlQkwghFjVI7fmNKBXldq2M8oh0JUT5r1"
"NJvLcAMXNNsntoDvSrGLh9pkgW6f4kaSHIFo2VCiDaBsPEU7v73+WC4nRNvM"
"YAwrAKVwow3gg7J29P0qWn+vLWdrllqH0BbaN6bzM9dfg0XVjQAAAIBvP2w/"
"uE90cdmswKZh87Hd4rf/6Kke2512TgsEXB6yajKVhArRVDRVeySpBtVQXhGk"
"t9liLpkAX7BMNAeoVJ+sn45rh8S7xuK0O6eNQp8zwxG4n3IUqX+5MzmtIgKF"
"i9XS+2EDOgNrcJtbElOfPHOOVLu7HyOhghrinayZO0Kstg==";
/* clang-format on */

static int
read_text(struct key_row *k, const char *text)
{
	return sshkey_read(k, text, strlen(text));
}

static void
the_types_that_are_accepted_have_the_fingerprint_of_ssh_keygen(void **state)
{
	static const struct {
		const char *line, *type, *fingerprint;
	} cases[] = {
		{ ed25519, "ssh-ed25519",
		    "SHA256:eXaUAL+jjgNoRtcI2ro4dzcqhgOFLeJqiCsA+ya+CwA" },
		{ ecdsab256, "ecdsa-sha2-nistp256",
		    "SHA256:q2NM5kEIXcUYaKHsop+duaF332xE/nrmDXTCn4fKp+Q" },
		{ ecdsab384, "ecdsa-sha2-nistp384",
		    "SHA256:53RRULmle/W1TIbsA/sMLQGZfU8lB7d5huhsyDeB1gs" },
		{ rsab2048, "ssh-rsa",
		    "SHA256:SRfzbjatCfoAvssReWGbRuXR0WnattC/q8VO8UekYH4" },
	};
	struct key_row k;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(read_text(&k, cases[i].line), 0);
		assert_string_equal(k.type, cases[i].type);
		assert_string_equal(k.fingerprint, cases[i].fingerprint);
		assert_string_equal(k.comment, "");
		assert_true(k.len > 0);
	}
}

static void
other_types_and_short_rsa_are_refused(void **state)
{
	struct key_row k;

	(void)state;
	assert_int_equal(read_text(&k, ecdsab521), CS_EFORMAT);
	assert_int_equal(read_text(&k, dsa), CS_EFORMAT);
	assert_int_equal(read_text(&k, rsab1024), CS_ERANGE);
}

/* Strings of the wire, one after the other. */
struct wire {
	uint8_t p[256];
	size_t len;
};

static void
put(struct wire *w, const void *p, size_t len)
{
	w->p[w->len++] = 0;
	w->p[w->len++] = 0;
	w->p[w->len++] = 0;
	w->p[w->len++] = (uint8_t)len;
	memcpy(w->p + w->len, p, len);
	w->len += len;
}

static void
a_key_of_a_token_names_what_it_is_for(void **state)
{
	static const uint8_t point[32] = { 9 };
	struct wire w = { .len = 0 };
	struct key_row k;

	(void)state;
	put(&w, "sk-ssh-ed25519@openssh.com", 26);
	put(&w, point, sizeof(point));
	assert_int_equal(sshkey_blob(&k, w.p, w.len), CS_EFORMAT);
	put(&w, "ssh:", 4);
	assert_int_equal(sshkey_blob(&k, w.p, w.len), 0);
	assert_string_equal(k.type, "sk-ssh-ed25519@openssh.com");
}

static void
a_blob_is_what_its_type_says_from_its_first_byte_to_its_last(void **state)
{
	struct key_row k, other;
	uint8_t longer[KEY_BLOB_MAX];
	struct wire w = { .len = 0 };

	(void)state;
	assert_int_equal(read_text(&k, ed25519), 0);
	assert_int_equal(sshkey_blob(&other, k.blob, k.len), 0);
	assert_string_equal(other.fingerprint, k.fingerprint);
	for (size_t i = 0; i < k.len; i++)
		assert_int_equal(sshkey_blob(&other, k.blob, i), CS_EFORMAT);
	memcpy(longer, k.blob, k.len);
	longer[k.len] = 0;
	assert_int_equal(sshkey_blob(&other, longer, k.len + 1), CS_EFORMAT);
	put(&w, "ssh-ed25519", 11);
	put(&w, longer, 31); /* a byte is missing */
	assert_int_equal(sshkey_blob(&other, w.p, w.len), CS_EFORMAT);
	memcpy(longer, k.blob, k.len);
	longer[0] = 0xFF; /* a length of four gigabytes */
	assert_int_equal(sshkey_blob(&other, longer, k.len), CS_EFORMAT);
	assert_int_equal(
	    sshkey_blob(&other, longer, sizeof(longer) + 1), CS_EFORMAT);
}

static void
the_type_in_the_line_is_the_one_in_the_key(void **state)
{
	struct key_row k;
	char line[256];

	(void)state;
	snprintf(line, sizeof(line), "ssh-rsa %s", strchr(ed25519, ' ') + 1);
	assert_int_equal(read_text(&k, line), CS_EFORMAT);
}

static void
options_certificates_and_private_keys_are_no_keys(void **state)
{
	static const char *const wrong[] = {
		"ssh-ed25519",
		"ssh-ed25519 ",
		"ssh-ed25519 AAAA",
		"-----BEGIN OPENSSH PRIVATE KEY-----",
		"hello",
	};
	struct key_row k;
	char line[256];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(read_text(&k, wrong[i]), CS_EFORMAT);
	snprintf(line, sizeof(line), "no-pty %s", ed25519);
	assert_int_equal(read_text(&k, line), CS_EFORMAT);
}

static void
a_file_has_comments_blank_lines_and_one_key(void **state)
{
	struct key_row k;
	char text[512];

	(void)state;
	snprintf(text, sizeof(text), "# mine\n\n  %s  ann@home, old \r\n\n",
	    ed25519);
	assert_int_equal(read_text(&k, text), 0);
	assert_string_equal(k.comment, "ann@home, old");
	snprintf(text, sizeof(text), "%s\n%s\n", ed25519, ed25519);
	assert_int_equal(read_text(&k, text), CS_EINVAL);
	assert_int_equal(read_text(&k, "# nothing\n\n"), CS_EINVAL);
	assert_int_equal(read_text(&k, ""), CS_EINVAL);
}

static void
a_comment_is_cut_at_what_is_not_text_and_at_its_length(void **state)
{
	struct key_row k;
	char text[1024], many[300];

	(void)state;
	snprintf(text, sizeof(text), "%s ann \033[31m", ed25519);
	assert_int_equal(read_text(&k, text), 0);
	assert_string_equal(k.comment, "ann");
	memset(many, 'x', sizeof(many) - 1);
	many[sizeof(many) - 1] = '\0';
	snprintf(text, sizeof(text), "%s %s", ed25519, many);
	assert_int_equal(read_text(&k, text), 0);
	assert_int_equal(strlen(k.comment), KEY_COMMENT_SIZE - 1);
}

static void
base64_has_one_form(void **state)
{
	static const struct {
		const char *text, *bytes;
	} good[] = { { "", "" }, { "Zg==", "f" }, { "Zm8=", "fo" },
		{ "Zm9v", "foo" }, { "Zm9vYg==", "foob" } };
	static const char *const bad[] = { "Zg",
		"Zg=", "Zg===", "Zh==", "Zm9=", "Z", "====", "Zm 9v", "Zm9v\n",
		"Zm=v", "-_-_" };
	uint8_t bytes[8];
	char text[16];
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(base64_get(good[i].text, strlen(good[i].text),
				     bytes, sizeof(bytes), &n),
		    0);
		assert_int_equal(n, strlen(good[i].bytes));
		assert_memory_equal(bytes, good[i].bytes, n);
		base64_put(bytes, n, text, sizeof(text));
		assert_memory_equal(text, good[i].text, strlen(text));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(base64_get(bad[i], strlen(bad[i]), bytes,
				     sizeof(bytes), &n),
		    CS_EFORMAT);
	assert_int_equal(base64_get("Zm9vYg==", 8, bytes, 3, &n), CS_ETOOBIG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_types_that_are_accepted_have_the_fingerprint_of_ssh_keygen),
		cmocka_unit_test(other_types_and_short_rsa_are_refused),
		cmocka_unit_test(a_key_of_a_token_names_what_it_is_for),
		cmocka_unit_test(
		    a_blob_is_what_its_type_says_from_its_first_byte_to_its_last),
		cmocka_unit_test(the_type_in_the_line_is_the_one_in_the_key),
		cmocka_unit_test(
		    options_certificates_and_private_keys_are_no_keys),
		cmocka_unit_test(a_file_has_comments_blank_lines_and_one_key),
		cmocka_unit_test(
		    a_comment_is_cut_at_what_is_not_text_and_at_its_length),
		cmocka_unit_test(base64_has_one_form),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
