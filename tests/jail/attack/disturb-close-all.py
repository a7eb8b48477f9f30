# All descriptors closed, and then all of them one and the same.
# expect: failed 3
# prints: held
import os

import wall

wall.held()
os.closerange(3, 65536)
for fd in range(3, 1024):
    try:
        os.dup2(0, fd)
    except OSError:
        break
os._exit(3)
