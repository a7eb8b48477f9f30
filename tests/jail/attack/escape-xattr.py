# Capabilities and labels on files.
# expect: ok
import os

import wall

for name in "security.capability", "trusted.x", "user.x", "system.posix_acl_access":
    for path in os.path.abspath("main.py"), "/usr/bin/env", os.getcwd():
        wall.refused(name, os.setxattr, path, name, bytes(20))
wall.held()
