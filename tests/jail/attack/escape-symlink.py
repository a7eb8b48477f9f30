# Links out of the directories that it may write to, for whoever comes to look.
# expect: ok
import os

import wall

for i, target in enumerate(
        [wall.HOST_FILE, "/etc/shadow", "../../../.." + wall.HOST_FILE,
         "/proc/1/root" + wall.HOST_FILE]):
    os.symlink(target, f"link{i}")
    wall.refused("read " + target, open, f"link{i}")
for name in "main.py", "wall.py", "made.py":
    os.unlink(name)
    os.symlink(wall.HOST_FILE, name)
os.rename("/work/link0", "/work/link9")
os.symlink("/", "/tmp/" + wall.MARK)
wall.held()
