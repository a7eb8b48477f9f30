# What earlier and other runs have left in the directories that can be written.
# expect: ok
# user: too
import os

import wall

for d, known in (("/work", {"main.py", "wall.py", "made.py"}), ("/tmp", set()),
                 ("/dev/shm", set())):
    for name in set(os.listdir(d)) - known - {"__pycache__"}:
        wall.leak(d, name)
wall.held()
