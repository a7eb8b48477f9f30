/*
 * passwd.c - passwords, behind the loop. A request is in one of three places:
 * it waits (todo), the thread has it, or it is done. The lock guards the two
 * lists and nothing else; what is in a request belongs to whoever has taken it
 * from its list, but for DONE and ARG, which the loop's thread alone uses.
 */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "hostd/passwd.h"
#include "hostd/secret.h"
#include "hostd/user.h"
#include "proto/err.h"
#include "proto/sys/log.h"
#include "proto/sys/util.h"

struct ask {
	struct ask *next;
	passwd_done *done; /* NULL: nobody wants to know */
	void *arg;
	bool make; /* a hash, into HASH */
	int r;
	char secret[PASSWORD_MAX + 1];
	char hash[STORE_HASH_SIZE];
};

struct asks {
	struct ask *first, **last;
};

struct passwd {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct asks todo, done; /* locked */
	bool stop;              /* locked */
	int fd;                 /* an eventfd: something is done */
	struct loop_io *io;
	struct ask **live; /* all there are, for passwd_cancel */
	size_t nlive;
	char nobody[STORE_HASH_SIZE]; /* a salt: no secret has this hash */
};

static void
asks_init(struct asks *l)
{
	l->first = NULL;
	l->last = &l->first;
}

static void
asks_add(struct asks *l, struct ask *a)
{
	a->next = NULL;
	*l->last = a;
	l->last = &a->next;
}

static struct ask *
asks_take(struct asks *l)
{
	struct ask *a = l->first;

	if (a != NULL && (l->first = a->next) == NULL)
		l->last = &l->first;
	return a;
}

static void
ask_free(struct ask *a)
{
	explicit_bzero(a, sizeof(*a));
	free(a);
}

/* --- the thread --- */

static void
ask_answer(struct ask *a)
{
	a->r = a->make ? password_hash(a->secret, a->hash, sizeof(a->hash))
		       : password_check(a->secret, a->hash);
}

static void *
work(void *arg)
{
	static const uint64_t one = 1;
	struct passwd *p = arg;
	struct ask *a;

	pthread_mutex_lock(&p->lock);
	while (!p->stop) {
		if ((a = asks_take(&p->todo)) == NULL) {
			pthread_cond_wait(&p->more, &p->lock);
			continue;
		}
		pthread_mutex_unlock(&p->lock);
		ask_answer(a);
		pthread_mutex_lock(&p->lock);
		asks_add(&p->done, a);
		if (write(p->fd, &one, sizeof(one)) < 0)
			break; /* an eventfd can always be written */
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* --- the loop --- */

static void
live_remove(struct passwd *p, const struct ask *a)
{
	for (size_t i = 0; i < p->nlive; i++)
		if (p->live[i] == a) {
			p->live[i] = p->live[--p->nlive];
			return;
		}
}

static void
on_done(void *arg, int what)
{
	struct passwd *p = arg;
	struct asks done;
	struct ask *a;
	uint64_t n;

	(void)what;
	if (read(p->fd, &n, sizeof(n)) < 0)
		return;
	asks_init(&done);
	pthread_mutex_lock(&p->lock);
	while ((a = asks_take(&p->done)) != NULL)
		asks_add(&done, a);
	pthread_mutex_unlock(&p->lock);
	while ((a = asks_take(&done)) != NULL) {
		live_remove(p, a);
		if (a->r == CS_EIO)
			log_err("a password cannot be hashed");
		if (a->done != NULL)
			a->done(a->arg, a->r,
			    a->make && a->r == 0 ? a->hash : NULL);
		ask_free(a);
	}
}

static int
ask_add(struct passwd *p, const char *secret, const char *hash, bool make,
    passwd_done *done, void *arg)
{
	size_t len = strlen(secret);
	struct ask *a;

	if (len > PASSWORD_MAX)
		return CS_ETOOBIG;
	if (p->nlive > PASSWD_QUEUE) /* and one that the thread has */
		return CS_EBUSY;
	a = xcalloc(1, sizeof(*a));
	a->done = done;
	a->arg = arg;
	a->make = make;
	memcpy(a->secret, secret, len + 1);
	if (hash == NULL)
		hash = p->nobody;
	if (!make && strlen(hash) < sizeof(a->hash))
		memcpy(a->hash, hash, strlen(hash) + 1);
	p->live[p->nlive++] = a;
	pthread_mutex_lock(&p->lock);
	asks_add(&p->todo, a);
	pthread_cond_signal(&p->more);
	pthread_mutex_unlock(&p->lock);
	return 0;
}

int
passwd_verify(struct passwd *p, const char *secret, const char *hash,
    passwd_done *done, void *arg)
{
	return ask_add(p, secret, hash, false, done, arg);
}

int
passwd_hash(struct passwd *p, const char *secret, passwd_done *done, void *arg)
{
	return ask_add(p, secret, NULL, true, done, arg);
}

void
passwd_cancel(struct passwd *p, const void *arg)
{
	for (size_t i = 0; i < p->nlive; i++)
		if (p->live[i]->arg == arg)
			p->live[i]->done = NULL;
}

/* Signals are the loop's; and what is done with a secret must not be cut off
 * in the middle by one. */
static int
thread_start(struct passwd *p)
{
	sigset_t all, old;
	int r;

	sigfillset(&all);
	if (pthread_sigmask(SIG_SETMASK, &all, &old) != 0)
		return CS_EIO;
	r = pthread_create(&p->thread, NULL, work, p);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (r == 0)
		return 0;
	log_err("no thread for passwords can be started: %s", strerror(r));
	return CS_EIO;
}

int
passwd_open(struct passwd **out, struct loop *loop)
{
	struct passwd *p = xcalloc(1, sizeof(*p));
	int r;

	*out = NULL;
	asks_init(&p->todo);
	asks_init(&p->done);
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->more, NULL);
	p->live = xcalloc(PASSWD_QUEUE + 1, sizeof(struct ask *));
	p->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (p->fd < 0) {
		log_err("no eventfd for passwords: %m");
		r = CS_EIO;
	} else if ((r = password_salt(p->nobody, sizeof(p->nobody))) == 0 &&
		   (r = loop_io_new(
			loop, p->fd, LOOP_READ, on_done, p, &p->io)) == 0) {
		r = thread_start(p);
	}
	if (r == 0) {
		*out = p;
		return 0;
	}
	loop_io_free(p->io);
	if (p->fd >= 0)
		close(p->fd);
	free(p->live);
	free(p);
	return r;
}

void
passwd_close(struct passwd *p)
{
	if (p == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	p->stop = true;
	pthread_cond_signal(&p->more);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->thread, NULL);
	loop_io_free(p->io);
	close(p->fd);
	while (p->nlive > 0)
		ask_free(p->live[--p->nlive]);
	pthread_cond_destroy(&p->more);
	pthread_mutex_destroy(&p->lock);
	free(p->live);
	free(p);
}
