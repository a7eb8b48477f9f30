# The address layout and other faces of the kernel.
# expect: ok
import wall

for face in 0x0040000, 0x0008, 0x0400000, 0xffffffff:
    wall.denied(f"personality {face:#x}", wall.call("personality", face))
wall.held()
