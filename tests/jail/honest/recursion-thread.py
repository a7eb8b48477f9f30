# Deep recursion in a thread with a large stack, as puzzles' solvers do it.
import sys
import threading


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


def flatten(x):
    return sum(map(flatten, x)) if isinstance(x, list) else x


def main():
    print(depth(50000))
    nested = 7
    for _ in range(5000):
        nested = [nested]
    print(flatten(nested))


sys.setrecursionlimit(200000)
threading.stack_size(128 << 20)
t = threading.Thread(target=main)
t.start()
t.join()
