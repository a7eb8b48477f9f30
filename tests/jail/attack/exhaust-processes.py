# Processes that do nothing.
# expect: ok
# user: too
import wall

n = 0
try:
    while n < 200:
        wall.fork(wall.sleep)
        n += 1
except OSError:
    pass
if not 8 < n < 40:
    wall.leak("has", n)
wall.held()
