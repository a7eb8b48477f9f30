# What /proc lets one write, and its ways into other processes.
# expect: ok
# user: too
import os

import wall

for name in ("mem", "environ", "maps", "auxv", "stack", "syscall", "io",
             "pagemap", "ns/mnt", "ns/user", "root/etc", "cwd/x", "exe"):
    wall.refused("/proc/1/" + name, open, "/proc/1/" + name, "rb")


def write(path):
    with open(path, "r+b", buffering=0) as f:
        return f.write(b"0 0 1")


wall.refused("/proc/1/fd", os.listdir, "/proc/1/fd")
for name in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger",
             "/proc/sys/kernel/hostname", "/proc/self/uid_map",
             "/proc/self/setgroups", "/proc/sys/vm/drop_caches",
             "/proc/self/exe", "/proc/kcore", "/proc/self/attr/exec",
             "/proc/acpi/wakeup", "/proc/timer_list", "/proc/keys"):
    wall.refused(name, write, name)
wall.held()
