# Children that init has to reap, again and again.
# expect: ok
import os

import wall

for _ in range(100):
    pid = wall.fork(lambda: wall.fork(os._exit, 0))
    os.waitpid(pid, 0)
wall.held()
