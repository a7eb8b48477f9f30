# Which pages of shared files others have used lately.
# expect: ok
import mmap
import os

import wall

fd = os.open(os.path.realpath("/usr/bin/python3"), os.O_RDONLY)
m = mmap.mmap(fd, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE, flags=mmap.MAP_PRIVATE)
at = wall.ctypes.addressof(wall.ctypes.c_char.from_buffer(m))
space = wall.ctypes.create_string_buffer(64)
wall.denied("mincore", wall.call("mincore", wall.ctypes.c_void_p(at), 4096, space))
wall.denied("cachestat", wall.call("cachestat", fd, bytes(16), space, 0))
wall.held()
