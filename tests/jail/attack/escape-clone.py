# Namespaces by clone, which may not be blocked as a whole.
# expect: ok
# user: too
import os
import signal

import wall

for high in 0, 1 << 32, 1 << 40:
    for flag in ("NEWUSER NEWNS NEWPID NEWNET NEWIPC NEWUTS NEWCGROUP").split():
        flags = getattr(wall, flag) | high | signal.SIGCHLD
        pid = wall.call("clone", flags, 0, 0, 0, 0)
        if pid == 0:
            os._exit(0)
        wall.denied(f"clone {flag} {high:#x}", pid)
        # with a user namespace the others need no rights
        pid = wall.call("clone", flags | wall.NEWUSER, 0, 0, 0, 0)
        if pid == 0:
            os._exit(0)
        wall.denied(f"clone user and {flag} {high:#x}", pid)
wall.held()
