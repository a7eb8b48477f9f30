# Memory that cannot be paged out, and huge pages.
# expect: ok
import mmap

import wall

wall.denied("mlockall", wall.call("mlockall", 3))
m = mmap.mmap(-1, 1 << 22)
at = wall.ctypes.c_void_p(wall.ctypes.addressof(wall.ctypes.c_char.from_buffer(m)))
wall.denied("mlock", wall.call("mlock", at, 1 << 22))
wall.denied("mlock2", wall.call("mlock2", at, 1 << 22, 0))
for flag in 0x2000, 0x40000:  # MAP_LOCKED, MAP_HUGETLB
    wall.refused(f"mmap {flag:#x}", mmap.mmap, -1, 1 << 22,
                 flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | flag)
wall.held()
