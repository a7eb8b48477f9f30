# The host's root by any number of "..", from all directories there are.
# expect: ok
import os

import wall

up = "../" * 40
for start in ("/", "/usr", "/tmp", "/work", "/dev/shm", "/proc/self/root",
              "/proc/self/cwd", "/proc/1/root", "/proc/1/cwd"):
    for path in os.path.join(start, up), start + "/":
        if os.path.exists(path + wall.HOST_FILE[1:]):
            wall.leak(path)
try:
    top = os.open("/", os.O_PATH)
    above = os.open("..", os.O_PATH, dir_fd=top)
    if os.fstat(above).st_ino != os.fstat(top).st_ino:
        wall.leak("something above /")
except OSError:
    pass
wall.held()
