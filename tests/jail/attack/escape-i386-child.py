# The same in a child, whose end the run may survive.
# expect: blocked|ok
# only: x86_64
import ctypes
import mmap
import os
import signal

import wall

CODE = bytes.fromhex("5389f831db31c9cd805bc3")
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(CODE)
fn = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(
    ctypes.addressof(ctypes.c_char.from_buffer(page)))
pid = wall.fork(lambda: wall.leak("int 0x80 returns", fn(20)))
status = os.waitpid(pid, 0)[1]
if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGSYS:
    wall.leak("the child goes on", status)
wall.held()
