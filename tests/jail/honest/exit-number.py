# An exit code of its own, out of a function and past a finally.
import sys


def leave():
    try:
        sys.exit(42)
    finally:
        print("finally")


leave()
