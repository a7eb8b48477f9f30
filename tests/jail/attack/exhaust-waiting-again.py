# Waiting for input that is broken off and begun again, so that no wait is long.
# expect: time_limit
# stdin: open
# options: --idle-s 1 --wall-s 1
import os
import signal
import time

import wall

while True:
    pid = wall.fork(os.read, 0, 1)
    time.sleep(0.3)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    time.sleep(0.1)
