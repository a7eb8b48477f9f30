# Page tables: one page read of every 2 MB costs twice that in the kernel.
# expect: ok|memory_limit|failed
import mmap

import wall

NORESERVE = 0x4000
touched = 0
maps = []
try:
    while touched < 64 << 30:
        m = mmap.mmap(-1, 256 << 20, flags=mmap.MAP_PRIVATE | NORESERVE)
        m.madvise(mmap.MADV_NOHUGEPAGE)
        for at in range(0, 256 << 20, 2 << 20):
            m[at]
        touched += 256 << 20
        maps.append(m)
except (OSError, MemoryError):
    pass
if touched >= 64 << 30:
    wall.leak("has touched", touched)
wall.held()
