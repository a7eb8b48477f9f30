# Every process makes more of itself.
# expect: time_limit|memory_limit
# options: --wall-s 2 --cpu-s 2
# user: too
import os

import wall

assert wall
while True:
    try:
        os.fork()
    except OSError:
        pass
