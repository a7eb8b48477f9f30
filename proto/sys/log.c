/*
 * log.c - one line per event. A line leaves in one write, so that lines of
 * several processes on one descriptor never mix.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/sys/log.h"

#define LINE_MAX_BYTES 1024

static const char *const level_names[] = { "err", "warn", "info", "debug" };
static const int priorities[] = { 3, 4, 6, 7 }; /* syslog's */

static struct {
	char program[32];
	int level;
	int journal; /* systemd reads us and understands "<N>" */
	void (*to)(int level, const char *line);
} self = { .program = "codesync", .level = LOG_LEVEL_INFO };

void
log_open(const char *program)
{
	const char *level = getenv("CODESYNC_LOG");

	snprintf(self.program, sizeof(self.program), "%s", program);
	self.journal = getenv("JOURNAL_STREAM") != NULL;
	for (int i = 0; level != NULL && i <= LOG_LEVEL_DEBUG; i++)
		if (strcmp(level, level_names[i]) == 0)
			self.level = i;
}

void
log_to(void (*fn)(int level, const char *line))
{
	self.to = fn;
}

/* Copy SRC, with everything but printable ASCII escaped: names and texts of
 * peers must neither start a line of their own nor drive a terminal. */
static void
escape(const char *src, char *dst, size_t size)
{
	size_t n = 0;

	for (; *src != '\0' && n + 5 < size; src++)
		if (*src >= 0x20 && *src < 0x7F)
			dst[n++] = *src;
		else
			n += (size_t)snprintf(
			    dst + n, size - n, "\\x%02x", (unsigned char)*src);
	dst[n] = '\0';
}

void
log_line(int level, const char *fmt, ...)
{
	char text[LINE_MAX_BYTES], safe[2 * LINE_MAX_BYTES];
	char line[sizeof(safe) + 128], priority[8] = "";
	va_list ap;
	int n;

	if (level > self.level)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	escape(text, safe, sizeof(safe));
	if (self.to != NULL) {
		self.to(level, safe);
		return;
	}
	if (self.journal)
		snprintf(priority, sizeof(priority), "<%d>", priorities[level]);
	n = snprintf(
	    line, sizeof(line), "%s%s: %s\n", priority, self.program, safe);
	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		return; /* nowhere left to say it */
}
