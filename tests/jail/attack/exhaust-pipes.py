# The kernel's memory for what is in pipes that nobody reads.
# expect: ok|memory_limit
import os
import time

import wall

LIMIT = 160 << 20  # two and a half times what the run may have
total = os.pipe()


def fill():
    size = 0
    try:
        while size < 20 << 20:
            r, w = os.pipe()
            os.set_blocking(w, False)
            size += os.write(w, b"x" * 65536)
    except OSError:
        pass
    os.write(total[1], b"%08d" % size)
    time.sleep(3)


n = 0
try:
    while n < 20:
        wall.fork(fill)
        n += 1
except OSError:
    pass
size = sum(int(os.read(total[0], 8)) for _ in range(n))
if size > LIMIT:
    wall.leak("the kernel keeps", size)
wall.held()
