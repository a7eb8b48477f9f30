# The runner's environment.
# expect: ok
# user: too
import os

import wall

KNOWN = {"PATH", "HOME", "USER", "LOGNAME", "LANG", "TMPDIR", "PYTHONUTF8",
         "PYTHONDONTWRITEBYTECODE", "PYTHONNOUSERSITE", "PYTHONPATH", "TERM",
         "PYTHONHASHSEED", "PYTHONUNBUFFERED", "SHELL", "LC_CTYPE", "TZ"}
for name in set(os.environ) - KNOWN:
    wall.leak(name, os.environ[name])
for pid in "self", "1", "2", str(os.getppid()):
    try:
        with open(f"/proc/{pid}/environ", "rb") as f:
            if b"HOST_SECRET" in f.read():
                wall.leak(pid)
    except OSError:
        pass
wall.held()
