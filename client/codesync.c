/*
 * codesync.c - the command line. What it can do is the table below: words,
 * arguments, options, help and a function each.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/account.h"
#include "client/ask.h"
#include "client/cli.h"
#include "client/doctor.h"
#include "client/exec.h"
#include "client/export.h"
#include "client/join.h"
#include "client/remote.h"
#include "client/room.h"
#include "client/watch.h"
#include "client/words.h"
#include "proto/sys/conf.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"
#include "proto/utf8.h"

struct command {
	const char *words, *args, *help;
	int min_args, max_args;
	const struct option_spec *options; /* or NULL */
	int (*fn)(struct cli *c);
};

/* clang-format off */
static const struct option_spec global_options[] = {
	{ "json", 0, NULL, false, "write JSON to stdout, and errors as JSON to stderr" },
	{ "run-dir", 'R', "RUNDIR", false, "the run directory of the host on this machine" },
	{ "host", 'H', "HOST", false, "another host, [USER@]HOST[:PORT], through ssh" },
	{ "help", 'h', NULL, false, "explain, and do nothing" },
	{ NULL, 0, NULL, false, NULL }
};
static const struct option_spec create_options[] = {
	{ "title", 0, "T", false, "what the room is about" },
	{ "template", 0, "NAME", false, "begin with its title, language, files and tests" },
	{ "language", 0, "L", false, "of the first file; python unless given" },
	{ "minutes", 0, "N", false, "planned length" },
	{ "file", 0, "NAME=PATH", true, "start with this file; PATH - is stdin" },
	{ "no-lobby", 0, NULL, false, "let the candidate in without being admitted" },
	{ "no-copy", 0, NULL, false, "the candidate may not fetch a copy afterwards" },
	{ "retention", 0, "DAYS", false, "how long it is kept after its end" },
	{ "owner", 0, "NAME", false, "whose room it is, for admins; one's own unless given" },
	{ "idempotency-key", 0, "K", false, "a repeated key returns the same room" },
	{ NULL, 0, NULL, false, NULL }
};
static const struct option_spec list_options[] = {
	{ "all", 0, NULL, false, "also rooms that have ended" },
	{ NULL, 0, NULL, false, NULL }
};
static const struct option_spec invite_options[] = {
	{ "role", 0, "R", false, "candidate (unless given), interviewer, observer" },
	{ "name", 0, "N", false, "whom it is for; fills in the join box" },
	{ "expires", 0, "TIME", false, "how long the code works, e.g. 24h or 7d" },
	{ "revoke", 0, "CODE", false, "make this code useless instead" },
	{ NULL, 0, NULL, false, NULL }
};
static const struct option_spec get_options[] = {
	{ "at", 0, "REV|TIME", false, "as it was then" },
	{ NULL, 0, NULL, false, NULL }
};
static const struct option_spec run_options[] = {
	{ "wait", 0, NULL, false, "show the output and wait for the end" },
	{ "stdin", 0, "PATH", false, "what the program reads; PATH - is stdin" },
	{ NULL, 0, NULL, false, NULL }
};
static const struct option_spec tail_options[] = {
	{ "from", 0, "REV", false, "begin with this revision" },
	{ "follow", 0, NULL, false, "go on as things happen" },
	{ NULL, 0, NULL, false, NULL }
};
static const struct option_spec purge_options[] = {
	{ "dry-run", 0, NULL, false, "only say how much would be erased" },
	{ NULL, 0, NULL, false, NULL }
};
static const struct option_spec export_options[] = {
	{ "format", 0, "F", false, "bundle (unless given), tar, asciicast or html" },
	{ NULL, 0, NULL, false, NULL }
};
static const struct option_spec verify_options[] = {
	{ "file", 0, "PATH", false, "check an exported bundle, without a host" },
	{ NULL, 0, NULL, false, NULL }
};
static const struct option_spec join_options[] = {
	{ "name", 0, "N", false, "your name in the room" },
	{ "ascii", 0, NULL, false, "draw with ASCII only" },
	{ "mono", 0, NULL, false, "no colours" },
	{ "calm", 0, NULL, false, "nothing blinks or moves by itself" },
	{ NULL, 0, NULL, false, NULL }
};
static const struct option_spec replay_options[] = {
	{ "ascii", 0, NULL, false, "draw with ASCII only" },
	{ "mono", 0, NULL, false, "no colours" },
	{ "calm", 0, NULL, false, "nothing blinks or moves by itself" },
	{ NULL, 0, NULL, false, NULL }
};
static const struct option_spec user_options[] = {
	{ "role", 0, "R", false, "admin, interviewer (unless given)" },
	{ "key", 0, "PATH", false, "a public key; PATH - is stdin" },
	{ "unix-user", 0, "U", false, "who this is on the host's own machine" },
	{ NULL, 0, NULL, false, NULL }
};
static const struct option_spec token_options[] = {
	{ "role", 0, "R", false, "of the account: admin, interviewer (unless given)" },
	{ "expires", 0, "TIME", false, "how long the token works; 7d unless given" },
	{ NULL, 0, NULL, false, NULL }
};
static const struct option_spec key_options[] = {
	{ "user", 0, "NAME", false, "another account's, for admins" },
	{ NULL, 0, NULL, false, NULL }
};
static const struct option_spec template_options[] = {
	{ "language", 0, "L", false, "of the program" },
	{ "title", 0, "T", false, "of rooms made from it" },
	{ "file", 0, "NAME=PATH", true, "a file of theirs; PATH - is stdin" },
	{ "tests", 0, "PATH", false, "tests that candidates never see" },
	{ NULL, 0, NULL, false, NULL }
};
static const struct option_spec audit_options[] = {
	{ "since", 0, "T", false, "a time, or how long ago, like 24h" },
	{ NULL, 0, NULL, false, NULL }
};
static const struct option_spec stat_options[] = {
	{ "prometheus", 0, NULL, false, "in Prometheus' text format" },
	{ NULL, 0, NULL, false, NULL }
};

