/* util.c - small effects that several programs share. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "proto/err.h"
#include "proto/sys/util.h"

static void *
checked(void *p)
{
	static const char message[] = "out of memory\n";

	if (p != NULL)
		return p;
	if (write(STDERR_FILENO, message, sizeof(message) - 1) < 0)
		abort();
	abort();
}

void *
xmalloc(size_t size)
{
	return checked(malloc(size != 0 ? size : 1));
}

void *
xcalloc(size_t n, size_t size)
{
	return checked(calloc(n != 0 ? n : 1, size != 0 ? size : 1));
}

void *
xrealloc(void *p, size_t size)
{
	return checked(realloc(p, size != 0 ? size : 1));
}

char *
xstrdup(const char *s)
{
	return checked(strdup(s));
}

char *
xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	return checked(n >= 0 ? s : NULL);
}

int
parse_num(const char *s, uint64_t min, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (*s == '\0')
		return CS_EINVAL;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9')
			return CS_EINVAL;
		if (v > (UINT64_MAX - 9) / 10)
			return CS_ERANGE;
		v = v * 10 + (uint64_t)(*s - '0');
	}
	if (v < min || v > max)
		return CS_ERANGE;
	*out = v;
	return 0;
}

int
parse_clock(const char *s, uint64_t *ms)
{
	uint64_t total = 0, part;
	int parts = 0, digits;

	do {
		part = 0;
		for (digits = 0; *s >= '0' && *s <= '9'; s++, digits++)
			part = part * 10 + (uint64_t)(*s - '0');
		if (digits == 0 || digits > 7 || ++parts > 3 ||
		    (parts > 1 && part > 59))
			return CS_EINVAL;
		total = total * 60 + part;
	} while (*s++ == ':');
	*ms = total * 1000;
	return s[-1] == '\0' ? 0 : CS_EINVAL;
}

int
parse_duration(const char *s, uint64_t *seconds)
{
	static const struct {
		char unit;
		uint32_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	size_t len = strlen(s);
	char number[12];
	uint64_t n;

	if (len < 2 || len > sizeof(number))
		return CS_EINVAL;
	memcpy(number, s, len - 1);
	number[len - 1] = '\0';
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (units[i].unit != s[len - 1])
			continue;
		if (parse_num(number, 0, UINT32_MAX, &n) < 0)
			return CS_EINVAL;
		*seconds = n * units[i].seconds;
		return 0;
	}
	return CS_EINVAL;
}

void
random_bytes(void *p, size_t len)
{
	uint8_t *at = p;
	ssize_t n;

	while (len > 0) {
		n = getrandom(at, len, 0);
		if (n < 0 && errno != EINTR)
			abort(); /* a guessable secret would be worse */
		if (n > 0) {
			at += n;
			len -= (size_t)n;
		}
	}
}

/* Each of ALPHABET's characters is as likely: SIZE is a power of two. */
static void
random_text(char *dst, size_t len, const char *alphabet, unsigned size)
{
	uint8_t byte;

	for (size_t i = 0; i < len; i++) {
		random_bytes(&byte, 1);
		dst[i] = alphabet[byte & (size - 1)];
	}
	dst[len] = '\0';
}

void
random_hex(char *dst, size_t len)
{
	random_text(dst, len, "0123456789abcdef", 16);
}

void
random_crockford(char *dst, size_t len, int upper)
{
	random_text(dst, len,
	    upper ? "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
		  : "0123456789abcdefghjkmnpqrstvwxyz",
	    32);
}

uint64_t
random_u64(void)
{
	uint64_t v;

	random_bytes(&v, sizeof(v));
	return v;
}

void
time_rfc3339(uint64_t unix_ms, char dst[25])
{
	time_t t = (time_t)(unix_ms / 1000);
	char text[64];
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL)
		memset(&tm, 0, sizeof(tm));
	snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d.%03uZ",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
	    tm.tm_sec, (unsigned)(unix_ms % 1000));
	memcpy(dst, text, 24);
	dst[24] = '\0';
}

void
sd_notify_state(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	socklen_t len;
	int fd;

	if (path == NULL || strlen(path) >= sizeof(addr.sun_path))
		return;
	memcpy(addr.sun_path, path, strlen(path));
	if (path[0] == '@') /* an abstract address */
		addr.sun_path[0] = '\0';
	len =
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	if ((fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) < 0)
		return;
	(void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL,
	    (const struct sockaddr *)&addr, len);
	close(fd);
}

char *
program_path(const char *name)
{
	static const char *const dirs[] = { LIBEXECDIR, SBINDIR, BINDIR };
	char self[PATH_MAX], *path, *slash;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n > 0) {
		self[n] = '\0';
		if ((slash = strrchr(self, '/')) != NULL)
			*slash = '\0';
		path = xasprintf("%s/%s", self, name);
		if (access(path, X_OK) == 0)
			return path;
		free(path);
	}
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		path = xasprintf("%s/%s", dirs[i], name);
		if (access(path, X_OK) == 0)
			return path;
		free(path);
	}
	return NULL;
}

int
read_all(int fd, size_t max, char **p, size_t *len)
{
	size_t cap = 0;
	ssize_t n;

	*p = NULL;
	*len = 0;
	for (;;) {
		if (*len + 1 >= cap) {
			cap = cap == 0 ? 4096 : cap * 2;
			*p = xrealloc(*p, cap);
		}
		n = read(fd, *p + *len, cap - 1 - *len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		*len += (size_t)n;
		if (*len > max)
			break;
	}
	(*p)[*len] = '\0';
	if (n >= 0 && *len <= max)
		return 0;
	free(*p);
	*p = NULL;
	return n < 0 ? CS_EIO : CS_ETOOBIG;
}

int
write_all(int fd, const void *p, size_t len)
{
	const char *at = p;
	ssize_t n;

	while (len > 0) {
		n = write(fd, at, len);
		if (n < 0 && errno != EINTR)
			return CS_EIO;
		if (n > 0) {
			at += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

int
fd_nonblock(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
		return CS_EIO;
	return 0;
}
