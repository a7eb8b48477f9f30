# Signals to the judge, by its number on the host.
# expect: ok
# user: too
import os
import signal

import wall

for pid in range(wall.HOST_PID - 3, wall.HOST_PID + 4):
    wall.refused("kill", os.kill, pid, signal.SIGUSR1)
    wall.refused("killpg", os.kill, -pid, signal.SIGUSR1)
wall.held()
