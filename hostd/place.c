/* place.c - directories, lock and host keys of the daemon. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hostd/place.h"
#include "proto/err.h"
#include "proto/sys/privs.h"
#include "proto/sys/spawn.h"
#include "proto/sys/util.h"

#define KEY_MAX 16384 /* bytes of a private key's file */

/* Make PATH and what is missing above it. */
static int
make_path(const char *path, mode_t mode)
{
	char *copy = xstrdup(path);
	int r = 0;

	for (char *p = copy + 1; *p != '\0' && r == 0; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(copy, 0755) != 0 && errno != EEXIST)
			r = -1;
		*p = '/';
	}
	free(copy);
	if (r != 0 || (mkdir(path, mode) != 0 && errno != EEXIST))
		return -1;
	return 0;
}

/* Give the files of DIR to UID too: users of our own may have been added to
 * the machine since it was filled. A file with a second name elsewhere stays. */
static int
give_files(int dir, uid_t uid, gid_t gid)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;
	const struct dirent *e;
	struct stat st;
	DIR *d;

	if (fd < 0 || (d = fdopendir(fd)) == NULL) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while (r == 0 && (e = readdir(d)) != NULL) {
		if (fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
		    !S_ISREG(st.st_mode) || st.st_nlink != 1 ||
		    st.st_uid == uid)
			continue;
		r = fchownat(dir, e->d_name, uid, gid, AT_SYMLINK_NOFOLLOW);
	}
	closedir(d);
	return r;
}

/* A directory of ROLE's user (NULL: ours) with MODE. Through a descriptor that
 * follows no link, because the one above may be another user's. */
static int
make_dir(const char *path, mode_t mode, const char *role, bool with_files)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int fd;

	if (role != NULL)
		privs_ids(role, &uid, &gid);
	if (make_path(path, mode) != 0)
		goto fail;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		goto fail;
	if (fchown(fd, uid, gid) != 0 || fchmod(fd, mode) != 0 ||
	    (with_files && give_files(fd, uid, gid) != 0)) {
		close(fd);
		goto fail;
	}
	close(fd);
	return 0;
fail:
	fprintf(stderr, "codesyncd: %s cannot be used: %s\n", path,
	    strerror(errno));
	return CS_EIO;
}

static int
make_dirs(struct places *p, const char *data_dir, const char *run_dir)
{
	const struct {
		const char *above, *name;
		mode_t mode;
		const char *role;
		bool with_files;
	} dirs[] = {
		{ data_dir, "", 0711, NULL, false },
		{ data_dir, "/keys", 0700, NULL, false },
		{ data_dir, "/store", 0700, "hub", true },
		{ run_dir, "", 0711, "hub", false },
		{ run_dir, "/s", 0711, "hub", false },
		{ run_dir, "/jobs", 0700, "runner", false },
		{ run_dir, "/empty", 0555, NULL, false },
	};
	char *path;
	int r = 0;

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]) && r == 0; i++) {
		path = xasprintf("%s%s", dirs[i].above, dirs[i].name);
		r = make_dir(
		    path, dirs[i].mode, dirs[i].role, dirs[i].with_files);
		free(path);
	}
	p->empty_dir = xasprintf("%s/empty", run_dir);
	return r;
}

/* Does the file that we have locked still have its name? The one who had the
 * lock removes it at last, perhaps just after we had opened it. */
