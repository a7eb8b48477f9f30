/* monitor.c - sending and checking the messages of monitor.h. */
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "hostd/monitor.h"
#include "proto/err.h"
#include "proto/sys/spawn.h"

void
mon_init(struct mon_msg *m, uint32_t type)
{
	memset(m, 0, sizeof(*m));
	m->type = type;
}

int
mon_send(int sock, const struct mon_msg *m, int fd)
{
	return fd_send(sock, m, sizeof(*m), fd);
}

/* The strings of each type: all must end inside their arrays. */
static const struct {
	uint32_t type;
	size_t offset, size;
} strings[] = {
#define STRING(type, field)                              \
	{                                                \
		type, offsetof(struct mon_msg, field),   \
		    sizeof(((struct mon_msg *)0)->field) \
	}
	STRING(MON_AUTH, u.auth.user),
	STRING(MON_AUTH, u.auth.secret),
	STRING(MON_AUTH, u.auth.source),
	STRING(MON_AUTH, u.auth.room),
	STRING(MON_AUTH, u.auth.name),
	STRING(MON_AUTH, u.auth.password),
	STRING(MON_HUB_AUTH, u.auth.user),
	STRING(MON_HUB_AUTH, u.auth.secret),
	STRING(MON_HUB_AUTH, u.auth.source),
	STRING(MON_HUB_AUTH, u.auth.room),
	STRING(MON_HUB_AUTH, u.auth.name),
	STRING(MON_HUB_AUTH, u.auth.password),
	STRING(MON_VERDICT, u.verdict.ticket),
	STRING(MON_VERDICT, u.verdict.pass),
	STRING(MON_VERDICT, u.verdict.text),
	STRING(MON_HUB_VERDICT, u.verdict.ticket),
	STRING(MON_HUB_VERDICT, u.verdict.pass),
	STRING(MON_HUB_VERDICT, u.verdict.who),
	STRING(MON_HUB_VERDICT, u.verdict.text),
	STRING(MON_EXEC, u.exec.line),
	STRING(MON_EXEC, u.exec.term),
	STRING(MON_EDIT, u.edit.term),
	STRING(MON_LOG, u.log.line),
	STRING(MON_HUB_HOST, u.host.host),
	STRING(MON_HUB_HOST, u.host.fingerprint),
	STRING(MON_HUB_HOST, u.host.known_hosts),
	STRING(MON_HUB_GONE, u.gone.ticket),
	STRING(MON_HUB_GONE, u.gone.pass),
	STRING(MON_HUB_REFUSED, u.refused.source),
	STRING(MON_HUB_SIGN, u.sign.room),
	STRING(MON_HUB_SIGNED, u.sign.room),
};

static int
known(uint32_t type)
{
	return (type >= MON_AUTH && type <= MON_LINK) ||
	       (type >= MON_VERDICT && type <= MON_SOCKET) ||
	       (type >= MON_HUB_READY && type <= MON_HUB_SIGNED);
}

/* The numbers of M are what they may be. */
static bool
sound(const struct mon_msg *m)
{
	if (m->type == MON_AUTH || m->type == MON_HUB_AUTH)
		return m->u.auth.kind < MON_AUTH_KINDS &&
		       m->u.auth.key_len <= MON_KEY_MAX;
	return m->type != MON_PIPE || m->u.pipe.which <= 2;
}

static int
check(const struct mon_msg *m)
{
	const char *s;

	if (!known(m->type) || !sound(m))
		return CS_EFORMAT;
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		if (strings[i].type != m->type)
			continue;
		s = (const char *)m + strings[i].offset;
		if (memchr(s, '\0', strings[i].size) == NULL)
			return CS_EFORMAT;
	}
	return 1;
}

int
mon_recv(int sock, struct mon_msg *m, int *fd)
{
	int got, n, r;

	n = fd_recv(sock, m, sizeof(*m), &got);
	if (n == (int)sizeof(*m))
		r = check(m);
	else if (n > 0 || n == CS_ETOOBIG)
		r = CS_EFORMAT;
	else
		r = n;
	if (fd != NULL)
		*fd = -1;
	if (got < 0)
		return r;
	if (r == 1 && fd != NULL)
		*fd = got;
	else
		close(got);
	return r;
}
