# Imports the file beside it, reads it, and reloads it when it has changed.
# python: -Es
import importlib
import inspect

import beside

print(beside.NAME, beside.double(21), beside.__doc__)
print(inspect.getsource(beside.double))
with open("beside.py", "a", encoding="utf-8") as f:
    f.write("\n\nMORE = 'more than before'\n")
importlib.reload(beside)
print(beside.MORE)
with open("made.py", "w", encoding="utf-8") as f:
    f.write("print('made just now', __name__)")
importlib.invalidate_caches()
import made  # noqa: E402,F401
