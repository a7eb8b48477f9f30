# The other way to a filter of one's own: one that allows everything.
# expect: ok|blocked
import ctypes
import struct

import wall

ALLOW, SET_SECCOMP = 0x7fff0000, 22
step = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, ALLOW))
filter = struct.pack("H6xQ", 1, ctypes.addressof(step))
wall.denied("PR_SET_SECCOMP", wall.call("prctl", SET_SECCOMP, 2, filter, 0, 0))
wall.held()
