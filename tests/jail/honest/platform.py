# What a program asks about where it is, as far as it is the same everywhere.
import locale
import os
import platform
import sys

print(platform.python_version(), platform.system(), platform.machine(), sys.byteorder)
print(sys.maxsize, sys.float_info.max, sys.version_info[:2], os.sep, os.linesep == "\n")
print(locale.getpreferredencoding().lower(), os.path.expanduser("~") == os.environ["HOME"])
print(os.cpu_count() > 0, len(os.sched_getaffinity(0)) > 0)
print(sys.stdin.isatty(), sys.stdout.isatty(), sys.stdout.fileno(), sys.executable)
print(os.access("main.py", os.R_OK | os.W_OK), os.umask(0o22) >= 0, sys.flags.utf8_mode in (0, 1))
