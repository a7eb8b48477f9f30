# Abstract sockets.
# expect: ok
# pair: both listen, both call
# user: too
import socket

import wall

keep = []
for kind in socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET:
    for make in socket.socket, lambda f, k: socket.socketpair(f, k)[0]:
        try:
            s = make(socket.AF_UNIX, kind)
            keep.append(s)
            s.bind(f"\0{wall.MARK}-{int(kind)}")
            s.listen()
        except OSError:
            pass
wall.step()
for kind in socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET:
    for s in keep:
        wall.refused("sendto", s.sendto, b"x", 0, f"\0{wall.OTHER_MARK}-{int(kind)}")
        wall.refused("connect", s.connect, f"\0{wall.OTHER_MARK}-{int(kind)}")
wall.step()
wall.held()
