# Timers of the kernel.
# expect: ok
import wall

space = wall.ctypes.create_string_buffer(8)
n = 0
while n < 100000 and wall.call("timer_create", 0, 0, space) == 0:
    n += 1
if n > 1024:
    wall.leak("has made", n)
wall.held()
