# Every signal there is, to the first process of the sandbox.
# expect: failed 5
import os
import signal
import sys

import wall

for sig in signal.valid_signals():
    try:
        os.kill(1, sig)
        wall.call("tgkill", 1, 1, int(sig))
        wall.call("rt_sigqueueinfo", 1, int(sig), bytes(128))
    except OSError:
        pass
wall.held()
sys.exit(5)
