# Open files, until no more can be opened.
# expect: ok
import os

import wall

n = 0
try:
    while n < 5000:
        os.open("/dev/null", os.O_RDONLY)
        n += 1
except OSError:
    pass
if n > 1024:
    wall.leak("has", n)
wall.held()
