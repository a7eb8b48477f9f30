# Counters of the processor, for itself.
# expect: blocked perf_event_open
import struct

import wall

attr = struct.pack("IIQ", 1, 128, 0) + bytes(112)
wall.denied("perf", wall.call("perf_event_open", attr, 0, -1, -1, 0))
