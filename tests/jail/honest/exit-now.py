# An exit past everything, after a flush.
import atexit
import os
import sys

atexit.register(print, "never")
print("said")
sys.stdout.flush()
os._exit(11)
