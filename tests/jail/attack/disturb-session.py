# A session or process group of its own, out of reach of who ends the group.
# expect: ok
import os

import wall


def leave():
    wall.refused("setsid", os.setsid)
    wall.refused("setpgid", os.setpgid, 0, 0)


os.waitpid(wall.fork(leave), 0)
wall.held()
