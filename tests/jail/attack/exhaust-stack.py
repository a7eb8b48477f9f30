# A stack without a bottom.
# expect: failed SIGSEGV|memory_limit|failed 1
import sys
import threading

import wall

sys.setrecursionlimit(1 << 30)
threading.stack_size(64 << 20)


def deeper(n):
    return sorted([n], key=deeper)


deeper(1)
wall.leak("came back")
