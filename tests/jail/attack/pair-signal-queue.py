# One queues as many signals as it may; the other needs a few.
# expect: ok
# pair: one takes, the other needs
import os
import signal

import wall

signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])
n = 0
while n < (100000 if wall.ROLE == "a" else 0):
    if wall.libc.sigqueue(os.getpid(), signal.SIGRTMIN, 0) != 0:
        break
    n += 1
wall.step()
while wall.ROLE == "b" and n < 60:
    if wall.libc.sigqueue(os.getpid(), signal.SIGRTMIN, 0) != 0:
        wall.leak("the other leaves", n)
        break
    n += 1
wall.step()
wall.held()
