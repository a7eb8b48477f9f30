# What a program knows of itself.
import inspect
import os
import sys


def f(a, b=2):
    """A function."""
    return a + b


print(__name__, os.path.basename(__file__), sys.argv, __doc__, __spec__)
print(sys.modules["__main__"].f is f, f.__module__, f.__code__.co_firstlineno)
print(inspect.getsource(f), inspect.signature(f))
print(open(__file__).read().splitlines()[0])
print(os.path.abspath(__file__), os.getcwd(), os.path.samefile(__file__, "main.py"))
print(sorted(n for n in globals() if n.startswith("__")))
print(sys._getframe().f_code.co_filename, sys._getframe().f_lineno, sys._getframe().f_back)