static const struct command commands[] = {
	{ "room create", "", "make a room and an invite for one candidate", 0, 0, create_options, room_create },
	{ "room list", "", "list the rooms that have not ended", 0, 0, list_options, room_list },
	{ "room show", "ROOM", "show a room, its files and people", 1, 1, NULL, room_show },
	{ "room invite", "ROOM", "make an invite code for one more person", 1, 1, invite_options, room_invite },
	{ "room get", "ROOM [FILE]", "write a file's bytes to stdout", 0, 2, get_options, room_get },
	{ "room put", "ROOM FILE", "make stdin the contents of a file", 2, 2, NULL, room_put },
	{ "room run", "ROOM", "run the room's program", 1, 1, run_options, watch_room_run },
	{ "room stop", "ROOM", "stop the program", 1, 1, NULL, room_stop },
	{ "room tail", "ROOM", "write the log as JSON Lines", 1, 1, tail_options, watch_tail },
	{ "room replay", "ROOM", "show the room as it was, from its beginning on", 1, 1, replay_options, join_replay },
	{ "room admit", "ROOM SEAT", "let somebody in from the lobby", 2, 2, NULL, room_admit },
	{ "room back", "ROOM SEAT", "send somebody back to the lobby", 2, 2, NULL, room_back },
	{ "room kick", "ROOM SEAT", "remove somebody for good", 2, 2, NULL, room_kick },
	{ "room role", "ROOM SEAT ro|rw", "let somebody only read, or write again", 3, 3, NULL, room_role },
	{ "room freeze", "ROOM", "let nobody write but the staff", 1, 1, NULL, room_freeze },
	{ "room thaw", "ROOM", "let everybody write again", 1, 1, NULL, room_thaw },
	{ "room say", "ROOM TEXT", "say a line in the room's chat", 2, 2, NULL, room_say },
	{ "room note", "ROOM TEXT", "write a note that only the staff sees", 2, 2, NULL, room_note },
	{ "room pause", "ROOM", "stop the room's timer", 1, 1, NULL, room_pause },
	{ "room resume", "ROOM", "let the timer go on", 1, 1, NULL, room_resume },
	{ "room extend", "ROOM MINUTES", "plan some more minutes", 2, 2, NULL, room_extend },
	{ "room report", "ROOM", "say who did what: people, runs, pastes, notes", 1, 1, NULL, room_report },
	{ "room end", "ROOM", "end the room: candidates can write no more", 1, 1, NULL, room_end },
	{ "room reopen", "ROOM", "go on with a room that has ended", 1, 1, NULL, room_reopen },
	{ "room purge", "ROOM", "erase what a room that has ended holds", 1, 1, purge_options, room_purge },
	{ "room export", "ROOM", "write all of a room to stdout", 1, 1, export_options, room_export },
	{ "room verify", "[ROOM]", "check that a room's log is whole and as it was", 0, 1, verify_options, room_verify },
	{ "join", "ROOM", "open the editor on this terminal", 1, 1, join_options, join_room },
	{ "doctor", "", "say what the host can and cannot isolate", 0, 0, NULL, host_doctor },
	{ "hostkey", "", "show the host's fingerprint and known_hosts line", 0, 0, NULL, host_key },
	{ "stat", "", "show numbers about the host", 0, 0, stat_options, host_stat },
	{ "user add", "NAME", "make an account", 1, 1, user_options, user_add },
	{ "user list", "", "list the accounts", 0, 0, NULL, user_list },
	{ "user show", "[NAME]", "show an account; your own unless named", 0, 1, NULL, user_show },
	{ "user rm", "NAME", "remove an account and its keys", 1, 1, NULL, user_rm },
	{ "user passwd", "[NAME]", "set a new password; your own unless named", 0, 1, NULL, user_passwd },
	{ "user token", "", "make a registration token for one account", 0, 0, token_options, user_token },
	{ "key add", "[PATH|-]", "add a public key to an account", 0, 1, key_options, key_add },
	{ "key list", "", "list public keys", 0, 0, key_options, key_list },
	{ "key rm", "FINGERPRINT", "remove a public key", 1, 1, key_options, key_rm },
	{ "template add", "NAME", "make a template for rooms", 1, 1, template_options, template_add },
	{ "template list", "", "list the templates", 0, 0, NULL, template_list },
	{ "template show", "NAME", "show a template and its files", 1, 1, NULL, template_show },
	{ "template rm", "NAME", "remove a template", 1, 1, NULL, template_rm },
	{ "audit", "", "show the trail: who did what, from where", 0, 0, audit_options, audit_show },
	{ NULL, NULL, NULL, 0, 0, NULL, NULL }
};
/* clang-format on */

