# More of the processor than others: priorities, policies, affinity.
# expect: ok
# user: too
import os

import wall

for who in 0, 1, os.getpid():
    for nice in -20, -5, 19:
        wall.refused("setpriority", os.setpriority, os.PRIO_PROCESS, who, nice)
    for policy in os.SCHED_FIFO, os.SCHED_RR, os.SCHED_BATCH, os.SCHED_IDLE:
        prio = 1 if policy in (os.SCHED_FIFO, os.SCHED_RR) else 0
        wall.refused("sched", os.sched_setscheduler, who, policy, os.sched_param(prio))
    wall.refused("affinity", os.sched_setaffinity, who, [0])
    wall.denied("ioprio", wall.call("ioprio_set", 1, who, 1 << 13))
wall.refused("users", os.setpriority, os.PRIO_USER, 0, 19)
wall.denied("sched_setattr", wall.call("sched_setattr", 0, bytes(56), 0))
wall.held()
