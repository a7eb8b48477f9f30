# POSIX queues, semaphores and memory, by name.
# expect: ok
# pair: both make some, both look for the other's
import os
from multiprocessing import shared_memory

import wall

CREATE = os.O_CREAT | os.O_RDWR
wall.denied("mq_open", wall.call("mq_open", wall.MARK.encode(), CREATE, 0o666, 0))
try:
    keep = shared_memory.SharedMemory(wall.MARK, create=True, size=4096)
except OSError:
    keep = None
wall.step()
wall.refused("memory", shared_memory.SharedMemory, wall.OTHER_MARK)
wall.denied("mq_open", wall.call("mq_open", wall.OTHER_MARK.encode(), os.O_RDWR, 0, 0))
wall.step()
if keep:
    keep.close()
    keep.unlink()
wall.held()
