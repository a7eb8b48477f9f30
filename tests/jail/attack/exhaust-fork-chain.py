# Always another process: each makes one and ends, so that nobody is there to kill.
# expect: time_limit
# options: --wall-s 1 --cpu-s 5
import os
import time

import wall


def chain():
    while True:
        try:
            if os.fork() != 0:
                os._exit(0)
        except OSError:
            time.sleep(0.001)


wall.fork(chain)
wall.fork(chain)
wall.sleep()
