/* relay.c - the coding of what a runner elsewhere and the relay say. */
#include <string.h>

#include "proto/err.h"
#include "proto/relay.h"

#define SECRET_LINE "secret "
#define CERT_LINE "-----BEGIN CERTIFICATE-----"

static const char *const denials[DENIALS] = {
	[DENIED_SECRET] = "the host does not know this secret: get the file "
			  "again from its keys/runner.pass",
	[DENIED_VERSION] = "the host is of another version: install the same "
			   "on both machines",
	[DENIED_FULL] = "the host has as many runners as it takes",
	[DENIED_HUB] = "the host is being started",
};

const char *
relay_denial_text(unsigned why)
{
	if (why >= DENIALS || denials[why] == NULL)
		return "the host refuses for a reason that is not known here";
	return denials[why];
}

void
relay_msg_encode(const struct relay_msg *m, struct buf *b)
{
	buf_put_u8(b, m->type);
	switch (m->type) {
	case RELAY_HELLO:
		buf_put_u16(b, m->version);
		buf_put_u64(b, m->nonce);
		buf_put_str(b, m->secret);
		break;
	case RELAY_DENIED:
		buf_put_u8(b, m->why);
		break;
	case RELAY_ACK:
		buf_put_u32(b, m->number);
		break;
	case RELAY_PUSH:
		buf_put_u32(b, m->number);
		buf_put_raw(b, m->body, m->len);
		break;
	case RELAY_ASK:
	case RELAY_ANSWER:
		buf_put_raw(b, m->body, m->len);
		break;
	default: /* WELCOME has no fields */
		break;
	}
}

static void
hello_decode(struct relay_msg *m, struct buf_in *in)
{
	m->version = buf_get_u16(in);
	if (in->err == 0 && m->version != JOB_VERSION) {
		in->p = in->end;
		return;
	}
	m->nonce = buf_get_u64(in);
	buf_get_str(in, m->secret, sizeof(m->secret));
}

int
relay_msg_decode(struct relay_msg *m, const void *bytes, size_t len)
{
	struct buf_in in;

	memset(m, 0, sizeof(*m));
	buf_in_init(&in, bytes, len);
	m->type = buf_get_u8(&in);
	switch (m->type) {
	case RELAY_HELLO:
		hello_decode(m, &in);
		break;
	case RELAY_WELCOME:
		break;
	case RELAY_DENIED:
		m->why = buf_get_u8(&in);
		break;
	case RELAY_PUSH:
	case RELAY_ACK:
		m->number = buf_get_u32(&in);
		break;
	case RELAY_ASK:
	case RELAY_ANSWER:
		break;
	default:
		in.err = CS_EFORMAT;
		break;
	}
	if (m->type == RELAY_PUSH || m->type == RELAY_ASK ||
	    m->type == RELAY_ANSWER) {
		m->len = buf_left(&in);
		m->body = buf_get_raw(&in, m->len);
	}
	return buf_get_end(&in);
}

bool
relay_secret_equal(const char *a, const char *b)
{
	volatile unsigned char differ = 0;

	if (strlen(a) != RELAY_SECRET_LEN || strlen(b) != RELAY_SECRET_LEN)
		return false;
	for (size_t i = 0; i < RELAY_SECRET_LEN; i++)
		differ |= (unsigned char)(a[i] ^ b[i]);
	return differ == 0;
}

/* --- the file --- */

void
relay_pass_format(const char *secret, const char *cert, struct buf *b)
{
	static const char head[] =
	    "# For codesync-runner -s on another machine. Whoever has this "
	    "file "
	    "is given\n# the programs of all rooms to run.\n" SECRET_LINE;

	buf_put_raw(b, head, sizeof(head) - 1);
	buf_put_raw(b, secret, strlen(secret));
	buf_put_u8(b, '\n');
	buf_put_raw(b, cert, strlen(cert));
}

int
relay_pass_parse(const char *text, char *secret, const char **cert)
{
	const char *line = text;

	while (strncmp(line, SECRET_LINE, strlen(SECRET_LINE)) != 0) {
		if ((line = strchr(line, '\n')) == NULL)
			return CS_EFORMAT;
		line++;
	}
	line += strlen(SECRET_LINE);
	if (strspn(line, "0123456789abcdef") != RELAY_SECRET_LEN ||
	    (line[RELAY_SECRET_LEN] != '\n' && line[RELAY_SECRET_LEN] != '\r'))
		return CS_EFORMAT;
	memcpy(secret, line, RELAY_SECRET_LEN);
	secret[RELAY_SECRET_LEN] = '\0';
	*cert = strstr(line, CERT_LINE);
	return *cert != NULL ? 0 : CS_EFORMAT;
}
