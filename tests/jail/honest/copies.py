# Copies of files with all that belongs to them, and moves between file systems.
import os
import shutil
import tempfile

os.mkdir("d")
with open("d/a", "w", encoding="utf-8") as f:
    f.write("text")
os.utime("d/a", (1e9, 1e9))
shutil.copy("d/a", "b")
shutil.copy2("d/a", "c")
print(os.path.getmtime("c"), os.path.getmtime("b") > 1e9)
shutil.copystat("d/a", "b")
shutil.copytree("d", "e")
to = os.path.join(tempfile.gettempdir(), "moved")
shutil.move("e", to)
print(os.listdir(to))
shutil.rmtree(to)
