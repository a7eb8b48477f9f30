# Where things went wrong, as text: lines, files, warnings' places.
import linecache
import sys
import traceback


def outer(n):
    return inner(n - 1)


def inner(n):
    return 10 // n


try:
    outer(1)
except ZeroDivisionError:
    traceback.print_exc()
    print(traceback.format_exc())
    print([(f.lineno, f.name, f.line) for f in traceback.extract_tb(sys.exc_info()[2])])
print(linecache.getline("main.py", 1))
traceback.print_stack(file=sys.stdout)
exec(compile("1 / 0", "elsewhere.py", "exec"))
