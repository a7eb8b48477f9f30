# Network interfaces, addresses, routes and connections.
# expect: ok
import os
import socket

import wall

try:
    names = [name for _, name in socket.if_nameindex()]
except OSError:
    names = []
if set(names) - {"lo"}:
    wall.leak(names)
for path in "/proc/net/dev", "/proc/self/net/unix", "/proc/net/tcp", "/sys/class/net":
    try:
        text = os.listdir(path) if path[1] == "s" else open(path).read()
    except OSError:
        continue
    if len(text) > 1 and ("eth" in text or "docker" in text or "@" in text):
        wall.leak(path, text)
wall.held()
