# What is mounted, and a tree with other attributes, by the newest calls.
# expect: ok
import struct

import wall

request = struct.pack("IIQQQ", 32, 0, 0xffffffffffffffff, 0, 0)
space = bytes(4096)
wall.denied("listmount", wall.call("listmount", request, space, 8, 0))
wall.denied("statmount", wall.call("statmount", request, space, 4096, 0))
wall.denied("open_tree_attr",
            wall.call("open_tree_attr", -100, b"/", 0, 0, 0))
wall.held()