static bool
still_named(const struct places *p)
{
	struct stat ours, named;

	return fstat(p->lock_fd, &ours) == 0 && lstat(p->lock, &named) == 0 &&
	       ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

static int
take_lock(struct places *p, const char *run_dir)
{
	p->lock = xasprintf("%s/codesyncd.lock", run_dir);
	p->lock_fd =
	    open(p->lock, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (p->lock_fd >= 0 && flock(p->lock_fd, LOCK_EX | LOCK_NB) == 0) {
		if (still_named(p))
			return 0;
		errno = EWOULDBLOCK;
	}
	if (p->lock_fd >= 0 && errno == EWOULDBLOCK) {
		fprintf(stderr, "codesyncd: another one runs already in %s\n",
		    run_dir);
		close(p->lock_fd);
		p->lock_fd = -1;
		return CS_EBUSY;
	}
	fprintf(stderr, "codesyncd: %s: %s\n", p->lock, strerror(errno));
	return CS_EIO;
}

/* What `codesync-session -k DIR` prints, or NULL. */
static char *
make_keys(const char *session, char *dir)
{
	static char name[] = "codesync-session", option[] = "-k";
	char *argv[] = { name, option, dir, NULL }, *text = NULL;
	struct spawn s;
	int out[2], status = -1;
	size_t len;
	pid_t pid;

	if (pipe2(out, O_CLOEXEC) != 0)
		return NULL;
	spawn_init(&s);
	s.path = session;
	s.argv = argv;
	s.fds[1] = out[1];
	s.fds[2] = STDERR_FILENO;
	s.nfds = 3;
	if (spawn(&s, &pid) < 0) {
		close(out[0]);
		close(out[1]);
		return NULL;
	}
	close(out[1]);
	if (read_all(out[0], 4096, &text, &len) < 0)
		text = NULL;
	close(out[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (status == 0)
		return text;
	free(text);
	return NULL;
}

static int
append_file(int to, const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name), *text = NULL;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), r = CS_EIO;
	size_t len = 0;

	if (fd >= 0) {
		r = read_all(fd, KEY_MAX, &text, &len);
		close(fd);
	}
	if (r == 0)
		r = write_all(to, text, len);
	if (r < 0)
		fprintf(stderr, "codesyncd: %s cannot be read\n", path);
	if (text != NULL)
		explicit_bzero(text, len);
	free(text);
	free(path);
	return r;
}

static int
load_keys(struct places *p, const char *data_dir)
{
	char *dir = xasprintf("%s/keys", data_dir);
	char *text = make_keys(p->session, dir), *line;
	int r = CS_EIO;

	if (text == NULL || (line = strchr(text, '\n')) == NULL) {
		fprintf(stderr, "codesyncd: no host keys could be made in %s\n",
		    dir);
		goto out;
	}
	*line++ = '\0';
	line[strcspn(line, "\n")] = '\0';
	p->fingerprint = xstrdup(text);
	p->public_key = xstrdup(line);
	p->keys_fd = memfd_create("host keys", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (p->keys_fd < 0 ||
	    append_file(p->keys_fd, dir, "ssh_host_ed25519_key") < 0 ||
	    append_file(p->keys_fd, dir, "ssh_host_rsa_key") < 0)
		goto out;
	/* a session that was conquered must not change the next one's keys */
	if (fcntl(p->keys_fd, F_ADD_SEALS,
		F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0)
		r = 0;
out:
	free(text);
	free(dir);
	return r;
}

int
places_open(struct places *p, const char *data_dir, const char *run_dir)
{
	char *seats = xasprintf("%s/s", run_dir);
	int r;

	p->lock_fd = p->keys_fd = p->seats_fd = -1;
	if ((r = make_dirs(p, data_dir, run_dir)) == 0 &&
	    (r = take_lock(p, run_dir)) == 0 &&
	    (r = load_keys(p, data_dir)) == 0) {
		p->seats_fd = open(seats, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (p->seats_fd < 0)
			r = CS_EIO;
	}
	free(seats);
	return r;
}

void
places_close(struct places *p)
{
	char **const texts[] = { &p->session, &p->editor, &p->command, &p->hub,
		&p->runner, &p->relay, &p->empty_dir, &p->fingerprint,
		&p->public_key };

	if (p->lock_fd >= 0) {
		unlink(p->lock);
		close(p->lock_fd);
	}
	free(p->lock);
	p->lock = NULL;
	if (p->keys_fd >= 0)
		close(p->keys_fd);
	if (p->seats_fd >= 0)
		close(p->seats_fd);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		free(*texts[i]);
		*texts[i] = NULL;
	}
}
