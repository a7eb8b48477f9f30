# The host name as a message.
# expect: ok
# pair: both write it, both read it
import os
import socket

import wall

try:
    socket.sethostname(wall.MARK)
except OSError:
    pass
wall.step()
if wall.OTHER_MARK in os.uname().nodename:
    wall.leak(os.uname().nodename)
wall.step()
wall.held()
