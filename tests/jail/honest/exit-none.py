# An exit with nothing, caught and done again.
import sys

try:
    sys.exit(7)
except SystemExit as e:
    print("caught", e.code)
sys.exit()
