# Another namespace by a descriptor, or by a process.
# expect: blocked setns
# each: root self
import os

import wall

if wall.WORD == "root":
    wall.denied("setns", wall.call("setns", os.open("/", os.O_RDONLY), 0))
else:
    wall.denied("setns", wall.call("setns", 0, wall.NEWNS))
