# Set-uid programs: no mount may honour them, and no exec.
# expect: ok
# user: too
import os

import wall

GET_NO_NEW_PRIVS = 39
for path in "/", "/usr", "/usr/bin", "/work", "/tmp", "/dev/shm", "/etc":
    if not os.statvfs(path).f_flag & os.ST_NOSUID:
        wall.leak(path, "honours set-uid")
    if not os.statvfs(path).f_flag & os.ST_NODEV:
        wall.leak(path, "honours devices")
if wall.libc.prctl(GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0:
    wall.leak("new privileges")
wall.held()
