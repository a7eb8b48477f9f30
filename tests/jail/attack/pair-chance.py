# What is secret by chance: hashes, random numbers, addresses. No two runs share it.
# expect: ok
# pair: both say theirs
# differ: yes
import os
import random

import wall

print("own hash", hash("x"))
print("own random", random.random())
print("own urandom", os.urandom(8).hex())
print("own address", wall.ctypes.addressof(wall.libc.syscall) >> 12)
print("own library", wall.ctypes.cast(wall.libc.syscall, wall.ctypes.c_void_p).value)
wall.held()
