# Sockets of every family, most of which no namespace divides well.
# expect: ok
# user: too
import socket

import wall

STREAM, DGRAM, RAW, SEQPACKET = 1, 2, 3, 5
for family in range(46):
    for kind in STREAM, DGRAM, RAW, SEQPACKET:
        wall.denied(f"socket {family} {kind}", wall.call("socket", family, kind, 0))
for protocol in 0, 2, 4, 6, 9, 12, 15, 16, 20:
    wall.denied(f"netlink {protocol}", wall.call("socket", 16, RAW, protocol))
pair = (wall.ctypes.c_int * 2)()
for kind in DGRAM, RAW, SEQPACKET:
    wall.denied(f"socketpair {kind}", wall.call("socketpair", 1, kind, 0, pair))
a, b = socket.socketpair()
wall.refused("bind", a.bind, "\0" + wall.MARK)
wall.refused("listen", a.listen)
wall.refused("connect", a.connect, "\0" + wall.HOST_SOCKET)
wall.held()
