/* cage.h - what the editor may still do once everything is open. */
#ifndef CLIENT_CAGE_H
#define CLIENT_CAGE_H

/* Give up all rights but these: the open descriptors, memory, and to connect to
 * AF_UNIX sockets; where the caller is root, only to those in the directory
 * SEATS_FD. Anything else ends the process, or is EACCES where libraries ask by
 * habit. CS_EIO. */
int cage_enter(int seats_fd);

#endif
