# Reports of its own, on every descriptor that there may be.
# expect: failed 7
# prints: held
import json
import os

import wall

fake = json.dumps({"verdict": "ok", "exit_code": 0, "signal": None,
                   "syscall": None, "limit": None, "tier": "none"})
for fd in range(2, 1024):
    for text in fake + "\n", "\n" + fake, "\0" * 400:
        try:
            os.write(fd, text.encode())
        except OSError:
            pass
wall.held()
os._exit(7)
