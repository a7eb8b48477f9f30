# Memory with a name that others may read.
# expect: ok
# pair: both make some, both look
import os

import wall

fd = wall.call("memfd_create", wall.MARK.encode(), 0)
wall.step()
for pid in os.listdir("/proc") if os.path.isdir("/proc") else []:
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            if wall.OTHER_MARK in os.readlink(f"/proc/{pid}/fd/{name}"):
                wall.leak(pid, name)
    except OSError:
        pass
wall.denied("memfd_create", fd)
wall.step()
wall.held()
