# Locks on files that both see: a lock held by one is a bit told to the other.
# expect: ok
# pair: one locks, the other tries
import fcntl
import os
import struct

import wall

F_OFD_SETLK, F_OFD_GETLK = 37, 36
FORM = "hhqqi4x"
fds = [os.open(path, os.O_RDONLY) for path in
       ("/usr/bin/python3", os.__file__, "/dev/null", "/usr/lib", "/etc/ld.so.cache")]


def attempt(fn, *args):
    try:
        return fn(*args)
    except OSError:
        return None


if wall.ROLE == "a":
    for fd in fds:
        attempt(fcntl.flock, fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for cmd in fcntl.F_SETLK, F_OFD_SETLK:
            attempt(fcntl.fcntl, fd, cmd, struct.pack(FORM, fcntl.F_RDLCK, 0, 0, 0, 0))
wall.step()
if wall.ROLE == "b":
    for fd in fds:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            wall.leak("flock")
        except OSError:
            pass
        for cmd in fcntl.F_GETLK, F_OFD_GETLK:
            ask = struct.pack(FORM, fcntl.F_WRLCK, 0, 0, 0, 0)
            got = attempt(fcntl.fcntl, fd, cmd, ask)
            if got and struct.unpack(FORM, got)[0] == fcntl.F_RDLCK:
                wall.leak("lock", cmd)
wall.step()
wall.held()
