/* ask.c - what ssh asks, and who answers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "client/ask.h"
#include "client/password.h"
#include "client/plain.h"
#include "proto/err.h"
#include "proto/sys/util.h"

/* Without "(N" and END; as it is, if QUESTION does not have that. */
static void
without(char *question, const char *end)
{
	char *left = strstr(question, end), *from = left;

	while (from > question && from[-1] >= '0' && from[-1] <= '9')
		from--;
	if (from == left || from == question || *--from != '(')
		return;
	if (from > question && from[-1] == ' ')
		from--;
	left += strlen(end);
	memmove(from, left, strlen(left) + 1);
}

/* A question that is asked again says how many tries are left; it is the same
 * question, and the last answer is the one that was right. Nothing but that
 * may go: a host that could have "(user@host) " taken away, with which ssh marks
 * what a host asks, would get the answer to what ssh itself has asked. */
static void
without_tries(char *question)
{
	without(question, " tries left)");
	without(question, " try left)");
}

static const char *
remembered(const struct ask *a, const char *question)
{
	for (unsigned i = 0; i < a->n; i++)
		if (strcmp(a->known[i].question, question) == 0)
			return a->known[i].answer;
	return NULL;
}

static void
remember(struct ask *a, const char *question, const char *answer)
{
	unsigned i = 0;

	while (i < a->n && strcmp(a->known[i].question, question) != 0)
		i++;
	if (i == ASK_KNOWN_MAX)
		return; /* it will be asked for in vain, and ssh says so */
	if (i == a->n)
		a->n++;
	snprintf(a->known[i].question, ASK_QUESTION_SIZE, "%s", question);
	snprintf(a->known[i].answer, ASK_ANSWER_SIZE, "%s", answer);
}

/* Ask at the terminal. The host may have chosen the words. */
static int
ask_person(const char *question, char answer[ASK_ANSWER_SIZE])
{
	bool shown = strstr(question, "(yes/no") != NULL;
	struct plain p = { .n = 0 };
	struct buf b;
	int r;

	buf_init(&b, SIZE_MAX / 2);
	plain_feed(&p, question, strlen(question), &b);
	plain_end(&p, &b);
	buf_put_u8(&b, 0);
	r = b.err != 0 ? b.err
		       : password_ask((const char *)b.data, shown, answer);
	buf_release(&b);
	return r;
}

void
ask_serve(struct ask *a, int fd)
{
	char answer[ASK_ANSWER_SIZE], *question;
	const char *given = NULL;
	size_t len;

	if (read_all(fd, ASK_QUESTION_SIZE - 1, &question, &len) == 0) {
		if (a->silent)
			without_tries(question);
		given = a->silent ? remembered(a, question) : NULL;
		if (!a->silent && ask_person(question, answer) == 0) {
			without_tries(question);
			remember(a, question, answer);
			given = answer;
		}
		/* one byte more, or an empty answer would be none */
		if (given != NULL && write_all(fd, "+", 1) == 0)
			write_all(fd, given, strlen(given));
		free(question);
	}
	explicit_bzero(answer, sizeof(answer));
	close(fd);
}

void
ask_wipe(struct ask *a)
{
	explicit_bzero(a, sizeof(*a));
}

static int
exchange(int fd, const char *question, char **answer)
{
	size_t len;
	int r;

	if (write_all(fd, question, strlen(question)) < 0 ||
	    shutdown(fd, SHUT_WR) != 0)
		return CS_EIO;
	if ((r = read_all(fd, ASK_ANSWER_SIZE, answer, &len)) == 0 && len == 0)
		r = CS_EPERM;
	return r;
}

int
ask_help(const char *question)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX,
		.sun_path = ASK_SOCKET };
	const char *dir = getenv(ASK_DIR_ENV);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char *answer = NULL;

	if (dir == NULL || fd < 0 || chdir(dir) != 0 ||
	    connect(fd, (struct sockaddr *)&sun, sizeof(sun)) != 0 ||
	    exchange(fd, question, &answer) < 0)
		return EXIT_FAILED;
	puts(answer + 1);
	fflush(stdout);
	explicit_bzero(answer, strlen(answer));
	free(answer);
	close(fd);
	return EXIT_DONE;
}
