# To push characters into the terminal that came as standard input, or change it.
# expect: ok
# stdin: tty
import ctypes
import struct

import wall

STI, LINUX, SWINSZ, SETS, SCTTY, CONS, SPGRP = (
    0x5412, 0x541c, 0x5414, 0x5402, 0x540e, 0x541d, 0x5410)
GETS = 0x5401
now = ctypes.create_string_buffer(64)
if wall.call("ioctl", 0, GETS, now) != 0:
    wall.held()  # there is none inside
    raise SystemExit
for high in 0, 1 << 32, 1 << 63:
    for code in 1, 2, 3, 11:
        wall.denied("TIOCLINUX", wall.call("ioctl", 0, LINUX | high, bytes([code])))
    for name, request, arg in (
            ("TIOCSTI", STI, b"x"), ("TIOCSCTTY", SCTTY, 0),
            ("TIOCSWINSZ", SWINSZ, struct.pack("4H", 1, 1, 1, 1)),
            ("TCSETS", SETS, now), ("TIOCCONS", CONS, 0),
            ("TIOCSPGRP", SPGRP, struct.pack("i", 1))):
        wall.denied(f"{name} {high:#x}", wall.call("ioctl", 0, request | high, arg))
wall.held()
