# Output in pieces of one byte: the limit counts bytes, not pieces.
# expect: output_limit
# options: --output-kb 1
import os

import wall

assert wall
while True:
    os.write(1, b"\n")
