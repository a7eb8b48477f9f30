# One opens shared files and directories, the other has asked to be told.
# expect: ok
# pair: one looks, the other opens
import fcntl
import os
import signal

import wall

told = []
signal.signal(signal.SIGIO, lambda *_: told.append("notify"))
watch = wall.call("inotify_init1", os.O_NONBLOCK)
for path in "/usr/lib", "/etc", "/dev", "/usr/bin":
    wall.call("inotify_add_watch", watch, path.encode(), 0xfff)
    try:
        fcntl.fcntl(os.open(path, os.O_RDONLY), 1026, 0x8000003f)
    except OSError:
        pass
wall.step()
for path in "/usr/lib", "/etc", "/dev", "/usr/bin":
    for name in os.listdir(path)[:50]:
        try:
            os.close(os.open(os.path.join(path, name), os.O_RDONLY | os.O_NONBLOCK))
        except OSError:
            pass
wall.step()
if watch >= 0:
    told.append(os.read(watch, 4096))
if told:
    wall.leak(told)
wall.held()
