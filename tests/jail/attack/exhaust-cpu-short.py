# Processor time in children too short to be seen, and never waited for.
# expect: time_limit cpu
# unmetered: the kernel counts for nobody what is not waited for
# options: --cpu-s 1 --wall-s 25
import os
import signal
import time

import wall


def burn():
    end = time.process_time() + 0.01
    while time.process_time() < end:
        pass


signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
    try:
        wall.fork(burn)
    except OSError:
        os.sched_yield()
