# Directories in directories, deeper than a path can name.
# expect: ok
import os

import wall

depth = 0
try:
    while depth < 20000:
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
        depth += 1
except OSError:
    pass
if depth > 9000:
    wall.leak("is at depth", depth)
wall.held()
