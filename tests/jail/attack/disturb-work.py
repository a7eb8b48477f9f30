# Its own directory: removed, closed, moved, while it is in use.
# expect: ok
import os
import shutil

import wall

for name in os.listdir("."):
    os.unlink(name)
os.mkdir("sub")
os.chdir("sub")
os.rmdir("/work/sub")
wall.refused("create", open, "x", "w")
os.chmod("/work", 0)
wall.refused("rename", os.rename, "/work", "/tmp/work")
shutil.rmtree("/work", ignore_errors=True)
wall.held()
