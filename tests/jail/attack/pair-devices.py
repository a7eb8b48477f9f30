# The times of the host's device files, which both see.
# expect: ok
# pair: one touches, the other looks
import os

import wall

PATHS = ["/dev/" + name for name in ("null", "zero", "full", "random", "urandom")]


def times():
    return [os.stat(path).st_mtime_ns for path in PATHS]


before = times()
wall.step()
if wall.ROLE == "a":
    for path in PATHS:
        try:
            os.utime(path)
        except OSError:
            pass
wall.step()
if wall.ROLE == "b" and times() != before:
    wall.leak("times have changed")
wall.held()
