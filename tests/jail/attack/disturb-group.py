# A signal to its process group, in which nobody from outside may be.
# expect: failed SIGTERM
import os
import signal

import wall

assert wall
os.kill(0, signal.SIGTERM)
