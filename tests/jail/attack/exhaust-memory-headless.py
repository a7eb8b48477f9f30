# The same (exhaust-memory-leader) in several children, so that limits for one process do not help.
# expect: memory_limit
# options: --wall-s 4
import threading
import time

import wall


def eat():
    blocks = []
    while len(blocks) < 50:
        blocks.append(bytearray(b"x") * (1 << 20))
    time.sleep(2)
    wall.leak("child has", len(blocks), "MB")
    wall.os._exit(0)


def child():
    threading.Thread(target=eat).start()
    wall.call("exit", 0)


for _ in range(5):
    wall.fork(child)
time.sleep(3)
