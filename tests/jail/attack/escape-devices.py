# Device files: to make them, and to open those that are no toys.
# expect: ok
# user: too
import os
import stat

import wall

for kind in stat.S_IFBLK, stat.S_IFCHR:
    for major, minor in (1, 1), (1, 2), (8, 0), (254, 0), (5, 0), (10, 200):
        wall.refused("mknod", os.mknod, "dev", kind | 0o666,
                     os.makedev(major, minor))
for name in ("mem", "kmem", "port", "kmsg", "fuse", "kvm", "net/tun", "ptmx",
             "tty", "console", "tty0", "loop0", "loop-control", "sda", "vda",
             "mapper/control", "userfaultfd", "uinput", "vsock", "rtc0"):
    wall.refused("open /dev/" + name, open, "/dev/" + name, "rb")
wall.held()
