/*
 * conf.h - the configuration file: one table of options with defaults and
 * checks. A missing or empty file is valid.
 */
#ifndef PROTO_SYS_CONF_H
#define PROTO_SYS_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/job.h"

#define CONF_THANKS_MAX 128 /* bytes */
#define CONF_MAX_LISTEN 16
#define CONF_MAX_PROXIES 16
#define CONF_MAX_LANGUAGES 16
#define CONF_MAX_ARGV 16
#define CONF_MAX_WARM 16

struct conf_language {
	char *name, *file; /* the room's first file is saved as FILE */
	char *command[CONF_MAX_ARGV + 1]; /* ends with NULL; FILE comes after */
	unsigned warm;                    /* so many are kept ready */
};

struct conf {
	char *listen[CONF_MAX_LISTEN]; /* "ADDR:PORT" */
	size_t nlisten;     /* 0: the default, 0.0.0.0:2222 and [::]:2222 */
	char *host;         /* name shown in commands, or NULL */
	char *durability;   /* "normal" or "full" */
	char *registration; /* "closed", "token" or "open" */
	bool proxy; /* a PROXY header is required, from these addresses: */
	char *proxy_from[CONF_MAX_PROXIES];
	size_t nproxy_from;
	/* max_startups */
	unsigned startups_begin, startups_rate, startups_full;
	unsigned per_source, grace_s, max_seats;
	bool penalties;
	bool runner_embedded;
	char *runner_listen; /* "ADDR:PORT" for runners elsewhere, or NULL */
	/* for a runner elsewhere: "HOST:PORT" and its runner.pass, or NULL */
	char *runner_host, *runner_secret;
	unsigned retention_days; /* for new rooms */
	/* rooms that have not ended: in all, and of one account */
	unsigned max_rooms, rooms_per_user;
	unsigned room_log_mb;       /* of one room; then nobody can write */
	unsigned requests_per_user; /* unfinished ones of a local account */
	unsigned audit_days;        /* for which the trail is kept */
	unsigned empty_minutes; /* then a live room with nobody in it ends */
	char *thanks;           /* what candidates read at the end, or NULL */
	struct run_limits limits;
	struct conf_language languages[CONF_MAX_LANGUAGES];
	size_t nlanguages; /* python, bash and perl are always there */
};

/* Read PATH (NULL or a missing file: defaults) into C. On failure CS_EINVAL and
 * ERR[SIZE] is "FILE:LINE: what is wrong". */
int conf_read(struct conf *c, const char *path, char *err, size_t size);
void conf_release(struct conf *c);
const struct conf_language *conf_language(
    const struct conf *c, const char *name);
/* Where things are unless told otherwise (codesyncd(8)); the caller frees. */
char *conf_default_path(void);
char *conf_default_data_dir(void);
char *conf_default_run_dir(void);

#endif
