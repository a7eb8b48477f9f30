# Another program in its place, and a thread that becomes the program.
# expect: failed 4
# each: again thread
import os
import sys
import threading

import wall

END = [sys.executable, "-c", "import os; os._exit(4)"]
AGAIN = [sys.executable, "-c", "import os, sys; "
         "os.execv(sys.executable, [sys.executable, '-c', 'import os; os._exit(4)'])"]
if wall.WORD == "again":
    os.execv(sys.executable, AGAIN)
threading.Thread(target=os.execv, args=(sys.executable, END)).start()
wall.sleep()
