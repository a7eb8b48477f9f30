# Pages moved without copying, as several holes in the kernel needed them.
# expect: ok
import os

import wall

r, w = os.pipe()
r2, w2 = os.pipe()
os.write(w, b"x" * 100)
wall.denied("tee", wall.call("tee", r, w2, 10, 0))
wall.denied("splice", wall.call("splice", r, 0, w2, 0, 10, 0))
wall.denied("vmsplice", wall.call("vmsplice", w, bytes(16), 0, 0))
wall.held()
