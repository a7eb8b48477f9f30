/*
 * conf.c - the configuration file, through libconfuse. Every option has a check
 * that runs where libconfuse still knows its line, so that each complaint says
 * FILE:LINE.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <confuse.h>

#include "proto/err.h"
#include "proto/sys/conf.h"
#include "proto/sys/util.h"
#include "proto/utf8.h"

#define MESSAGE_MAX 512
#define WARM_PER_CPU 2
#define WARM_UNSET (-1)

/* libconfuse gives its error function no argument of ours, and a section knows
 * its line but not its file. */
static char message[MESSAGE_MAX];
static const char *reading;

static void
on_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	size_t n;

	if (message[0] != '\0') /* the first is the cause */
		return;
	n = (size_t)snprintf(message, sizeof(message), "%s:%d: ", reading,
	    cfg != NULL ? cfg->line : 0);
	if (n < sizeof(message))
		vsnprintf(message + n, sizeof(message) - n, fmt, ap);
}

/* --- the languages that are always there --- */

/* A configuration may give them another command. */
static const struct {
	const char *name, *command, *file;
} languages[] = {
	{ "python", "/usr/bin/python3", "main.py" },
	{ "bash", "/bin/bash", "main.sh" },
	{ "perl", "/usr/bin/perl", "main.pl" },
};

#define NLANGUAGES (sizeof(languages) / sizeof(languages[0]))

/* --- numbers: one table --- */

static const struct {
	const char *path, *name;
	long min, max;
} ranges[] = {
	{ "per_source", "per_source", 1, 100000 },
	{ "grace_s", "grace_s", 1, 3600 },
	{ "max_seats", "max_seats", 1, 100000 },
	{ "retention_days", "retention_days", 1, 36500 },
	{ "max_rooms", "max_rooms", 1, 1000000 },
	{ "rooms_per_user", "rooms_per_user", 1, 1000000 },
	{ "room_log_mb", "room_log_mb", 32, 4096 },
	{ "requests_per_user", "requests_per_user", 1, 256 },
	{ "audit_days", "audit_days", 1, 36500 },
	{ "empty_minutes", "empty_minutes", 1, 525600 },
	{ "limits|cpu_s", "cpu_s", 1, 3600 },
	{ "limits|wall_s", "wall_s", 1, 86400 },
	{ "limits|memory_mb", "memory_mb", 16, 65536 },
	{ "limits|processes", "processes", 1, 4096 },
	{ "limits|output_kb", "output_kb", 1, 65536 },
	{ "limits|files_mb", "files_mb", 1, 4096 },
};

#define NRANGES (sizeof(ranges) / sizeof(ranges[0]))

static int
check_number(cfg_t *cfg, cfg_opt_t *opt)
{
	long v = cfg_opt_getnint(opt, 0);

	for (size_t i = 0; i < NRANGES; i++) {
		if (strcmp(ranges[i].name, cfg_opt_name(opt)) != 0)
			continue;
		if (v >= ranges[i].min && v <= ranges[i].max)
			return 0;
		cfg_error(cfg, "%s is a number from %ld to %ld", ranges[i].name,
		    ranges[i].min, ranges[i].max);
	}
	return -1;
}

/* --- texts --- */

/* "BEGIN:RATE:FULL" as OpenSSH's MaxStartups. */
static int
parse_startups(const char *s, unsigned v[3])
{
	static const uint64_t max[3] = { 100000, 100, 100000 };
	char part[16];
	const char *end;
	uint64_t n;

	for (int i = 0; i < 3; i++) {
		end = i < 2 ? strchr(s, ':') : s + strlen(s);
		if (end == NULL || (size_t)(end - s) >= sizeof(part))
			return CS_EINVAL;
		memcpy(part, s, (size_t)(end - s));
		part[end - s] = '\0';
		if (parse_num(part, 1, max[i], &n) < 0)
			return CS_EINVAL;
		v[i] = (unsigned)n;
		s = end + 1;
	}
	return v[0] <= v[2] ? 0 : CS_EINVAL;
}

static int
check_startups(cfg_t *cfg, cfg_opt_t *opt)
{
	unsigned v[3];

	if (parse_startups(cfg_opt_getnstr(opt, 0), v) == 0)
		return 0;
	cfg_error(cfg, "max_startups is \"BEGIN:PERCENT:FULL\", like "
		       "\"10:30:100\"");
	return -1;
}

static int
check_durability(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *s = cfg_opt_getnstr(opt, 0);

	if (strcmp(s, "normal") == 0 || strcmp(s, "full") == 0)
		return 0;
	cfg_error(cfg, "durability is \"normal\" or \"full\"");
	return -1;
}

