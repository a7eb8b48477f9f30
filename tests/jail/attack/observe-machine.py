# What the machine is and how busy it is.
# expect: ok
import os
import struct

import wall

for path in ("/proc/cpuinfo", "/proc/meminfo", "/proc/uptime", "/proc/loadavg",
             "/proc/stat", "/proc/version", "/proc/modules", "/proc/kallsyms",
             "/proc/interrupts", "/proc/diskstats", "/proc/sys/kernel/random/boot_id",
             "/proc/cmdline", "/proc/vmstat", "/sys/class/dmi/id/product_uuid",
             "/proc/pressure/cpu", "/proc/key-users", "/proc/locks"):
    wall.refused(path, open, path, "rb")
wall.refused("loadavg", os.getloadavg)
space = wall.ctypes.create_string_buffer(256)
if wall.call("sysinfo", space) == 0:
    up, *loads = struct.unpack_from("q3Q", space.raw)
    wall.leak("up for", up, "s, load", *loads)
wall.held()
