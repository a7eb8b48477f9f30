# Closes its own output, and prints once more.
import sys

print("before")
sys.stdout.flush()
sys.stdout.close()
try:
    print("after")
except ValueError as e:
    print(e, file=sys.stderr)
