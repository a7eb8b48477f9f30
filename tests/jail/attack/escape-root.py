# The root and what is shown in it: to write, remove, rename and touch.
# expect: ok
# user: too
import os

import wall

for d in "/", "/usr", "/etc", "/usr/bin", "/usr/lib", "/dev", "/dev/null/..":
    path = os.path.join(d, wall.MARK)
    wall.refused("create " + path, open, path, "w")
    wall.refused("mkdir " + path, os.mkdir, path)
    wall.refused("symlink " + path, os.symlink, "x", path)
    wall.refused("mkfifo " + path, os.mkfifo, path)
for path in "/etc/passwd", "/usr/bin/env", os.__file__, "/usr/bin":
    wall.refused("open " + path, open, path, "a")
    wall.refused("truncate " + path, os.truncate, path, 0)
    wall.refused("chmod " + path, os.chmod, path, 0o777)
    wall.refused("utime " + path, os.utime, path)
    wall.refused("unlink " + path, os.unlink, path)
    wall.refused("rename " + path, os.rename, path, path + "x")
    wall.refused("link " + path, os.link, path, "/work/link")
for path in "/work", "/tmp", "/dev/shm", "/dev", "/usr":
    wall.refused("rmdir " + path, os.rmdir, path)
    wall.refused("rename " + path, os.rename, path, path + "x")
wall.held()
