# Memory of a process whose first thread has ended, and of which nothing is told.
# expect: memory_limit|ok
# options: --wall-s 3
import threading
import time

import wall


def eat():
    blocks = []
    try:
        while len(blocks) < 300:
            blocks.append(bytearray(b"x") * (1 << 20))
            time.sleep(0.002)
    except MemoryError:
        pass
    if len(blocks) > 160:
        wall.leak("has", len(blocks), "MB")
    wall.held()
    wall.os._exit(0)


threading.Thread(target=eat).start()
wall.call("exit", 0)  # the first thread: what is told of it is now zero
