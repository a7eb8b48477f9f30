# Shared memory without a name, which limits on data do not count.
# expect: memory_limit|failed 1|failed SIGBUS
# user: too
import mmap

import wall

maps = []
while len(maps) < 400:
    m = mmap.mmap(-1, 1 << 20)
    m.write(b"x" * (1 << 20))
    maps.append(m)
wall.leak("has", len(maps), "MB")
