/*
 * monitor.h - the fixed-size requests between codesyncd and its children over
 * SEQPACKET socketpairs. codesyncd reads nothing else from anybody. A message
 * of another size or type, or one that the sender's state forbids, ends that
 * child.
 *
 * codesync-session (fd 4) asks:  PROMPT, AUTH, EDIT, EXEC, LINK, LOG
 * codesyncd answers it:          VERDICT, PTY (with the master), PIPE (three,
 *                                with a pipe's end each), SOCKET (with it), EXIT
 * codesyncd asks the hub (fd 3): HUB_HOST, HUB_AUTH, HUB_GONE, and tells it for
 *                                the trail: HUB_REFUSED
 * the hub answers:               HUB_READY, HUB_VERDICT
 * the hub asks codesyncd:        HUB_SIGN; it has codesync-session -s (fd 4)
 *                                answer: HUB_SIGNED
 */
#ifndef HOSTD_MONITOR_H
#define HOSTD_MONITOR_H

#include <stddef.h>
#include <stdint.h>

#include "proto/msg.h"

#define MON_USER_MAX 96
#define MON_ROOM_MAX 16
#define MON_SECRET_MAX 256
#define MON_TERM_MAX 64
#define MON_KEY_MAX 1200 /* a public key on the wire: RSA of 8192 bits fits */
#define MON_TEXT_MAX 512
#define MON_WHO_MAX 48
#define MON_LINE_MAX 8192 /* a command line, or files of `room create` */

enum mon_type {
	MON_AUTH = 1,
	MON_EDIT,
	MON_LOG,
	MON_PROMPT, /* a question is on somebody's screen: more grace */
	MON_EXEC,   /* a command of codesync: through pipes, or on a pty */
	MON_LINK,   /* the subsystem: a connection to the seat's endpoint */
	MON_VERDICT = 32,
	MON_PTY,
	MON_EXIT,
	MON_PIPE,
	MON_SOCKET,
	MON_HUB_READY = 64,
	MON_HUB_HOST,
	MON_HUB_AUTH,
	MON_HUB_VERDICT,
	MON_HUB_GONE,
	MON_HUB_REFUSED,
	MON_HUB_SIGN,
	MON_HUB_SIGNED
};

enum mon_verdict {
	MON_DENIED, /* wrong or unknown: all the same */
	MON_OK,
	MON_BUSY /* the hub is away: try again, not counted */
};

/* How somebody proves who it is. */
enum mon_auth_kind {
	MON_BY_CODE,     /* user: a room's id; secret: an invite code */
	MON_BY_PASSWORD, /* user: an account; secret */
	MON_BY_KEY,      /* user, key: a signature by it was checked */
	MON_KEY_OFFER,   /* would BY_KEY do? Nothing is proved or counted */
	MON_SIGN_UP,     /* secret: a token or ""; name, password; key: one that
			    was proved in this connection, or none */
	MON_AUTH_KINDS
};

/* Why connections were refused. */
enum mon_refusal {
	MON_NO_SEATS,
	MON_STARTUPS,
	MON_SOURCE,
	MON_PENALTY,
	MON_REFUSALS
};

enum mon_edit_flags { MON_ASCII = 1, MON_MONO = 2, MON_CALM = 4 };

/* What of a SIGN_UP is to be given again. */
enum mon_wrong { MON_WRONG_TOKEN, MON_WRONG_NAME, MON_WRONG_PASSWORD };

struct mon_msg {
	uint32_t type; /* enum mon_type */
	uint32_t req;  /* HUB_AUTH and its verdict: the connection */
	union {
		struct { /* AUTH, HUB_AUTH: strings are NUL-terminated */
			uint32_t kind;           /* enum mon_auth_kind */
			char user[MON_USER_MAX]; /* without options and room */
			char room[MON_ROOM_MAX]; /* of NAME+ROOM, else "" */
			char secret[MON_SECRET_MAX];
			char name[MON_USER_MAX];
			char password[MON_SECRET_MAX];
			uint32_t key_len;
			uint8_t key[MON_KEY_MAX];
			char source[64]; /* HUB_AUTH: address of the client */
		} auth;
		struct { /* VERDICT, HUB_VERDICT */
			uint32_t verdict;
			uint32_t wrong;  /* DENIED of SIGN_UP: enum mon_wrong */
			uint32_t status; /* the exit status that goes with
					    TEXT when somebody is let in */
			/* for the person, with DENIED of SIGN_UP: what is
			 * wrong; with OK: "", or what is said instead of
			 * opening an editor */
			char text[MON_TEXT_MAX];
			/* only from the hub to codesyncd: of the seat, if
			 * there is one; and of who it is, for commands */
			char ticket[TICKET_LEN + 1], pass[TICKET_LEN + 1];
			char who[MON_WHO_MAX]; /* the same for all connections
						  of one account or seat */
		} verdict;
		struct { /* EDIT: one pty with an editor on it */
			char term[MON_TERM_MAX];
			uint16_t cols, rows;
			uint32_t flags; /* enum mon_edit_flags */
		} edit;
		struct {                         /* EXEC */
			char line[MON_LINE_MAX]; /* "": the list of an
						    account's rooms */
			uint32_t pty;            /* on one of this size */
			uint16_t cols, rows;
			/* for the editors that are opened from there */
			char term[MON_TERM_MAX];
			uint32_t flags; /* enum mon_edit_flags */
		} exec;
		struct { /* PIPE: 0 its input, 1 output, 2 errors */
			uint32_t which;
		} pipe;
		struct { /* EXIT: how the editor or the command ended, as by
			  * waitpid; before any PTY or PIPE: none could be
			  * started, and this is the status to end with */
			int32_t status;
		} exit;
		struct { /* LOG */
			int32_t level;
			char line[256];
		} log;
		struct { /* HUB_HOST: how the host is reached */
			char host[256];
			uint32_t port;
			char fingerprint
			    [64]; /* "SHA256:..." of the ed25519 key */
			char known_hosts[512]; /* one line */
		} host;
		struct { /* HUB_GONE: the connection with these has ended */
			char ticket[TICKET_LEN + 1], pass[TICKET_LEN + 1];
		} gone;
		struct { /* HUB_REFUSED: so many since the last one */
			uint32_t counts[MON_REFUSALS];
			char source[64]; /* the newest of them */
		} refused;
		struct { /* HUB_SIGN, HUB_SIGNED: the head of a log (chain.h) */
			char room[MON_ROOM_MAX];
			uint64_t rev, at_ms;
			uint8_t sha256[32];
			uint8_t key[32], signature[64]; /* of the answer */
		} sign;
	} u;
};

/* All zero but TYPE. */
void mon_init(struct mon_msg *m, uint32_t type);
/* Send M, with FD if it is not -1. 0, CS_EAGAIN, CS_ECLOSED, CS_EIO. */
int mon_send(int sock, const struct mon_msg *m, int fd);
/* Receive one: 1, 0 (closed), CS_EAGAIN, CS_EIO, or CS_EFORMAT: it has another
 * size, an unknown type or a string without its end. *FD (if not NULL) gets a
 * descriptor that came with it, or -1; the caller closes it. */
int mon_recv(int sock, struct mon_msg *m, int *fd);

#endif
