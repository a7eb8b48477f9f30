# An orphan that holds the output open when the program has ended.
# expect: failed 6
# each: sleeping stopped writing resisting
# options: --output-kb 1024
import os
import signal
import sys
import time

import wall


def orphan():
    for sig in range(1, 32):
        if sig not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(sig, signal.SIG_IGN)
    if wall.WORD == "stopped":
        os.kill(os.getpid(), signal.SIGSTOP)
    while wall.WORD == "writing":
        print("still here", file=sys.stderr, flush=True)
        time.sleep(0.01)
    while True:
        time.sleep(1)


pid = wall.fork(lambda: wall.fork(orphan))
os.waitpid(pid, 0)
wall.held()
sys.exit(6)
