# Many names for one file, and names as long as they may be.
# expect: ok|memory_limit
import os

import wall

made = 0
try:
    for i in range(40000):
        os.link("main.py", f"/work/{i}-" + "x" * 240)
        made += 1
except OSError:
    pass
if made > 9000:
    wall.leak("has made", made)
wall.held()
