# An exit with a sentence, which is an error.
import sys

print("before")
sys.exit("that is enough")
