# The host's files: people's, the system's, and one that all may read.
# expect: ok
# user: too
import os

import wall

for path in (wall.HOST_FILE, "/etc/shadow", "/root", "/home", "/var", "/boot",
             "/srv", "/mnt", "/media", "/opt", "/run", "/sys", "/lost+found",
             "/var/lib/codesync", "/run/codesync", "/etc/codesync/codesyncd.conf",
             "/etc/ssh", "/etc/machine-id", "/etc/hostname", "/etc/resolv.conf",
             "/etc/fstab", "/etc/sudoers", "/etc/crontab", "/etc/environment"):
    if os.path.lexists(path):
        wall.leak(path)
wall.held()