static void
print_options(const struct option_spec *table)
{
	char left[64];
	const char *value;

	for (const struct option_spec *s = table; s && s->name; s++) {
		value = s->value != NULL ? s->value : "";
		if (s->letter != 0)
			snprintf(left, sizeof(left), "-%c, --%s %s", s->letter,
			    s->name, value);
		else
			snprintf(left, sizeof(left), "--%s %s", s->name, value);
		printf("  %-26s %s%s\n", left, s->help,
		    s->many ? " (repeatable)" : "");
	}
}

static int
print_command_help(const struct command *cmd)
{
	printf("usage: codesync %s [options]%s%s\n\n%s\n\n", cmd->words,
	    cmd->args[0] != '\0' ? " " : "", cmd->args, cmd->help);
	print_options(cmd->options);
	print_options(global_options);
	return EXIT_DONE;
}

static void
print_option_words(const struct option_spec *table)
{
	for (const struct option_spec *s = table; s && s->name; s++)
		printf(" --%s%s", s->name, s->value != NULL ? "=" : "");
}

/* The table, for the completion of shells: a command's words, a tab, its
 * options. */
static int
print_table(void)
{
	for (const struct command *cmd = commands; cmd->words; cmd++) {
		printf("%s\t", cmd->words);
		print_option_words(cmd->options);
		print_option_words(global_options);
		putchar('\n');
	}
	return EXIT_DONE;
}

