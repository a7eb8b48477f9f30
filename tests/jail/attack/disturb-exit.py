# Exit codes that codesync-jail uses for limits and itself.
# expect: failed WORD
# each: 1 2 75 100 111 123 124 125 126 127 128 137 139 143 159 255
import os

import wall

os._exit(int(wall.WORD))
