# The memory of other processes without ptrace.
# expect: blocked WORD
# each: process_vm_readv process_vm_writev
import ctypes
import os
import struct

import wall

space = ctypes.create_string_buffer(64)
here = struct.pack("QQ", ctypes.addressof(space), 8)
wall.denied(wall.WORD, wall.call(wall.WORD, os.getpid(), here, 1, here, 1, 0))
