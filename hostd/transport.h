/*
 * transport.h - one ssh connection, the server's side of it, and its only channel.
 * There is one in a process, and it lives as long.
 *
 * What comes is said by the events, from inside transport_read alone. They may
 * call whatever does not end the connection or its channel.
 */
#ifndef HOSTD_TRANSPORT_H
#define HOSTD_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QUESTION_TEXT_SIZE 512
#define QUESTION_PROMPT_SIZE 48

struct question {                      /* keyboard-interactive */
	char text[QUESTION_TEXT_SIZE]; /* above the prompt */
	char prompt[QUESTION_PROMPT_SIZE];
	bool echo;
};

enum transport_next {
	NEXT_NO,   /* this method does not help */
	NEXT_ASK,  /* the question follows */
	NEXT_IN,   /* who asks is let in */
	NEXT_QUIET /* nothing is said: the connection is about to end */
};
enum key_state { KEY_OFFERED, KEY_SIGNED, KEY_WRONG /* signature */ };
enum key_answer { KEY_DENIED, KEY_FITS, KEY_PARTIAL /* and more is needed */ };

struct transport_events {
	/* USER (NULL: none) wants in, INTERACTIVE or by another method. */
	enum transport_next (*request)(const char *user, bool interactive);
	/* The answer to the question; NULL: there is not just one. */
	enum transport_next (*answer)(const char *answer);
	/* What to ask; Q is all zero. */
	void (*question)(struct question *q);
	/* A key of USER's, in BASE64 (NULL: it cannot be had). With KEY_SIGNED
	 * its signature over this connection, USER and the key is valid; one
	 * that is only offered is anybody's. KEY_FITS lets in who has signed. */
	enum key_answer (*key)(
	    const char *user, const char *base64, enum key_state state);

	/* A channel: may it be opened, and what is wanted on it? False: no. */
	bool (*may_open)(void);
	bool (*pty)(const char *term, int cols, int rows);
	bool (*env)(const char *name, const char *value);
	bool (*shell)(void);
	bool (*exec)(const char *line);
	bool (*subsystem)(const char *name);
	void (*window)(int cols, int rows);
	/* Bytes for the other side, which are borrowed; no more will come; the
	 * client has closed it; "INT" ... */
	void (*data)(const void *p, size_t len);
	void (*eof)(void);
	void (*closed)(void);
	void (*signal)(const char *name);
};

/* Make the host keys that are missing in DIR, and write how people recognise this
 * host to stdout: "FINGERPRINT\nTYPE BASE64\n". CS_EIO, which was logged. */
int transport_make_keys(const char *dir);
/* Set it up over SOCKET with the host keys in KEYS_FD, PEM one after the other,
 * which is closed. CS_EIO, CS_EFORMAT (a key). */
int transport_open(int socket, int keys_fd, const struct transport_events *ev);
/* Exchange keys, which blocks. CS_EIO, CS_ENOMEM. */
int transport_greet(void);
/* Read what has come, and write what waits. False: it is over. */
bool transport_read(void);
bool transport_up(void);
/* Something waits to be written, and takes no more. */
bool transport_busy(void);
/* Bytes that came so far. */
uint64_t transport_heard(void);
void transport_keepalive(void); /* ask for a sign of life */
/* WHY, or NULL, is told to the client. */
void transport_disconnect(const char *why);

/* By keyboard-interactive, and with KEYS by public key. */
void transport_offer(bool keys);
/* While nobody is in: did something come for which libssh has no answer? And when
 * to ask for it again; 0: no matter when. */
bool transport_unanswered(uint64_t now_ms);
uint64_t transport_unanswered_ms(void);

/* Bytes that the client takes on the channel: 0 without one. */
size_t transport_window(void);
/* Write to it, or to its ERRORS: so many were taken, fewer than LEN when the
 * window closes or keys are exchanged; or negative. */
int transport_write(const void *p, size_t len, bool errors);
/* Exit status, end of file, close. */
void transport_end(int status);

#endif
