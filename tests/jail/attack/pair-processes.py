# The other's processes in /proc, by name.
# expect: ok
# pair: both look
# user: too
import os

import wall

wall.step()
for pid in os.listdir("/proc") if os.path.isdir("/proc") else []:
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8") as f:
            if wall.OTHER_MARK in f.read():
                wall.leak(pid)
    except OSError:
        pass
wall.step()
wall.held()
