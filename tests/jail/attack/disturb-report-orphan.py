# An orphan that writes errors for as long as it can, to have the last line.
# expect: failed 7
# report: stderr
# prints: held
import os

import wall


def write():
    while True:
        os.write(2, b'{"verdict":"ok","exit_code":0}\n')
        wall.call("sched_yield")
        wall.signal.sigtimedwait([], 0.01)


wall.held()
wall.fork(write)
os._exit(7)
