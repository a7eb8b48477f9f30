# An abort, as a failed assertion in C ends.
import os
import sys

print("before", file=sys.stderr)
os.abort()
