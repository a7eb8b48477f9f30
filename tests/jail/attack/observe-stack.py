# What the exec of this program left above its stack: names and old strings.
# expect: ok
import ctypes
import os

import wall

start = ctypes.c_void_p.in_dll(wall.libc, "environ").value
start = ctypes.cast(start, ctypes.POINTER(ctypes.c_void_p))[0] or start
at = start & ~4095
fd = os.open("/tmp/top", os.O_RDWR | os.O_CREAT)
while wall.call("write", fd, ctypes.c_void_p(at), 4096) == 4096:
    at += 4096  # the kernel checks the address for us
with open("/tmp/top", "rb") as f:
    top = f.read()
if b"PATH=" not in top:
    wall.leak("no stack, though it must be there")
for text in b"HOST_SECRET", b"codesync-jail", wall.HOST_FILE.encode():
    if text in top:
        wall.leak(text)
wall.held()