/* Does CMD's first word equal WORD? NULL: yes. */
static bool
in_group(const struct command *cmd, const char *word)
{
	size_t len = strcspn(cmd->words, " ");

	return word == NULL ||
	       (strlen(word) == len && memcmp(cmd->words, word, len) == 0);
}

static int
print_group_help(const char *word)
{
	char left[64];

	printf("usage: codesync COMMAND [options] [arguments]\n\n");
	for (const struct command *cmd = commands; cmd->words; cmd++) {
		if (!in_group(cmd, word))
			continue;
		snprintf(left, sizeof(left), "%s %s", cmd->words, cmd->args);
		printf("  %-26s %s\n", left, cmd->help);
	}
	printf("\nWith every command:\n");
	print_options(global_options);
	return EXIT_DONE;
}

/* The command that ARGV begins with; *USED words of it. */
static const struct command *
find_command(char *const *argv, int *used)
{
	size_t first;

	for (const struct command *cmd = commands; cmd->words; cmd++) {
		if (argv[0] == NULL || !in_group(cmd, argv[0]))
			continue;
		first = strcspn(cmd->words, " ");
		*used = cmd->words[first] == '\0' ? 1 : 2;
		if (*used == 1 ||
		    (argv[1] != NULL &&
			strcmp(argv[1], cmd->words + first + 1) == 0))
			return cmd;
	}
	return NULL;
}