static bool
has_port(const char *s, uint64_t min)
{
	const char *colon = strrchr(s, ':');
	uint64_t port;

	return colon != NULL && colon != s &&
	       parse_num(colon + 1, min, 65535, &port) == 0;
}

static int
check_registration(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *s = cfg_opt_getnstr(opt, 0);

	if (strcmp(s, "closed") == 0 || strcmp(s, "token") == 0 ||
	    strcmp(s, "open") == 0)
		return 0;
	cfg_error(cfg, "registration is \"closed\", \"token\" or \"open\"");
	return -1;
}

static int
check_proxy(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *s = cfg_opt_getnstr(opt, 0);

	if (strcmp(s, "off") == 0 || strcmp(s, "require") == 0)
		return 0;
	cfg_error(cfg, "proxy is \"off\" or \"require\"");
	return -1;
}

static int
check_proxy_from(cfg_t *cfg, cfg_opt_t *opt)
{
	struct in6_addr a;
	const char *s;

	for (unsigned i = 0; i < cfg_opt_size(opt); i++) {
		s = cfg_opt_getnstr(opt, i);
		if (inet_pton(AF_INET, s, &a) != 1 &&
		    inet_pton(AF_INET6, s, &a) != 1) {
			cfg_error(cfg, "proxy_from takes addresses, like "
				       "\"192.0.2.1\" or \"2001:db8::1\"");
			return -1;
		}
	}
	if (cfg_opt_size(opt) <= CONF_MAX_PROXIES)
		return 0;
	cfg_error(
	    cfg, "proxy_from takes at most %d addresses", CONF_MAX_PROXIES);
	return -1;
}

/* "ADDR:PORT"; the address itself is checked when it is bound. */
static int
check_listen(cfg_t *cfg, cfg_opt_t *opt)
{
	for (unsigned i = 0; i < cfg_opt_size(opt); i++) {
		if (!has_port(cfg_opt_getnstr(opt, i), 0)) {
			cfg_error(cfg, "listen takes \"ADDR:PORT\", like "
				       "\"0.0.0.0:2222\" or \"[::]:2222\"");
			return -1;
		}
	}
	if (cfg_opt_size(opt) <= CONF_MAX_LISTEN)
		return 0;
	cfg_error(cfg, "listen takes at most %d addresses", CONF_MAX_LISTEN);
	return -1;
}

static int
check_runner(cfg_t *cfg, cfg_opt_t *opt)
{
	cfg_t *runner = cfg_opt_getnsec(opt, 0);
	const char *listen = cfg_getstr(runner, "listen");
	const char *host = cfg_getstr(runner, "host");

	if (listen != NULL && !has_port(listen, 0))
		cfg_error(cfg, "runner { listen } takes \"ADDR:PORT\", like "
			       "\"0.0.0.0:2223\"");
	else if (host != NULL && !has_port(host, 1))
		cfg_error(cfg, "runner { host } takes \"HOST:PORT\", like "
			       "\"interview.example.org:2223\"");
	else if ((host == NULL) != (cfg_getstr(runner, "secret") == NULL))
		cfg_error(cfg, "runner { host } and runner { secret } need "
			       "each other");
	else
		return 0;
	return -1;
}

/* How many sandboxes the languages of OPT keep ready. */
static long
count_warm(cfg_opt_t *opt)
{
	long n = 0, warm;

	for (unsigned i = 0; i < cfg_opt_size(opt); i++) {
		warm = cfg_getint(cfg_opt_getnsec(opt, i), "warm");
		n += warm > 0 ? warm : 0;
	}
	return n;
}

static int
check_language(cfg_t *cfg, cfg_opt_t *opt)
{
	cfg_t *lang = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	const char *file = cfg_getstr(lang, "file");
	unsigned n = cfg_size(lang, "command");
	long warm = cfg_getint(lang, "warm");

	if (n == 0 || n > CONF_MAX_ARGV)
		cfg_error(cfg,
		    "language \"%s\" needs a command of 1 to %d words",
		    cfg_title(lang), CONF_MAX_ARGV);
	else if (file == NULL || file[0] == '\0' || strlen(file) > 64 ||
		 file[0] == '.' || strchr(file, '/') != NULL)
		cfg_error(cfg, "language \"%s\" needs a file, like \"main.py\"",
		    cfg_title(lang));
	else if (warm > CONF_MAX_WARM || warm < WARM_UNSET)
		cfg_error(cfg, "warm is a number from 0 to %d", CONF_MAX_WARM);
	else if (count_warm(opt) > CONF_MAX_WARM)
		cfg_error(
		    cfg, "at most %d can be kept warm in all", CONF_MAX_WARM);
	else if (cfg_opt_size(opt) > CONF_MAX_LANGUAGES - NLANGUAGES)
		cfg_error(cfg, "at most %d languages",
		    (int)(CONF_MAX_LANGUAGES - NLANGUAGES));
	else
		return 0;
	return -1;
}

