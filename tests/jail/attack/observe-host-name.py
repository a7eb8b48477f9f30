# The host's name.
# expect: ok
import os
import socket

import wall

for name in os.uname().nodename, socket.gethostname():
    if name == wall.HOST_NAME:
        wall.leak(name)
wall.held()
