# The host's device files: their times, modes and owners, which all runs share.
# expect: ok
# user: too
import os

import wall

for name in "null", "zero", "full", "random", "urandom":
    path = "/dev/" + name
    wall.refused("utime " + path, os.utime, path)
    wall.refused("chmod " + path, os.chmod, path, 0o600)
    wall.refused("xattr " + path, os.setxattr, path, "user.x", b"x")
wall.held()
