# The end of the program, with children asleep, stopped, dead and working.
# expect: failed 2
import os
import signal
import sys

import wall


def work():
    while True:
        pass


for i in range(5):
    wall.fork(wall.sleep)
    wall.fork(work)
    wall.fork(os.kill, 0, 0)
    os.kill(wall.fork(wall.sleep), signal.SIGSTOP)
wall.held()
sys.exit(2)
