# A port on the loopback.
# expect: ok
# pair: one listens, the other calls
# user: too
import socket

import wall

port = 20000 + wall.HOST_PORT % 20000
keep = []
if wall.ROLE == "a":
    for kind in socket.SOCK_STREAM, socket.SOCK_DGRAM:
        try:
            s = socket.socket(socket.AF_INET, kind)
            s.bind(("127.0.0.1", port))
            keep.append(s)
            s.listen()
        except OSError:
            pass
wall.step()
if wall.ROLE == "b":
    wall.refused("connect", socket.create_connection, ("127.0.0.1", port), 2)
wall.step()
wall.held()
