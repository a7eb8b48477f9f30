# The kernel's memory for what is in socket pairs that nobody reads.
# expect: ok|memory_limit
# rlimits: what the kernel keeps for a run is not counted
import os
import socket
import time

import wall

LIMIT = 160 << 20
total = os.pipe()


def fill():
    size, keep = 0, []
    try:
        while size < 20 << 20:
            pair = socket.socketpair()
            keep.append(pair)
            for s in pair:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
                s.setblocking(False)
                try:
                    while True:
                        size += s.send(b"x" * 32768)
                except BlockingIOError:
                    pass
    except OSError:
        pass
    os.write(total[1], b"%08d" % size)
    time.sleep(3)


n = 0
try:
    while n < 15:
        wall.fork(fill)
        n += 1
except OSError:
    pass
size = sum(int(os.read(total[0], 8)) for _ in range(n))
if size > LIMIT:
    wall.leak("the kernel keeps", size)
wall.held()
