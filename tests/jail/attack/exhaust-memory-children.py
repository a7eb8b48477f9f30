# Memory spread over children, each below the limit.
# expect: memory_limit
# rlimits: memory of all processes is only sampled
import time

import wall


def eat():
    block = bytearray(b"x") * (40 << 20)
    time.sleep(3)
    wall.leak("child has", len(block))


for _ in range(6):
    wall.fork(eat)
time.sleep(4)
