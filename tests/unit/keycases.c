/*
 * keycases.c - each folder of tests/keys is a case: the text `in` with the
 * caret's mark, the `keys` that are pressed, and the text `out`. If its name begins
 * with vim- or emacs-, these are the keys that are on.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/keymap.h"
#include "proto/sys/util.h"
#include "tests/lib/pad.h"

#define CASES "tests/keys"

static char *
read_file(const char *name, const char *file)
{
	char *path = xasprintf(CASES "/%s/%s", name, file), *text = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len;

	if (fd < 0 || read_all(fd, 65536, &text, &len) < 0) {
		fprintf(stderr, "%s cannot be read\n", path);
		exit(1);
	}
	close(fd);
	free(path);
	/* the files end with a newline that is not part of the text */
	if (len > 0 && text[len - 1] == '\n')
		text[len - 1] = '\0';
	return text;
}

static uint8_t
keymap_for(const char *name)
{
	if (strncmp(name, "vim-", 4) == 0)
		return KEYMAP_VIM;
	return strncmp(name, "emacs-", 6) == 0 ? KEYMAP_EMACS : KEYMAP_STANDARD;
}

static int
run_case(int number, const char *name)
{
	char *in = read_file(name, "in"), *keys = read_file(name, "keys");
	char *out = read_file(name, "out");
	struct editor e;
	int ok;

	pad_open(&e, in);
	keymap_switch(&e, keymap_for(name));
	pad_keys(&e, keys);
	ok = pad_is(&e, out);
	printf("%sok %d - %s\n", ok ? "" : "not ", number, name);
	pad_close(&e);
	free(in);
	free(keys);
	free(out);
	return ok;
}

static int
visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

int
main(void)
{
	struct dirent **list;
	int n = scandir(CASES, &list, visible, alphasort), failed = 0;

	if (n <= 0) {
		fprintf(stderr, "no cases in " CASES "\n");
		return 1;
	}
	printf("1..%d\n", n);
	for (int i = 0; i < n; i++) {
		failed += !run_case(i + 1, list[i]->d_name);
		free(list[i]);
	}
	free(list);
	return failed > 0;
}
