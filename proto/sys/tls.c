/* tls.c - TLS under links, through mbedTLS. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <mbedtls/ecp.h>
#include <mbedtls/error.h>
#include <mbedtls/pk.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

#include "proto/err.h"
#include "proto/sys/tls.h"
#include "proto/sys/util.h"

#define NAME "CN=codesync-relay" /* nobody asks for it */
/* The clocks of two machines need not agree: who has the key is what counts. */
#define VALID_FROM "20200101000000"
#define VALID_TO "99991231235959"
#define SERIAL_LEN 16

struct tls_side {
	mbedtls_ssl_config config;
	mbedtls_x509_crt cert;
	mbedtls_pk_context key;
};

struct tls {
	mbedtls_ssl_context ssl;
	int fd;
	int wants;      /* LOOP_READ or LOOP_WRITE, while it shakes hands */
	bool ready;     /* hands are shaken */
	int err;        /* of what cannot go on */
	size_t pending; /* bytes of a record that is not out yet */
};

/* As mbedTLS wants it. */
static int
chance(void *arg, unsigned char *dst, size_t len)
{
	(void)arg;
	random_bytes(dst, len);
	return 0;
}

/* --- a key and its certificate --- */

static int
make_key(mbedtls_pk_context *key)
{
	int r =
	    mbedtls_pk_setup(key, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY));

	if (r == 0)
		r = mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1,
		    mbedtls_pk_ec(*key), chance, NULL);
	return r;
}

static int
set_serial(mbedtls_x509write_cert *w)
{
	unsigned char serial[SERIAL_LEN];
	mbedtls_mpi n;
	int r;

	random_bytes(serial, sizeof(serial));
	serial[0] &= 0x7F; /* positive */
	mbedtls_mpi_init(&n);
	r = mbedtls_mpi_read_binary(&n, serial, sizeof(serial));
	if (r == 0)
		r = mbedtls_x509write_crt_set_serial(w, &n);
	mbedtls_mpi_free(&n);
	return r;
}

static int
make_cert(mbedtls_pk_context *key, char *cert)
{
	mbedtls_x509write_cert w;
	int r;

	mbedtls_x509write_crt_init(&w);
	mbedtls_x509write_crt_set_version(&w, MBEDTLS_X509_CRT_VERSION_3);
	mbedtls_x509write_crt_set_md_alg(&w, MBEDTLS_MD_SHA256);
	mbedtls_x509write_crt_set_subject_key(&w, key);
	mbedtls_x509write_crt_set_issuer_key(&w, key);
	if ((r = set_serial(&w)) == 0 &&
	    (r = mbedtls_x509write_crt_set_subject_name(&w, NAME)) == 0 &&
	    (r = mbedtls_x509write_crt_set_issuer_name(&w, NAME)) == 0 &&
	    (r = mbedtls_x509write_crt_set_validity(
		 &w, VALID_FROM, VALID_TO)) == 0 &&
	    (r = mbedtls_x509write_crt_set_basic_constraints(&w, 0, -1)) == 0)
		r = mbedtls_x509write_crt_pem(
		    &w, (unsigned char *)cert, TLS_PEM_MAX, chance, NULL);
	mbedtls_x509write_crt_free(&w);
	return r;
}

int
tls_make(char *key, char *cert)
{
	mbedtls_pk_context pk;
	int r;

	mbedtls_pk_init(&pk);
	if ((r = make_key(&pk)) == 0 &&
	    (r = mbedtls_pk_write_key_pem(
		 &pk, (unsigned char *)key, TLS_PEM_MAX)) == 0)
		r = make_cert(&pk, cert);
	mbedtls_pk_free(&pk);
	return r == 0 ? 0 : CS_EIO;
}

/* --- what an end has --- */

static const unsigned char *
bytes(const char *s)
{
	return (const unsigned char *)s;
}

static int
load(struct tls_side *side, const char *key, const char *cert)
{
	/* PEM is told from DER by its NUL, which counts */
	if (mbedtls_x509_crt_parse(
		&side->cert, bytes(cert), strlen(cert) + 1) != 0)
		return CS_EFORMAT;
	if (key == NULL)
		return 0;
	if (mbedtls_pk_parse_key(
		&side->key, bytes(key), strlen(key) + 1, NULL, 0) != 0 ||
	    mbedtls_pk_check_pair(&side->cert.pk, &side->key) != 0)
		return CS_EFORMAT;
	return 0;
}

