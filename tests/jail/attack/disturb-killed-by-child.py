# The program killed by its own child.
# expect: failed SIGKILL
import os
import signal

import wall

wall.fork(os.kill, os.getpid(), signal.SIGKILL)
wall.sleep()
