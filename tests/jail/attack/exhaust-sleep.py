# To wait for ever: asleep, stopped, for a child that never ends, in a vfork.
# expect: time_limit wall
# each: asleep stopped child stopped-by-child vfork futex
# options: --wall-s 1
import os
import signal
import threading

import wall

if wall.WORD == "stopped":
    os.kill(os.getpid(), signal.SIGSTOP)
elif wall.WORD == "child":
    os.waitpid(wall.fork(wall.sleep), 0)
elif wall.WORD == "stopped-by-child":
    wall.fork(os.kill, os.getpid(), signal.SIGSTOP)
elif wall.WORD == "vfork":
    VFORK = 0x4000  # we go on when the child has ended, which it does not
    if wall.call("clone", VFORK | signal.SIGCHLD, 0, 0, 0, 0) == 0:
        wall.sleep()
elif wall.WORD == "futex":
    threading.Event().wait()
wall.sleep()
