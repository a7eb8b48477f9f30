# The same in sockets that nobody has open: each is sent in another, full, and closed.
# expect: ok|memory_limit
# user: too
import array
import os
import socket

import wall

way = socket.socketpair()
way[0].setblocking(False)


def fill():
    """One more on its way, as long as the kernel takes some."""
    pair, size = socket.socketpair(), 0
    pair[0].setblocking(False)
    try:
        while True:
            size += pair[0].send(b"x" * 32768)
    except BlockingIOError:
        pass
    way[0].sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                             array.array("i", [s.fileno() for s in pair]))])
    for s in pair:
        os.close(s.detach())
    return size


wall.hoard(fill, 15)
wall.held()
