# The same from a thread, a child, and a program executed by a child.
# expect: blocked unshare
# each: thread child program
import subprocess
import sys
import threading
import time

import wall


def attack():
    wall.denied("unshare", wall.call("unshare", wall.NEWUSER))


if wall.WORD == "thread":
    threading.Thread(target=attack).start()
elif wall.WORD == "child":
    wall.fork(attack)
else:
    subprocess.run([sys.executable, "-c", "import ctypes\n"
                    "ctypes.CDLL(None).unshare(0x10000000)"])
time.sleep(10)
