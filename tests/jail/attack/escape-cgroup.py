# The control groups: to see them, to leave the own one.
# expect: ok
import os

import wall

for path in "/sys", "/sys/fs/cgroup", "/cgroup":
    wall.refused(path, os.listdir, path)
wall.refused("mkdir", os.mkdir, "/sys/fs/cgroup/" + wall.MARK)
wall.denied("clone into", wall.call("clone3", bytes(88), 88))
wall.held()
