# Limits set for init, which is of the same user, so that it cannot go on.
# expect: failed 5
import resource
import sys

import wall

for name in "CPU", "NOFILE", "FSIZE", "AS", "DATA", "STACK", "SIGPENDING":
    wall.refused(name, resource.prlimit, 1, getattr(resource, "RLIMIT_" + name), (0, 0))
wall.held()
sys.exit(5)
