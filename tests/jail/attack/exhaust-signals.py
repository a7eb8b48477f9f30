# Signals queued to oneself, each a piece of the kernel's memory.
# expect: ok
# user: too
import os
import signal

import wall

signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])
n = 0
while n < 100000 and wall.libc.sigqueue(os.getpid(), signal.SIGRTMIN, 0) == 0:
    n += 1
if n > 1024:
    wall.leak("has queued", n)
wall.held()
