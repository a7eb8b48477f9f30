# Memory by way of files in /dev/shm.
# expect: ok|failed SIGBUS|memory_limit
import mmap
import os

import wall

size = 0
for i in range(100):
    fd = os.open(f"/dev/shm/{wall.MARK}{i}", os.O_RDWR | os.O_CREAT)
    try:
        os.ftruncate(fd, 1 << 20)
        os.posix_fallocate(fd, 0, 1 << 20)
    except OSError:
        break
    m = mmap.mmap(fd, 1 << 20)
    m.write(b"x" * (1 << 20))
    size += 1
if size > 4:
    wall.leak("has", size, "MB")
wall.held()
