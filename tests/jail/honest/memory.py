# A hundred megabytes for a moment, and many small objects.
import gc

block = bytearray(100 << 20)
block[::4096] = b"x" * len(block[::4096])
print(len(block), block[4096])
del block
tree = [{i: [str(i)] * 3} for i in range(100000)]
tree.append(tree)
print(len(tree), gc.isenabled())
del tree
print(gc.collect() >= 0)
try:
    bytearray(1 << 50)
except MemoryError as e:
    print(type(e).__name__)
