# Output closed long before the end: the end counts, not the closing.
# expect: failed 9
# prints: held
import os
import time

import wall

wall.held()
os.close(1)
os.close(2)
time.sleep(0.3)
os._exit(9)
