# Other processes by all the calls that tell whether one exists.
# expect: ok
# user: too
import os
import resource

import wall

own = {1, os.getpid()}


def there(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


for pid in [*range(2, 4096), wall.HOST_PID, os.getpid() + 1]:
    if there(pid) and pid not in own:
        wall.leak("process", pid)
for pid in wall.HOST_PID, 999:
    for fn in os.getpgid, os.getsid, os.sched_getaffinity, os.sched_getscheduler:
        wall.refused(fn.__name__, fn, pid)
    wall.refused("getpriority", os.getpriority, os.PRIO_PROCESS, pid)
    wall.refused("prlimit", resource.prlimit, pid, resource.RLIMIT_CPU)
if os.getppid() > 1:
    wall.leak("parent", os.getppid())
wall.held()
