# One fills as many pipes as it may; the other's pipe should be of full size.
# expect: ok
# pair: one takes, the other needs
# root: runs of one user of the host share what the kernel gives a user
import fcntl
import os

import wall

F_GETPIPE_SZ = 1032
ready = os.pipe()


def take():
    try:
        while True:
            os.pipe()
    except OSError:
        os.write(ready[1], b"x")
    wall.sleep()


if wall.ROLE == "a":
    n = 0
    try:
        while n < 25:
            wall.fork(take)
            n += 1
    except OSError:
        pass
    for _ in range(n):
        os.read(ready[0], 1)
wall.step()
if wall.ROLE == "b":
    size = fcntl.fcntl(os.pipe()[0], F_GETPIPE_SZ)
    if size < 65536:
        wall.leak("a pipe holds", size)
wall.step()
wall.held()
