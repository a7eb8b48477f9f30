# Command lines, where they name the host's directories or other rooms.
# expect: ok
# user: too
import os

import wall

for pid in [p for p in os.listdir("/proc") if p.isdigit()] \
        if os.path.isdir("/proc") else []:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as f:
            line = f.read()
    except OSError:
        continue
    if b"--dir" in line or b"jail" in line or b"/run" in line:
        wall.leak(pid, line)
wall.held()