/* One line for people's screens. */
static int
check_thanks(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *s = cfg_opt_getnstr(opt, 0);
	size_t len = strlen(s);
	uint32_t cp;
	int n;

	for (size_t i = 0; i < len && len <= CONF_THANKS_MAX; i += (size_t)n)
		if ((n = utf8_decode(s + i, len - i, &cp)) <= 0 ||
		    utf8_cp_width(cp) < 0)
			len = CONF_THANKS_MAX + 1;
	if (len <= CONF_THANKS_MAX)
		return 0;
	cfg_error(cfg,
	    "thanks is a line of at most %d bytes without control characters",
	    CONF_THANKS_MAX);
	return -1;
}

static void
set_checks(cfg_t *cfg)
{
	for (size_t i = 0; i < NRANGES; i++)
		cfg_set_validate_func(cfg, ranges[i].path, check_number);
	cfg_set_validate_func(cfg, "max_startups", check_startups);
	cfg_set_validate_func(cfg, "durability", check_durability);
	cfg_set_validate_func(cfg, "registration", check_registration);
	cfg_set_validate_func(cfg, "thanks", check_thanks);
	cfg_set_validate_func(cfg, "proxy", check_proxy);
	cfg_set_validate_func(cfg, "proxy_from", check_proxy_from);
	cfg_set_validate_func(cfg, "listen", check_listen);
	cfg_set_validate_func(cfg, "runner", check_runner);
	cfg_set_validate_func(cfg, "language", check_language);
}

/* --- from libconfuse's tree to ours --- */

static char *
copy(const char *s)
{
	return s != NULL ? xstrdup(s) : NULL;
}

static void
add_language(struct conf *c, cfg_t *lang)
{
	struct conf_language *l = &c->languages[c->nlanguages++];
	unsigned n = cfg_size(lang, "command");

	l->name = xstrdup(cfg_title(lang));
	l->file = xstrdup(cfg_getstr(lang, "file"));
	for (unsigned i = 0; i < n; i++)
		l->command[i] = xstrdup(cfg_getnstr(lang, "command", i));
	if (cfg_getint(lang, "warm") > 0)
		l->warm = (unsigned)cfg_getint(lang, "warm");
}

static void
add_built_in(struct conf *c)
{
	struct conf_language *l;

	for (size_t i = 0; i < NLANGUAGES; i++) {
		if (conf_language(c, languages[i].name) != NULL)
			continue;
		l = &c->languages[c->nlanguages++];
		l->name = xstrdup(languages[i].name);
		l->file = xstrdup(languages[i].file);
		l->command[0] = xstrdup(languages[i].command);
	}
}

/* Of ROOM that others have left. */
static unsigned
warm_default(long room)
{
	long n = WARM_PER_CPU * sysconf(_SC_NPROCESSORS_ONLN);

	if (n < WARM_PER_CPU)
		n = WARM_PER_CPU;
	return (unsigned)(n < room ? n : room);
}

/* Python is kept ready unless the file says how many of it. */
static void
warm_python(struct conf *c, cfg_t *cfg)
{
	cfg_opt_t *opt = cfg_getopt(cfg, "language");
	cfg_t *lang = cfg_gettsec(cfg, "language", "python");

	if (lang != NULL && cfg_getint(lang, "warm") != WARM_UNSET)
		return;
	for (size_t i = 0; i < c->nlanguages; i++)
		if (strcmp(c->languages[i].name, "python") == 0)
			c->languages[i].warm =
			    warm_default(CONF_MAX_WARM - count_warm(opt));
}

static void
take_limits(struct run_limits *l, cfg_t *cfg)
{
	l->cpu_s = (uint32_t)cfg_getint(cfg, "cpu_s");
	l->wall_s = (uint32_t)cfg_getint(cfg, "wall_s");
	l->memory_mb = (uint32_t)cfg_getint(cfg, "memory_mb");
	l->processes = (uint32_t)cfg_getint(cfg, "processes");
	l->output_kb = (uint32_t)cfg_getint(cfg, "output_kb");
	l->files_mb = (uint32_t)cfg_getint(cfg, "files_mb");
}

