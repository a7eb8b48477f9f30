# Bytes that change a terminal: they are passed on, and the run is as any other.
# expect: ok
import sys

import wall

out = sys.stdout.buffer
for text in (b"\x1b]52;c;eA==\x07", b"\x1b[2J\x1b[H", b"\x1bc", b"\x1b]0;t\x07",
             b"\x1b[6n\x1b[c", b"\x1bP+q544e\x1b\\", b"\x9b31m", b"\xff\xfe\x00\x80",
             b"\x1b[1;1r\x1b[?1049h", b"\xe2\x80\xae", b"\x1b]8;;x\x1b\\", b"\x05"):
    out.write(text + b"\n")
out.flush()
wall.held()
