# A file in memory, arrays, and structures of bytes.
import array
import mmap
import struct

with open("f", "w+b") as f:
    f.truncate(8192)
    m = mmap.mmap(f.fileno(), 0)
    m[100:105] = b"hello"
    m.flush()
    print(m.find(b"hello"))
    f.seek(100)
    print(f.read(5))
print(struct.unpack("<IhB", struct.pack("<IhB", 1, -2, 3)), array.array("d", [1, 2]))
print(bytes(memoryview(b"abcdef")[::2]))
