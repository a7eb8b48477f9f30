# A second chroot, to climb out of the first.
# expect: ok
import os

import wall

os.mkdir("inner")
here = os.open(".", os.O_RDONLY)
wall.refused("chroot", os.chroot, "inner")
os.fchdir(here)
for _ in range(30):
    os.chdir("..")
if os.path.exists(wall.HOST_FILE[1:]):
    wall.leak("the host's root")
wall.held()
