# Names of other machines.
# expect: ok
import socket

import wall

for fn, name in ((socket.gethostbyname, "example.com"),
                 (socket.gethostbyname, wall.HOST_NAME),
                 (socket.gethostbyaddr, "192.0.2.1")):
    wall.refused(name, fn, name)
wall.held()
