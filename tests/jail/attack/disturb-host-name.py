# The name of the machine.
# expect: ok
# user: too
import socket

import wall

wall.refused("sethostname", socket.sethostname, wall.MARK)
wall.denied("setdomainname", wall.call("setdomainname", b"x", 1))
if socket.gethostname() == wall.MARK:
    wall.leak("is renamed")
wall.held()
