# Two sockets that know each other, and waiting on them.
import select
import selectors
import socket
import threading

a, b = socket.socketpair()
a.sendall(b"ping")
print(b.recv(10), select.select([b], [b], [], 0)[0])
t = threading.Thread(target=lambda: b.sendall(b"x" * 500000))
t.start()
n = 0
while n < 500000:
    n += len(a.recv(65536))
t.join()
print(n)
s = selectors.DefaultSelector()
s.register(a, selectors.EVENT_READ, "a")
b.shutdown(socket.SHUT_WR)
print([k.data for k, _ in s.select(1)], a.recv(1))
b.settimeout(0.05)
try:
    b.recv(1)
except TimeoutError as e:
    print(e)
