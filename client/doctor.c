/*
 * doctor.c - codesync doctor. It is codesync-jail that looks, because it is what
 * has to work, and where the runners are, because programs run there; here its
 * answer becomes a table for people.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/doctor.h"
#include "client/show.h"
#include "proto/err.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"

#define ANSWER_MAX 65536
#define COLS 80
#define WORD_MAX 128

/* TEXT from column FROM on, in lines of COLS, broken at blanks. */
static void
print_words(const char *text, int from)
{
	char word[WORD_MAX];
	int at = from, len;

	while (*text != '\0') {
		len = (int)strcspn(text, " ");
		snprintf(word, sizeof(word), "%.*s", len, text);
		if (at > from && at + 1 + len > COLS) {
			printf("\n%*s", from, "");
			at = from;
		} else if (at > from) {
			putchar(' ');
			at++;
		}
		show_text(word, 0);
		at += len;
		text += len + (text[len] == ' ');
	}
	putchar('\n');
}

static void
print_check(const struct json *check)
{
	const char *what = json_get_str(check, "detail");
	const char *fix = json_get_str(check, "fix");

	printf("%-4s", json_get_bool(check, "ok") ? "ok" : "NO");
	show_text(json_get_str(check, "name"), 11);
	print_words(what != NULL ? what : "", 15);
	if (fix != NULL) {
		printf("%*sMend it: ", 15, "");
		print_words(fix, 24);
	}
}

/* With the runners' names, if there are several. */
static void
print_checks(const struct json *answer)
{
	bool several = json_count(json_get(answer, "runners")) > 1;
	const struct json *checks = json_get(answer, "checks"), *check;
	const char *last = NULL, *runner;

	for (size_t i = 0; i < json_count(checks); i++) {
		check = json_at(checks, i);
		runner = json_get_str(check, "runner");
		if (several && runner != NULL &&
		    (last == NULL || strcmp(last, runner) != 0)) {
			printf("%sRunner ", i > 0 ? "\n" : "");
			show_text(runner, 0);
			putchar('\n');
			last = runner;
		}
		print_check(check);
	}
}

static bool
is_well(const struct json *answer)
{
	const struct json *checks = json_get(answer, "checks");
	size_t n = 0;

	while (
	    n < json_count(checks) && json_get_bool(json_at(checks, n), "ok"))
		n++;
	return n > 0 && n == json_count(checks);
}

static int
tell(const struct cli *c, const struct json *answer)
{
	if (c->json)
		cli_print_json(answer);
	else
		print_checks(answer);
	return is_well(answer) ? EXIT_DONE : EXIT_FAILED;
}

/* Run codesync-jail --doctor; what it writes into *TEXT. */
static int
look(char **text, size_t *len)
{
	static char *argv[] = { "codesync-jail", "--doctor", NULL };
	char *path = program_path("codesync-jail");
	struct spawn s;
	int fd[2], e;
	pid_t pid;

	*text = NULL;
	if (path == NULL)
		return CS_ENOTFOUND;
	spawn_init(&s);
	s.path = path;
	s.argv = argv;
	e = pipe(fd) == 0 ? 0 : CS_EIO;
	if (e == 0) {
		s.fds[0] = -1;
		s.fds[1] = fd[1];
		s.fds[2] = STDERR_FILENO;
		s.nfds = 3;
		e = spawn(&s, &pid);
		close(fd[1]);
		if (e == 0)
			e = read_all(fd[0], ANSWER_MAX, text, len);
		close(fd[0]);
		if (e == 0 && waitpid(pid, NULL, 0) != pid)
			e = CS_EIO;
	}
	free(path);
	return e;
}

/* This machine's answer, without any host: *ANSWER; or the exit status after
 * having said why there is none. */
static int
look_here(struct cli *c, struct json **answer)
{
	int e;
	size_t len = 0;
	char *text;

	*answer = NULL;
	if ((e = look(&text, &len)) == 0)
		*answer = json_parse(text, len);
	free(text);
	if (e == CS_ENOTFOUND)
		return cli_fail(c, EXIT_FAILED,
		    "codesync-jail is not installed on this machine");
	if (*answer == NULL)
		return cli_fail(c, EXIT_FAILED, "codesync-jail cannot look: %s",
		    cs_strerror(e < 0 ? e : CS_EFORMAT));
	json_set(*answer, "runners", json_array_new());
	return 0;
}

/* What runners have found, by way of the host; or, where none answers and a
 * program can be started, what this machine and our own rights are good for. */
int
host_doctor(struct cli *c)
{
	struct json *here = NULL;
	struct answer a = { 0 };
	int r;

	if (c->pass[0] != '\0')
		r = cli_ask(c, "doctor", NULL, NULL, &a);
	else
		r = cli_ask_again(c, "doctor", NULL, &a);
	if (r == EXIT_AWAY && c->pass[0] == '\0') {
		if ((r = look_here(c, &here)) == 0 && !c->json)
			fprintf(stderr,
			    "codesync: no host answers at %s; this is what "
			    "programs that you start here could have\n",
			    c->run_dir);
	}
	if (r == 0) {
		r = tell(c, here != NULL ? here : a.result);
		json_free(here);
		answer_release(&a);
	}
	return r;
}
