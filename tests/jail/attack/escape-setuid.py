# Another user: root, or any.
# expect: ok
# user: too
import os

import wall

for uid in 0, 1, 65534:
    wall.refused("setuid", os.setuid, uid)
    wall.refused("setgid", os.setgid, uid)
    wall.refused("setreuid", os.setreuid, uid, uid)
    wall.refused("setresuid", os.setresuid, uid, uid, uid)
    wall.refused("setresgid", os.setresgid, uid, uid, uid)
    wall.refused("setgroups", os.setgroups, [uid])
    wall.refused("chown", os.chown, "main.py", uid, uid)
    for name in "setfsuid", "setfsgid":
        wall.call(name, uid)  # returns the old one, and then the new
        if wall.call(name, -1) == uid:
            wall.leak(name, uid)
if 0 in os.getresuid() + os.getresgid():
    wall.leak("is root")
wall.held()
