/*
 * place.h - the daemon's directories, lock, host keys and programs (see
 * "Places" in ARCHITECTURE.md).
 */
#ifndef HOSTD_PLACE_H
#define HOSTD_PLACE_H

struct places {
	/* programs; set by the caller */
	char *session, *editor, *command, *hub, *runner, *relay;
	char *empty_dir, *lock;
	int lock_fd;
	int keys_fd;  /* sealed memfd: both private host keys, PEM */
	int seats_fd; /* RUNDIR/s */
	char *fingerprint, *public_key; /* of the ed25519 key */
};

/* Make what is missing with the right owners and modes, take the lock, make and
 * read the host keys. Complains on stderr; CS_EBUSY: another daemon has the
 * lock; CS_EINVAL: will fail again; CS_EIO. */
int places_open(struct places *p, const char *data_dir, const char *run_dir);
/* Frees everything, the programs too, and removes the lock. */
void places_close(struct places *p);

#endif
