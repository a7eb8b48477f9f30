# Capabilities: those it has, those it could get back, those it asks for.
# expect: ok
# user: too
import ctypes
import struct

import wall

VERSION, AMBIENT, RAISE, BOUNDED = 0x20080522, 47, 2, 23
head = struct.pack("Ii", VERSION, 0)
has = ctypes.create_string_buffer(24)
if wall.call("capget", head, has) == 0 and has.raw != bytes(24):
    wall.leak("capabilities", has.raw.hex())
for cap in range(41):
    if wall.libc.prctl(BOUNDED, cap, 0, 0, 0) == 1:
        wall.leak("bounding set", cap)
    if wall.libc.prctl(AMBIENT, RAISE, cap, 0, 0) == 0:
        wall.leak("ambient", cap)
wall.denied("capset", wall.call("capset", head, struct.pack("6I", *[~0 & 0xffffffff] * 6)))
wall.held()
