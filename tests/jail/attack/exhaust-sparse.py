# Files that are large and have nothing in them.
# expect: ok
import os

import wall

fd = os.open("/work/sparse", os.O_RDWR | os.O_CREAT)
for size in 1 << 30, 1 << 40, 1 << 62:
    wall.refused("truncate", os.ftruncate, fd, size)
    wall.refused("allocate", os.posix_fallocate, fd, 0, size)
    wall.refused("write", os.pwrite, fd, b"x", size)
wall.held()
