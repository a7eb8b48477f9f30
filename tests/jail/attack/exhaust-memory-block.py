# Much memory in one piece: it may be refused, not be given.
# expect: ok|memory_limit
# user: too
import wall

for size in 1 << 40, 1 << 32, 512 << 20:
    try:
        block = bytearray(size)
    except MemoryError:
        continue
    wall.leak("has", len(block))
wall.held()
