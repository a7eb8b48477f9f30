# Memory as fast as the kernel gives it, for those who look now and then.
# expect: memory_limit|failed 1
import mmap

import wall

POPULATE = 0x8000
maps = []
while len(maps) < 12:
    maps.append(mmap.mmap(-1, 32 << 20, flags=mmap.MAP_PRIVATE | POPULATE))
wall.leak("has", 32 * len(maps), "MB")