/* As the kernel's addresses are written, to be compared as texts. */
static char *
same_address(const char *s)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr a;

	if (inet_pton(AF_INET6, s, &a) == 1 &&
	    inet_ntop(AF_INET6, &a, text, sizeof(text)) != NULL)
		return xstrdup(text);
	return xstrdup(s);
}

static void
take_proxies(struct conf *c, cfg_t *cfg)
{
	c->proxy = strcmp(cfg_getstr(cfg, "proxy"), "require") == 0;
	c->nproxy_from = cfg_size(cfg, "proxy_from");
	for (unsigned i = 0; i < c->nproxy_from; i++)
		c->proxy_from[i] =
		    same_address(cfg_getnstr(cfg, "proxy_from", i));
}

static void
take_runner(struct conf *c, cfg_t *cfg)
{
	c->runner_embedded = cfg_getbool(cfg, "embedded");
	c->runner_listen = copy(cfg_getstr(cfg, "listen"));
	c->runner_host = copy(cfg_getstr(cfg, "host"));
	c->runner_secret = copy(cfg_getstr(cfg, "secret"));
}

static void
take(struct conf *c, cfg_t *cfg)
{
	unsigned v[3] = { 0 };

	c->nlisten = cfg_size(cfg, "listen");
	for (unsigned i = 0; i < c->nlisten; i++)
		c->listen[i] = xstrdup(cfg_getnstr(cfg, "listen", i));
	c->host = copy(cfg_getstr(cfg, "host"));
	c->durability = copy(cfg_getstr(cfg, "durability"));
	c->registration = copy(cfg_getstr(cfg, "registration"));
	take_proxies(c, cfg);
	parse_startups(cfg_getstr(cfg, "max_startups"), v);
	c->startups_begin = v[0];
	c->startups_rate = v[1];
	c->startups_full = v[2];
	c->per_source = (unsigned)cfg_getint(cfg, "per_source");
	c->grace_s = (unsigned)cfg_getint(cfg, "grace_s");
	c->max_seats = (unsigned)cfg_getint(cfg, "max_seats");
	c->penalties = cfg_getbool(cfg, "penalties");
	take_runner(c, cfg_getsec(cfg, "runner"));
	c->retention_days = (unsigned)cfg_getint(cfg, "retention_days");
	c->max_rooms = (unsigned)cfg_getint(cfg, "max_rooms");
	c->rooms_per_user = (unsigned)cfg_getint(cfg, "rooms_per_user");
	c->room_log_mb = (unsigned)cfg_getint(cfg, "room_log_mb");
	c->requests_per_user = (unsigned)cfg_getint(cfg, "requests_per_user");
	c->audit_days = (unsigned)cfg_getint(cfg, "audit_days");
	c->empty_minutes = (unsigned)cfg_getint(cfg, "empty_minutes");
	c->thanks = copy(cfg_getstr(cfg, "thanks"));
	take_limits(&c->limits, cfg_getsec(cfg, "limits"));
	for (unsigned i = 0; i < cfg_size(cfg, "language"); i++)
		add_language(c, cfg_getnsec(cfg, "language", i));
	add_built_in(c);
	warm_python(c, cfg);
}

/* libconfuse's scanner ends the whole program when it cannot read. */
static int
parse(cfg_t *cfg, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return CFG_FILE_ERROR;
	}
	return cfg_parse(cfg, path);
}