static int
configure(struct tls_side *side, bool serves)
{
	static const int suites[] = {
		MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
		MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
		MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, 0
	};
	mbedtls_ssl_config *c = &side->config;

	if (mbedtls_ssl_config_defaults(c,
		serves ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT,
		MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT) != 0)
		return CS_ENOMEM;
	mbedtls_ssl_conf_rng(c, chance, NULL);
	mbedtls_ssl_conf_min_version(
	    c, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
	mbedtls_ssl_conf_ciphersuites(c, suites);
	if (serves)
		return mbedtls_ssl_conf_own_cert(c, &side->cert, &side->key) ==
			       0
			   ? 0
			   : CS_ENOMEM;
	/* It signs no other: a peer has it, or it has not. */
	mbedtls_ssl_conf_authmode(c, MBEDTLS_SSL_VERIFY_REQUIRED);
	mbedtls_ssl_conf_ca_chain(c, &side->cert, NULL);
	return 0;
}

int
tls_side_new(struct tls_side **out, const char *key, const char *cert)
{
	struct tls_side *side = xcalloc(1, sizeof(*side));
	int r;

	*out = NULL;
	mbedtls_ssl_config_init(&side->config);
	mbedtls_x509_crt_init(&side->cert);
	mbedtls_pk_init(&side->key);
	if ((r = load(side, key, cert)) < 0 ||
	    (r = configure(side, key != NULL)) < 0) {
		tls_side_free(side);
		return r;
	}
	*out = side;
	return 0;
}

void
tls_side_free(struct tls_side *side)
{
	if (side == NULL)
		return;
	mbedtls_ssl_config_free(&side->config);
	mbedtls_x509_crt_free(&side->cert);
	mbedtls_pk_free(&side->key);
	free(side);
}

/* --- a connection --- */

static int
to_socket(void *arg, const unsigned char *p, size_t len)
{
	ssize_t n =
	    send(((struct tls *)arg)->fd, p, len, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n >= 0)
		return (int)n;
	return errno == EAGAIN || errno == EINTR ? MBEDTLS_ERR_SSL_WANT_WRITE
						 : MBEDTLS_ERR_SSL_CONN_EOF;
}

static int
from_socket(void *arg, unsigned char *p, size_t len)
{
	ssize_t n = recv(((struct tls *)arg)->fd, p, len, MSG_DONTWAIT);

	if (n >= 0)
		return (int)n;
	return errno == EAGAIN || errno == EINTR ? MBEDTLS_ERR_SSL_WANT_READ
						 : MBEDTLS_ERR_SSL_CONN_EOF;
}

static int
error_of(struct tls *t, int r)
{
	switch (r) {
	case MBEDTLS_ERR_SSL_WANT_READ:
		t->wants = LOOP_READ;
		return CS_EAGAIN;
	case MBEDTLS_ERR_SSL_WANT_WRITE:
		t->wants = LOOP_WRITE;
		return CS_EAGAIN;
	case 0:
	case MBEDTLS_ERR_SSL_CONN_EOF:
	case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY:
	case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE: /* it does not want us */
		return t->err = CS_ECLOSED;
	case MBEDTLS_ERR_X509_CERT_VERIFY_FAILED:
		return t->err = CS_EPERM;
	case MBEDTLS_ERR_SSL_ALLOC_FAILED:
		return t->err = CS_ENOMEM;
	}
	return t->err = CS_EFORMAT;
}

static int
shake(struct tls *t)
{
	int r;

	if (t->err != 0)
		return t->err;
	if (t->ready)
		return 0;
	if ((r = mbedtls_ssl_handshake(&t->ssl)) != 0)
		return error_of(t, r);
	t->ready = true;
	return 0;
}

static int
tls_read(void *s, void *p, size_t len)
{
	struct tls *t = s;
	int r = shake(t);

	if (r < 0)
		return r;
	r = mbedtls_ssl_read(&t->ssl, p, len);
	return r > 0 ? r : error_of(t, r);
}

/* A record that could not be written as a whole is finished first, and must be
 * asked for with its length. */
static int
tls_write(void *s, const void *p, size_t len)
{
	struct tls *t = s;
	int r = shake(t);

	if (r < 0)
		return r;
	if (t->pending == 0)
		t->pending = len;
	r = mbedtls_ssl_write(&t->ssl, p, t->pending);
	if (r <= 0)
		return error_of(t, r);
	t->pending = 0;
	return r;
}

static int
tls_wants(const void *s, bool unsent)
{
	const struct tls *t = s;

	if (!t->ready && t->err == 0)
		return t->wants;
	return LOOP_READ | (unsent ? LOOP_WRITE : 0);
}

static void
tls_close(void *s)
{
	struct tls *t = s;

	if (t->ready && t->err == 0 && t->pending == 0)
		mbedtls_ssl_close_notify(&t->ssl);
	mbedtls_ssl_free(&t->ssl);
	free(t);
}

int
tls_adopt(struct tls_side *side, struct link *l, int fd)
{
	static const struct link_stream stream = { tls_read, tls_write,
		tls_wants, tls_close };
	struct tls *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		close(fd);
		return CS_ENOMEM;
	}
	mbedtls_ssl_init(&t->ssl);
	t->fd = fd;
	t->wants = LOOP_READ;
	if (mbedtls_ssl_setup(&t->ssl, &side->config) != 0) {
		tls_close(t);
		close(fd);
		return CS_ENOMEM;
	}
	mbedtls_ssl_set_bio(&t->ssl, t, to_socket, from_socket, NULL);
	return link_adopt_stream(l, fd, &stream, t);
}
