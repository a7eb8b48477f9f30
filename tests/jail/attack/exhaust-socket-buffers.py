# The kernel's memory for what is in socket pairs that nobody reads.
# expect: ok|memory_limit
# user: too
import socket

import wall

keep = []


def fill():
    pair, size = socket.socketpair(), 0
    keep.append(pair)
    for s in pair:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        s.setblocking(False)
        try:
            while True:
                size += s.send(b"x" * 32768)
        except BlockingIOError:
            pass
    return size


wall.hoard(fill, 15)
wall.held()
