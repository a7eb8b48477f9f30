# The session and process group that it was started in.
# expect: ok
import os

import wall

for fn in os.getsid, os.getpgid:
    if fn(0) == 0:
        wall.leak(fn.__name__, "is one outside")
wall.refused("tty", os.open, "/dev/tty", os.O_RDWR)
for fd in 0, 1, 2:
    wall.refused("tcgetpgrp", os.tcgetpgrp, fd)
wall.held()
