# Descriptors of the runner that came in: the judge leaves two open for it.
# expect: ok
# user: too
import os

import wall

for fd in range(3, 4096):
    try:
        s = os.fstat(fd)
    except OSError:
        continue
    wall.leak("descriptor", fd, oct(s.st_mode))
wall.held()