int
conf_read(struct conf *c, const char *path, char *err, size_t size)
{
	cfg_opt_t runner[] = { CFG_BOOL("embedded", cfg_true, CFGF_NONE),
		CFG_STR("listen", NULL, CFGF_NONE),
		CFG_STR("host", NULL, CFGF_NONE),
		CFG_STR("secret", NULL, CFGF_NONE), CFG_END() };
	cfg_opt_t limits[] = { CFG_INT("cpu_s", 10, CFGF_NONE),
		CFG_INT("wall_s", 60, CFGF_NONE),
		CFG_INT("memory_mb", 256, CFGF_NONE),
		CFG_INT("processes", 64, CFGF_NONE),
		CFG_INT("output_kb", 1024, CFGF_NONE),
		CFG_INT("files_mb", 16, CFGF_NONE), CFG_END() };
	cfg_opt_t language[] = { CFG_STR_LIST("command", NULL, CFGF_NONE),
		CFG_STR("file", NULL, CFGF_NONE),
		CFG_INT("warm", WARM_UNSET, CFGF_NONE), CFG_END() };
	cfg_opt_t top[] = { CFG_STR_LIST("listen", NULL, CFGF_NONE),
		CFG_STR("host", NULL, CFGF_NONE),
		CFG_STR("durability", "normal", CFGF_NONE),
		CFG_STR("registration", "token", CFGF_NONE),
		CFG_STR("proxy", "off", CFGF_NONE),
		CFG_STR_LIST("proxy_from", NULL, CFGF_NONE),
		CFG_STR("max_startups", "10:30:100", CFGF_NONE),
		CFG_INT("per_source", 10, CFGF_NONE),
		CFG_INT("grace_s", 30, CFGF_NONE),
		CFG_INT("max_seats", 2000, CFGF_NONE),
		CFG_BOOL("penalties", cfg_true, CFGF_NONE),
		CFG_INT("retention_days", 180, CFGF_NONE),
		CFG_INT("max_rooms", 10000, CFGF_NONE),
		CFG_INT("rooms_per_user", 200, CFGF_NONE),
		CFG_INT("room_log_mb", 64, CFGF_NONE),
		CFG_INT("requests_per_user", 8, CFGF_NONE),
		CFG_INT("audit_days", 730, CFGF_NONE),
		CFG_INT("empty_minutes", 60, CFGF_NONE),
		CFG_STR("thanks", NULL, CFGF_NONE),
		CFG_SEC("runner", runner, CFGF_NONE),
		CFG_SEC("limits", limits, CFGF_NONE),
		CFG_SEC("language", language, CFGF_MULTI | CFGF_TITLE),
		CFG_END() };
	cfg_t *cfg = cfg_init(top, CFGF_NONE);
	int r = CFG_SUCCESS;

	memset(c, 0, sizeof(*c));
	message[0] = '\0';
	reading = path;
	if (cfg == NULL)
		return CS_ENOMEM;
	cfg_set_error_function(cfg, on_error);
	set_checks(cfg);
	if (path != NULL)
		r = parse(cfg, path);
	if (r == CFG_FILE_ERROR && errno == ENOENT)
		r = CFG_SUCCESS; /* a host without one is a host as it comes */
	else if (r == CFG_FILE_ERROR)
		snprintf(message, sizeof(message), "%s:0: %s", path,
		    strerror(errno));
	if (r == CFG_SUCCESS)
		take(c, cfg);
	else
		snprintf(err, size, "%s", message);
	cfg_free(cfg);
	return r == CFG_SUCCESS ? 0 : CS_EINVAL;
}

void
conf_release(struct conf *c)
{
	for (size_t i = 0; i < c->nlisten; i++)
		free(c->listen[i]);
	for (size_t i = 0; i < c->nproxy_from; i++)
		free(c->proxy_from[i]);
	for (size_t i = 0; i < c->nlanguages; i++) {
		free(c->languages[i].name);
		free(c->languages[i].file);
		for (char **p = c->languages[i].command; *p != NULL; p++)
			free(*p);
	}
	free(c->host);
	free(c->durability);
	free(c->runner_listen);
	free(c->runner_host);
	free(c->runner_secret);
	free(c->registration);
	free(c->thanks);
	memset(c, 0, sizeof(*c));
}

const struct conf_language *
conf_language(const struct conf *c, const char *name)
{
	for (size_t i = 0; i < c->nlanguages; i++)
		if (strcmp(c->languages[i].name, name) == 0)
			return &c->languages[i];
	return NULL;
}

/* --- places --- */

/* $VAR/codesync, else $HOME/UNDER_HOME/codesync. */
static char *
user_dir(const char *var, const char *under_home)
{
	const char *dir = getenv(var), *home = getenv("HOME");

	if (dir != NULL && dir[0] == '/')
		return xasprintf("%s/codesync", dir);
	if (home == NULL || home[0] != '/')
		home = "/tmp";
	return xasprintf("%s/%s/codesync", home, under_home);
}

char *
conf_default_path(void)
{
	char *dir, *path;

	if (geteuid() == 0)
		return xstrdup(SYSCONFDIR "/codesync/codesyncd.conf");
	dir = user_dir("XDG_CONFIG_HOME", ".config");
	path = xasprintf("%s/codesyncd.conf", dir);
	free(dir);
	return path;
}

char *
conf_default_data_dir(void)
{
	if (geteuid() == 0)
		return xstrdup("/var/lib/codesync");
	return user_dir("XDG_STATE_HOME", ".local/state");
}

char *
conf_default_run_dir(void)
{
	const char *dir = getenv("XDG_RUNTIME_DIR");

	if (geteuid() == 0)
		return xstrdup("/run/codesync");
	if (dir != NULL && dir[0] == '/')
		return xasprintf("%s/codesync", dir);
	return xasprintf("/tmp/codesync-%u", (unsigned)geteuid());
}
