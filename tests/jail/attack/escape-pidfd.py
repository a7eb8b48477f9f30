# Init by a descriptor: its files, its memory's advice.
# expect: ok
import os
import struct

import wall

fd = wall.call("pidfd_open", 1, 0)
wall.denied("pidfd_open", fd)
for target in range(16):
    wall.denied("pidfd_getfd", wall.call("pidfd_getfd", fd, target, 0))
vec = struct.pack("QQ", 0x10000, 4096)
wall.denied("process_madvise", wall.call("process_madvise", fd, vec, 1, 20, 0))
wall.denied("process_mrelease", wall.call("process_mrelease", fd, 0))
wall.denied("kcmp", wall.call("kcmp", os.getpid(), os.getpid(), 0, 0, 1))
wall.held()
