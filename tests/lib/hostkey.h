/* hostkey.h - a host key for tests, as ssh-keygen made it; no host uses it. */
#ifndef TESTS_LIB_HOSTKEY_H
#define TESTS_LIB_HOSTKEY_H

static const char hostkey_pem[] =
    "-----BEGIN OPENSSH PRIVATE KEY-----\n"
    "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW\n"
    "QyNTUxOQAAACDunlC8vVeC+AYjGGHIZHpqNqu2lkfWgKfdqXSgBusyOQAAAIin/9CKp//Q\n"
    "igAAAAtzc2gtZWQyNTUxOQAAACDunlC8vVeC+AYjGGHIZHpqNqu2lkfWgKfdqXSgBusyOQ\n"
    "AAAEA3O+qTRyVolrqnlNDvu1ay/iU7wuQbLwHAKu03u9/GBO6eULy9V4L4BiMYYchkemo2\n"
    "q7aWR9aAp92pdKAG6zI5AAAAAAECAwQF\n"
    "-----END OPENSSH PRIVATE KEY-----\n";

#endif
