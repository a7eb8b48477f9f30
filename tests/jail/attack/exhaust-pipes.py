# The kernel's memory for what is in pipes that nobody reads.
# expect: ok|memory_limit
import os

import wall


def fill():
    r, w = os.pipe()
    os.set_blocking(w, False)
    return os.write(w, b"x" * 65536)


wall.hoard(fill, 20)
wall.held()
