# Everything that can be written, until it is full.
# expect: ok|memory_limit
# user: too
import os

import wall

size = 0
for d in "/work", "/tmp", "/dev/shm":
    try:
        for i in range(100):
            with open(f"{d}/{wall.MARK}{i}", "wb", buffering=0) as f:
                size += f.write(b"x" * (1 << 19))
    except OSError:
        pass
if size > 3 * (4 << 20):
    wall.leak("has written", size)
wall.held()
