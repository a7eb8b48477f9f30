/* syncer.c - see syncer.h */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "hostd/syncer.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"

struct syncer {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t more;
	bool wanted, stop; /* locked */
	int fd;
};

static void *
work(void *arg)
{
	struct syncer *s = arg;

	pthread_mutex_lock(&s->lock);
	while (s->wanted || !s->stop) {
		if (!s->wanted) {
			pthread_cond_wait(&s->more, &s->lock);
			continue;
		}
		s->wanted = false;
		pthread_mutex_unlock(&s->lock);
		if (fdatasync(s->fd) != 0)
			log_err("the store cannot be synchronized with the "
				"disk: %m");
		pthread_mutex_lock(&s->lock);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

/* Signals are the loop's. */
static int
start(struct syncer *s)
{
	sigset_t all, old;
	int r;

	sigfillset(&all);
	if (pthread_sigmask(SIG_SETMASK, &all, &old) != 0)
		return -1;
	r = pthread_create(&s->thread, NULL, work, s);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return r == 0 ? 0 : -1;
}

static void
forget(struct syncer *s)
{
	if (s->fd >= 0)
		close(s->fd);
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->more);
	free(s);
}

int
syncer_open(struct syncer **out, const char *path)
{
	struct syncer *s = xcalloc(1, sizeof(*s));

	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->more, NULL);
	s->fd = open(path, O_RDWR | O_CLOEXEC);
	if (s->fd < 0 || start(s) < 0) {
		log_err("%s: %m", path);
		forget(s);
		*out = NULL;
		return CS_EIO;
	}
	*out = s;
	return 0;
}

static void
tell(struct syncer *s, bool stop)
{
	pthread_mutex_lock(&s->lock);
	s->wanted |= !stop;
	s->stop |= stop;
	pthread_cond_signal(&s->more);
	pthread_mutex_unlock(&s->lock);
}

void
syncer_want(struct syncer *s)
{
	tell(s, false);
}

void
syncer_close(struct syncer *s)
{
	if (s == NULL)
		return;
	tell(s, true);
	pthread_join(s->thread, NULL);
	forget(s);
}
