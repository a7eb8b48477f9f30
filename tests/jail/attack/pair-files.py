# Files in the directories that both can write to.
# expect: ok
# pair: one writes, the other looks
# user: too
import os

import wall

PLACES = "/tmp", "/work", "/dev/shm", "/var/tmp", "/run", "/dev/mqueue", "/"
for d in PLACES:
    try:
        with open(os.path.join(d, wall.MARK), "w", encoding="ascii") as f:
            f.write(wall.MARK)
    except OSError:
        pass
wall.step()
for d in PLACES:
    if os.path.lexists(os.path.join(d, wall.OTHER_MARK)):
        wall.leak(d, wall.OTHER_MARK)
wall.step()
wall.held()
