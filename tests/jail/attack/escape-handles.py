# Files by handle, past all directories; and watching all of a file system.
# expect: ok
import struct

import wall

handle = wall.ctypes.create_string_buffer(struct.pack("Ii", 128, 0), 136)
mount = wall.ctypes.create_string_buffer(8)
wall.denied("name_to_handle_at",
            wall.call("name_to_handle_at", -100, b"/usr", handle, mount, 0))
wall.denied("open_by_handle_at", wall.call("open_by_handle_at", 0, handle, 0))
wall.denied("fanotify_init", wall.call("fanotify_init", 0x200, 0))
wall.held()
