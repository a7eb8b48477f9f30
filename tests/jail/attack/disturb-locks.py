# Locks and leases on files that other runs see too.
# expect: ok
import fcntl
import os

import wall

NOTIFY, SETLEASE, GETLEASE = 1026, 1024, 1025
for path in "/usr/bin/python3", os.__file__, "/dev/null", "/usr", "/etc/passwd":
    fd = os.open(path, os.O_RDONLY)
    for how in fcntl.LOCK_SH, fcntl.LOCK_EX:
        wall.refused("flock " + path, fcntl.flock, fd, how | fcntl.LOCK_NB)
    for kind in fcntl.F_RDLCK, fcntl.F_WRLCK:
        wall.refused("lease " + path, fcntl.fcntl, fd, SETLEASE, kind)
    wall.refused("lease? " + path, fcntl.fcntl, fd, GETLEASE)
    wall.refused("notify " + path, fcntl.fcntl, fd, NOTIFY, 1)
wall.held()
