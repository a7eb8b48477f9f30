# The kernel's messages.
# expect: ok
import wall

space = wall.ctypes.create_string_buffer(4096)
for action in 2, 3, 4, 9, 10:
    wall.denied(f"syslog {action}", wall.call("syslog", action, space, 4095))
for path in "/dev/kmsg", "/proc/kmsg", "/sys/kernel/debug", "/sys/kernel/tracing":
    wall.refused(path, open, path, "rb")
wall.held()
