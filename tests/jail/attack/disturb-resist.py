# Nobody here dies of SIGTERM: it has to end all the same.
# expect: stopped
# stop: ready
# each: ignoring children stopped flooding
# options: --wall-s 20 --cpu-s 20 --output-kb 100000
import os
import signal

import wall

for sig in range(1, 65):
    if sig not in (signal.SIGKILL, signal.SIGSTOP, 32, 33):
        signal.signal(sig, signal.SIG_IGN)
if wall.WORD == "children":
    for _ in range(10):
        wall.fork(wall.sleep)
print("ready", flush=True)
if wall.WORD == "stopped":
    os.kill(os.getpid(), signal.SIGSTOP)
while wall.WORD == "flooding":
    os.write(2, b"x" * 512)
wall.sleep()
