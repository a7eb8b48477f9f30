# A signal to all that it may send one to.
# expect: ok
# each: SIGTERM SIGKILL SIGSTOP SIGHUP
# user: too
import os
import signal

import wall

sig = getattr(signal, wall.WORD)
if wall.WORD in ("SIGTERM", "SIGHUP"):
    signal.signal(sig, signal.SIG_IGN)
if wall.WORD == "SIGSTOP":
    # not to itself: the kernel spares who calls
    wall.fork(wall.sleep)
try:
    os.kill(-1, sig)
except ProcessLookupError:
    pass
wall.held()
