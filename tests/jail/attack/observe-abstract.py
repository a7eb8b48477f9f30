# Abstract names without socket() and connect(): a pair that sends elsewhere.
# expect: ok
import socket

import wall

for kind in socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET:
    try:
        a = socket.socketpair(socket.AF_UNIX, kind)[0]
    except OSError:
        continue
    wall.refused("sendto", a.sendto, b"x", "\0" + wall.HOST_SOCKET)
    wall.refused("sendmsg", a.sendmsg, [b"x"], [], 0, "\0" + wall.HOST_SOCKET)
    wall.refused("connect", a.connect, "\0" + wall.HOST_SOCKET)
wall.held()
