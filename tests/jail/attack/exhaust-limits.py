# The limits that the kernel keeps: to raise them again.
# expect: ok
# user: too
import resource

import wall

for name in dir(resource):
    if not name.startswith("RLIMIT_"):
        continue
    which = getattr(resource, name)
    soft, hard = resource.getrlimit(which)
    if hard == resource.RLIM_INFINITY:
        continue
    for more in hard + 1, resource.RLIM_INFINITY:
        try:
            resource.setrlimit(which, (soft, more))
        except (OSError, ValueError):
            continue
        wall.leak(name, hard, more)
for name in ("AS DATA NPROC FSIZE NOFILE CORE MEMLOCK MSGQUEUE SIGPENDING CPU "
             "NICE RTPRIO").split():
    hard = resource.getrlimit(getattr(resource, "RLIMIT_" + name))[1]
    if hard == resource.RLIM_INFINITY and name not in ("AS", "DATA", "NPROC"):
        wall.leak(name, "has no limit")
wall.held()
