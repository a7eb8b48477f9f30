# Init: its files, memory, arguments and limits.
# expect: ok
import os
import resource

import wall

for name in "exe", "cwd", "root", "ns/pid":
    wall.refused(name, os.readlink, "/proc/1/" + name)
for name in "fd", "map_files", "fdinfo":
    wall.refused(name, os.listdir, "/proc/1/" + name)
for name in "maps", "smaps", "environ", "auxv", "personality", "wchan":
    try:
        with open("/proc/1/" + name, "rb") as f:
            if f.read(4) not in (b"", b"0"):
                wall.leak(name)
    except OSError:
        pass
wall.refused("limits", resource.prlimit, 1, resource.RLIMIT_NOFILE)
wall.held()
