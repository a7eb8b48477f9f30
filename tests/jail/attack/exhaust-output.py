# Output without end on one stream, the other, both, and from children.
# expect: output_limit
# each: stdout stderr both children
import os

import wall

streams = {"stdout": [1], "stderr": [2]}.get(wall.WORD, [1, 2])
if wall.WORD == "children":
    for _ in range(8):
        if os.fork() == 0:
            break
while True:
    for fd in streams:
        os.write(fd, b"x" * 4095 + b"\n")