/* No command was found: help if it was asked for, else what is wrong. */
static int
no_command(struct cli *c, char *const *argv)
{
	const struct command *cmd = commands;
	const char *word = argv[0];

	if (word == NULL && options_has(&c->opt, "help"))
		return print_group_help(NULL);
	while (word != NULL && cmd->words != NULL && !in_group(cmd, word))
		cmd++;
	if (word != NULL && cmd->words != NULL && argv[1] != NULL &&
	    (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
		return print_group_help(word);
	if (word == NULL)
		return cli_fail(c, EXIT_USAGE,
		    "say what to do; `codesync --help` lists the commands");
	if (cmd->words == NULL)
		return cli_fail(c, EXIT_USAGE,
		    "unknown command: %s; `codesync --help` lists them", word);
	if (argv[1] == NULL)
		return cli_fail(c, EXIT_USAGE,
		    "%s needs a command; `codesync %s --help` lists them", word,
		    word);
	return cli_fail(c, EXIT_USAGE,
	    "unknown command: %s %s; `codesync %s --help` lists them", word,
	    argv[1], word);
}

/* Everything but paths must be text. */
static int
check_text(struct cli *c)
{
	const struct options *o = &c->opt;
	const char *v;

	for (size_t i = 0; i < o->nset; i++) {
		v = o->set[i].value;
		if (v != NULL && !option_is_path(o->set[i].spec) &&
		    !utf8_valid(v, strlen(v)))
			return cli_fail(c, EXIT_USAGE,
			    "--%s is not valid UTF-8", o->set[i].spec->name);
	}
	for (size_t i = 0; i < o->nargs; i++)
		if (!utf8_valid(o->args[i], strlen(o->args[i])))
			return cli_fail(c, EXIT_USAGE,
			    "argument %zu is not valid UTF-8", i + 1);
	return 0;
}

static void
find_run_dir(struct cli *c)
{
	const char *dir = options_value(&c->opt, "run-dir");

	if (dir == NULL)
		dir = getenv("CODESYNC_RUN_DIR");
	if (dir != NULL && dir[0] != '\0')
		c->run_dir = xstrdup(dir);
	else
		c->run_dir = conf_default_run_dir();
}

/* What cannot be done by a command that came by ssh. */
static int
check_ssh(const struct cli *c, const struct command *cmd)
{
	if (c->pass[0] == '\0')
		return 0;
	if (options_has(&c->opt, "host") || options_has(&c->opt, "run-dir"))
		return cli_fail(c, EXIT_USAGE,
		    "-H and -R are for the codesync of your own machine");
	if (cmd->fn == join_room)
		return cli_fail(c, EXIT_USAGE,
		    "to join over ssh is `ssh -t NAME+ROOM@HOST`, or `codesync "
		    "join -H` on your own machine");
	return 0;
}

static int
run_command(struct cli *c, const struct command *cmd)
{
	size_t n = c->opt.nargs;
	int r;

	if (options_has(&c->opt, "help"))
		return print_command_help(cmd);
	if (n < (size_t)cmd->min_args || n > (size_t)cmd->max_args)
		return cli_fail(c, EXIT_USAGE,
		    "too %s arguments; usage: codesync %s [options]%s%s",
		    n < (size_t)cmd->min_args ? "few" : "many", cmd->words,
		    cmd->args[0] != '\0' ? " " : "", cmd->args);
	if ((r = check_text(c)) != 0 || (r = check_ssh(c, cmd)) != 0)
		return r;
	if (cmd->fn == room_verify && options_has(&c->opt, "file"))
		return cmd->fn(c);
	if (options_has(&c->opt, "host"))
		return remote_run(c, cmd->words);
	if (c->run_dir == NULL)
		find_run_dir(c);
	return cmd->fn(c);
}

static int
run(struct cli *c, char **argv)
{
	const struct command *cmd;
	int used = 0, n;

	if (argv[0] != NULL && strcmp(argv[0], "--commands") == 0)
		return print_table();
	for (char **a = argv; *a != NULL; a++) /* also for errors in parsing */
		c->json = c->json || strcmp(*a, "--json") == 0;
	if ((n = options_parse(&c->opt, global_options, NULL, argv, true)) < 0)
		return cli_fail(c, EXIT_USAGE, "%s", c->opt.error);
	cmd = find_command(argv + n, &used);
	if (c->seat && (cmd == NULL || cmd->fn != room_get))
		return cli_fail(c, EXIT_NOT_ALLOWED,
		    "this code is for its room and for `room get`; other "
		    "commands need an account");
	if (cmd == NULL)
		return no_command(c, argv + n);
	if (options_parse(&c->opt, cmd->options, global_options,
		argv + n + used, false) < 0)
		return cli_fail(c, EXIT_USAGE, "%s; see `codesync %s --help`",
		    c->opt.error, cmd->words);
	c->json = options_has(&c->opt, "json");
	return run_command(c, cmd);
}

/* codesync -x -R RUNDIR [-c|-l|-p]: see exec.h. */
static int
run_for_ssh(struct cli *c, char **argv)
{
	struct words w;
	char *line;
	int r;

	if (argv[0] == NULL || strcmp(argv[0], "-R") != 0 || argv[1] == NULL)
		return cli_fail(
		    c, EXIT_USAGE, "-x is for codesyncd, when it starts this");
	c->seat = argv[2] != NULL && strcmp(argv[2], "-c") == 0;
	c->home = argv[2] != NULL && strcmp(argv[2], "-l") == 0;
	c->tty = argv[2] != NULL && strcmp(argv[2], "-p") == 0;
	if ((r = exec_begin(c, argv[1], &line)) != 0)
		return r;
	if (words_split(&w, line) < 0)
		r = cli_fail(
		    c, EXIT_USAGE, "the command cannot be split: %s", w.error);
	else
		r = w.n == 0 ? exec_home(c) : run(c, w.word);
	r = cli_finish(c, r);
	words_release(&w);
	free(line);
	return r;
}

/* Sockets must never become descriptors 0 to 2 of ours. */
static void
fill_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= 2);
	if (fd > 2)
		close(fd);
}

int
main(int argc, char **argv)
{
	struct cli c = { 0 };
	int r;

	fill_standard_descriptors();
	signal(SIGPIPE, SIG_IGN); /* a reader that left is an error in write */
	log_open("codesync");
	options_init(&c.opt);
	/* ssh gives its question as the one argument */
	if (argc == 2 && getenv(ASK_DIR_ENV) != NULL)
		return ask_help(argv[1]);
	if (argc > 1 && strcmp(argv[1], "-x") == 0)
		r = run_for_ssh(&c, argv + 2);
	else
		r = run(&c, argv + (argc > 0));
	r = cli_finish(&c, r);
	free(c.run_dir);
	return r;
}
