# Children that have ended and that nobody waits for.
# expect: ok
# user: too
import os

import wall

n = 0
try:
    while n < 500:
        wall.fork(os._exit, 0)
        n += 1
except OSError:
    pass
if n > 40:
    wall.leak("has", n)
wall.held()
