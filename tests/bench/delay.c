/* delay.c - a long line: every byte is passed on some time later. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/sys/util.h"
#include "tests/bench/bench.h"
#include "tests/bench/delay.h"

#define LINES 8
#define PART_MAX 16384

struct part {
	struct part *next;
	double due_ms;
	size_t len;
	char bytes[PART_MAX];
};

struct way { /* from FD to the other one's */
	int fd;
	struct part *first, **last;
};

struct line {
	struct way ways[2]; /* fd -1: not in use */
};

static struct line lines[LINES];
static double delay_ms;

static int
connect_to(int port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&sin, sizeof(sin)) != 0)
		_exit(1);
	return fd;
}

static void
line_open(int a, int b)
{
	const int on = 1;

	for (struct line *l = lines; l < lines + LINES; l++) {
		if (l->ways[0].fd >= 0)
			continue;
		for (int i = 0; i < 2; i++) {
			l->ways[i].fd = i == 0 ? a : b;
			l->ways[i].last = &l->ways[i].first;
			setsockopt(l->ways[i].fd, IPPROTO_TCP, TCP_NODELAY, &on,
			    sizeof(on));
		}
		return;
	}
	_exit(1);
}

static void
line_close(struct line *l)
{
	struct part *p;

	for (int i = 0; i < 2; i++) {
		close(l->ways[i].fd);
		l->ways[i].fd = -1;
		while ((p = l->ways[i].first) != NULL) {
			l->ways[i].first = p->next;
			free(p);
		}
	}
}

static void
take(struct line *l, int i)
{
	struct way *w = &l->ways[i];
	struct part *p = xmalloc(sizeof(*p));
	ssize_t n = read(w->fd, p->bytes, sizeof(p->bytes));

	if (n <= 0) {
		free(p);
		line_close(l);
		return;
	}
	p->next = NULL;
	p->len = (size_t)n;
	p->due_ms = bench_now_ms() + delay_ms;
	*w->last = p;
	w->last = &p->next;
}

/* Pass on what is due; milliseconds until more is. */
static int
pass_on(void)
{
	double now = bench_now_ms(), next = now + 1000;
	struct part *p;

	for (struct line *l = lines; l < lines + LINES; l++)
		for (int i = 0; i < 2 && l->ways[i].fd >= 0; i++) {
			while ((p = l->ways[i].first) != NULL &&
			       p->due_ms <= now) {
				if (write_all(l->ways[1 - i].fd, p->bytes,
					p->len) < 0)
					break; /* its end will be read */
				if ((l->ways[i].first = p->next) == NULL)
					l->ways[i].last = &l->ways[i].first;
				free(p);
			}
			if (p != NULL && p->due_ms < next)
				next = p->due_ms;
		}
	return (int)(next - now) + 1;
}

static void __attribute__((noreturn)) serve(int listener, int port)
{
	struct pollfd p[1 + 2 * LINES];

	for (;;) {
		p[0] = (struct pollfd){ listener, POLLIN, 0 };
		for (int i = 0; i < 2 * LINES; i++)
			p[1 + i] = (struct pollfd){ lines[i / 2].ways[i % 2].fd,
				POLLIN, 0 };
		if (poll(p, 1 + 2 * LINES, pass_on()) < 0)
			continue;
		for (int i = 0; i < 2 * LINES; i++)
			if (p[1 + i].revents != 0 &&
			    lines[i / 2].ways[i % 2].fd >= 0)
				take(&lines[i / 2], i % 2);
		if (p[0].revents != 0)
			line_open(
			    accept(listener, NULL, NULL), connect_to(port));
	}
}

int
delay_start(int port, int ms)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	socklen_t len = sizeof(sin);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid_t pid;

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sin, sizeof(sin)) != 0 ||
	    listen(fd, LINES) != 0 ||
	    getsockname(fd, (struct sockaddr *)&sin, &len) != 0 ||
	    (pid = fork()) < 0)
		bench_die("there is no line");
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGPIPE, SIG_IGN);
		delay_ms = ms;
		for (int i = 0; i < 2 * LINES; i++)
			lines[i / 2].ways[i % 2].fd = -1;
		serve(fd, port);
	}
	close(fd);
	return ntohs(sin.sin_port);
}
