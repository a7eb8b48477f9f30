# Without standard input, output and errors.
# expect: failed 3
# prints: held
import os

import wall

wall.held()
for fd in 0, 1, 2:
    os.close(fd)
os._exit(3)
