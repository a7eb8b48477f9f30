# What is in /dev.
# expect: ok
import os

import wall

KNOWN = {"null", "zero", "full", "random", "urandom", "shm", "fd", "stdin",
         "stdout", "stderr"}
for name in set(os.listdir("/dev")) - KNOWN:
    wall.leak(name)
wall.held()
