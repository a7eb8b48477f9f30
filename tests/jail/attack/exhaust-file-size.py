# One file beyond its limit, with the signal's usual effect.
# expect: failed SIGXFSZ
import os
import signal

import wall

signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
fd = os.open("/tmp/large", os.O_RDWR | os.O_CREAT)
os.pwrite(fd, b"x", 200 << 20)
wall.leak("has written")
