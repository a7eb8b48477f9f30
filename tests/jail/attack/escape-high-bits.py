# 64-bit arguments of which the kernel reads only the lower half.
# expect: ok
import os

import wall

NOTIFY, SETLEASE, SETPIPE, SETOWN, SETSIG = 1026, 1024, 1031, 8, 10
AF_UNIX, DGRAM, SEQPACKET = 1, 2, 5
here = os.open("/tmp", os.O_RDONLY)
pipe = os.pipe()[0]
pair = (wall.ctypes.c_int * 2)()
for high in 1 << 32, 1 << 48, 1 << 63, -1 << 32:
    for fd, cmd, arg in ((here, NOTIFY, 1), (pipe, SETPIPE, 1 << 16),
                         (pipe, SETOWN, os.getpid()), (pipe, SETSIG, 10)):
        wall.denied(f"fcntl {cmd} {high:#x}",
                    wall.call("fcntl", fd, cmd | high, arg))
    for kind in DGRAM, SEQPACKET:
        wall.denied(f"socketpair {kind} {high:#x}",
                    wall.call("socketpair", AF_UNIX, kind | high, 0, pair))
    wall.denied(f"prctl {high:#x}", wall.call("prctl", 36 | high, 1, 0, 0, 0))
for cmd, arg in (NOTIFY, 1), (SETOWN, os.getpid()), (SETSIG, 10):
    wall.denied(f"fcntl {cmd}", wall.call("fcntl", here, cmd, arg))
wall.denied("fcntl SETPIPE_SZ", wall.call("fcntl", pipe, SETPIPE, 1 << 16))
wall.held()
