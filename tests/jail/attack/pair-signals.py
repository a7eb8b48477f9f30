# Signals by number: the other's is as small as ours.
# expect: ok
# pair: both send, nobody gets any
# user: too
import os
import signal

import wall

got = []
signal.signal(signal.SIGUSR1, lambda *_: got.append(1))
wall.step()
for pid in range(1, 400):
    if pid != os.getpid():
        try:
            os.kill(pid, signal.SIGUSR1)
        except OSError:
            pass
wall.step()
if got:
    wall.leak("signals", len(got))
wall.held()
