# Native programs in the directories for data, or from memory.
# expect: ok
import os
import shutil

import wall

for d in "/tmp", "/dev/shm":
    path = os.path.join(d, "program")
    with open(path, "w", encoding="ascii") as f:
        f.write("#!/bin/sh\n")
    os.chmod(path, 0o755)
    pid = os.fork()
    if pid == 0:
        try:
            os.execv(path, [path])
        finally:
            os._exit(99)
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 99:
        wall.leak(path, "is executed")
for flags in 0, 1, 2, 8, 16:
    wall.denied("memfd_create", wall.call("memfd_create", b"x", flags))
wall.denied("memfd_secret", wall.call("memfd_secret", 0))
true = shutil.which("true").encode()
wall.denied("execveat", wall.call("execveat", -100, true, 0, 0, 0))
wall.held()
