# The first thread ends, another goes on and has the last word.
# expect: failed 6
# prints: held
import os
import threading
import time

import wall


def last():
    time.sleep(0.2)
    wall.held()
    os._exit(6)


threading.Thread(target=last).start()
wall.call("exit", 0)
