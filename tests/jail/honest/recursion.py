# Recursion to the limit, deeper with a larger one, and the error in between.
import sys


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


print(sys.getrecursionlimit(), depth(900))
try:
    depth(100000)
except RecursionError as e:
    print(e)
sys.setrecursionlimit(20000)
print(depth(9000))
