# A child that is init's and not the program's: its end is not the run's end.
# expect: failed 3
# prints: held
import os
import signal
import time

import wall

CLONE_PARENT = 0x8000
if wall.call("clone", CLONE_PARENT | signal.SIGCHLD, 0, 0, 0, 0) == 0:
    os._exit(0)
if wall.call("clone", CLONE_PARENT | signal.SIGCHLD, 0, 0, 0, 0) == 0:
    os.kill(os.getpid(), signal.SIGKILL)
time.sleep(0.3)
wall.held()
os._exit(3)
