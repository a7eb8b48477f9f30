/* pty.c - pseudo terminals for editors. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "hostd/pty.h"
#include "proto/err.h"
#include "proto/sys/log.h"

static uint16_t
clamp(uint16_t v, uint16_t max)
{
	return v > max ? max : v;
}

static int
set_up(int slave, uint16_t cols, uint16_t rows)
{
	struct winsize ws = { .ws_col = 80, .ws_row = 24 };
	struct termios t;

	if (cols != 0 && rows != 0) {
		ws.ws_col = clamp(cols, PTY_MAX_COLS);
		ws.ws_row = clamp(rows, PTY_MAX_ROWS);
	}
	if (tcgetattr(slave, &t) != 0)
		return -1;
	t.c_iflag |= IUTF8;
	if (tcsetattr(slave, TCSANOW, &t) != 0)
		return -1;
	return ioctl(slave, TIOCSWINSZ, &ws);
}

int
pty_open(uint16_t cols, uint16_t rows, int *master, int *slave)
{
	char name[64];

	*slave = -1;
	*master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*master >= 0 && grantpt(*master) == 0 && unlockpt(*master) == 0 &&
	    ptsname_r(*master, name, sizeof(name)) == 0)
		*slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*slave >= 0 && set_up(*slave, cols, rows) == 0)
		return 0;
	log_err("no pseudo terminal: %m");
	if (*slave >= 0)
		close(*slave);
	if (*master >= 0)
		close(*master);
	*master = *slave = -1;
	return CS_EIO;
}

int
pty_term_valid(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789+._-";
	size_t len = strlen(name);

	return len >= 1 && len <= 40 && strspn(name, allowed) == len;
}
