# Threads that do nothing.
# expect: ok
# user: too
import threading

import wall

n = 0
try:
    while n < 200:
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        n += 1
except RuntimeError:
    pass
if not 8 < n < 40:
    wall.leak("has", n)
wall.held()
wall.os._exit(0)
