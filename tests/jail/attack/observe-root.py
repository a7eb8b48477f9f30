# What is in the root, and in /etc.
# expect: ok
import os

import wall

KNOWN = {"bin", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "sbin",
         "tmp", "usr", "work"}
for name in set(os.listdir("/")) - KNOWN:
    wall.leak("/" + name)
if len(os.listdir("/etc")) > 12:
    wall.leak("/etc", os.listdir("/etc")[:20])
with open("/etc/passwd", encoding="utf-8") as f:
    for line in list(f)[3:]:
        wall.leak(line)
wall.held()
