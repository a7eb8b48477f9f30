/*
 * log.h - one line per event on stderr, "<N>" priorities when systemd reads
 * it. Control characters are escaped, so that no peer can forge a line. Never
 * log file contents, codes, keys or tickets.
 */
#ifndef PROTO_SYS_LOG_H
#define PROTO_SYS_LOG_H

enum log_level {
	LOG_LEVEL_ERR,
	LOG_LEVEL_WARN,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG
};

/* PROGRAM is shown before each line. Level: $CODESYNC_LOG (err, warn, info,
 * debug), else info. */
void log_open(const char *program);
/* Send lines to FN instead of stderr (the session has no stderr of its own). */
void log_to(void (*fn)(int level, const char *line));
void log_line(int level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
#define log_err(...) log_line(LOG_LEVEL_ERR, __VA_ARGS__)
#define log_warn(...) log_line(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_info(...) log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
