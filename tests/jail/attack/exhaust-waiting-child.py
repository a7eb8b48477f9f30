# A child that reads standard input, so that the time of others may not count.
# expect: time_limit
# stdin: open
# options: --idle-s 2 --wall-s 1
import os

import wall

wall.fork(os.read, 0, 1)
wall.sleep()
