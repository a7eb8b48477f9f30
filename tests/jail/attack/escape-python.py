# The interpreter, its library and what it loads at every start.
# expect: ok
import os
import sys

import wall

for path in (sys.executable, os.path.realpath(sys.executable), os.__file__,
             wall.ctypes.__file__, "/etc/ld.so.cache", "/etc/ld.so.preload",
             "/proc/self/exe", os.path.dirname(os.__file__) + "/wall.pth",
             "/usr/lib/python3/dist-packages/wall.pth",
             os.path.dirname(os.__file__) + "/sitecustomize.py",
             getattr(sys.modules.get("sitecustomize"), "__file__", None)
             or "/etc/python3/sitecustomize.py"):
    wall.refused("write " + path, open, path, "ab")
wall.held()
