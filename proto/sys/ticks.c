/* ticks.c - see ticks.h */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "proto/sys/ticks.h"

#define CPUS_MAX 64
#define STACK (64 * 1024)
#define PRIORITY 1        /* the least of its class */
#define RUNAWAY_US 100000 /* without sleeping, then the kernel ends us */
#define LINGER 400        /* ticks: sandboxes are made ready after a run */

static struct {
	atomic_bool wanted;
	pthread_mutex_t lock;
	pthread_cond_t begin;
} self = { .lock = PTHREAD_MUTEX_INITIALIZER,
	.begin = PTHREAD_COND_INITIALIZER };

static void
wait_until_wanted(void)
{
	pthread_mutex_lock(&self.lock);
	while (!atomic_load(&self.wanted))
		pthread_cond_wait(&self.begin, &self.lock);
	pthread_mutex_unlock(&self.lock);
}

static void *
tick(void *arg)
{
	const struct timespec pause = { 0, TICKS_US * 1000L };

	(void)arg;
	for (int left = 0;; left--) {
		if (atomic_load_explicit(&self.wanted, memory_order_relaxed))
			left = LINGER;
		else if (left <= 0) /* also if it was wanted too briefly */
			wait_until_wanted();
		clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
	}
	return NULL;
}

void
ticks_allow(void)
{
	const struct sched_param real_time = { .sched_priority = PRIORITY };

	sched_setscheduler(0, SCHED_FIFO, &real_time);
}

/* It has our class, and we never again. */
static int
start_on(int cpu)
{
	pthread_attr_t attr;
	pthread_t thread;
	cpu_set_t set;
	int e;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setaffinity_np(&attr, sizeof(set), &set);
	e = pthread_create(&thread, &attr, tick, NULL);
	pthread_attr_destroy(&attr);
	return e;
}

static int
start_all(void)
{
	cpu_set_t ours;
	int e = 0;

	if (sched_getscheduler(0) != SCHED_FIFO)
		return EPERM;
	if (sched_getaffinity(0, sizeof(ours), &ours) != 0)
		return errno;
	for (int cpu = 0; cpu < CPUS_MAX && e == 0; cpu++)
		if (CPU_ISSET((size_t)cpu, &ours))
			e = start_on(cpu);
	return e;
}

bool
ticks_open(void)
{
	const struct rlimit runaway = { RUNAWAY_US, RUNAWAY_US };
	const struct sched_param fair = { 0 };
	int e = start_all();

	setrlimit(RLIMIT_RTTIME, &runaway);
	sched_setscheduler(0, SCHED_OTHER, &fair);
	errno = e;
	return e == 0;
}

void
ticks_want(bool wanted)
{
	if (atomic_load(&self.wanted) == wanted)
		return;
	pthread_mutex_lock(&self.lock);
	atomic_store(&self.wanted, wanted);
	if (wanted)
		pthread_cond_broadcast(&self.begin);
	pthread_mutex_unlock(&self.lock);
}
