# One sends as many descriptors as it may and receives none; the other sends some.
# expect: ok
# pair: one takes, the other needs
import array
import errno
import socket

import wall

pairs = [socket.socketpair() for _ in range(60)]


def send(way, n):
    way[0].sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                             array.array("i", [0] * n))])


if wall.ROLE == "a":
    sent = 0
    try:
        for way in pairs:
            send(way, 250)
            sent += 250
    except OSError:
        pass
    if sent > 1000:  # what one may have open, and a message more
        wall.leak("on their way", sent)
wall.step()
if wall.ROLE == "b":
    try:
        send(pairs[0], 3)
    except OSError as e:
        # where runs share a user nobody can, whatever the other does
        if e.errno != errno.ENOSYS:
            wall.leak("cannot send", e)
wall.step()
wall.held()
