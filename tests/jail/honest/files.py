# Files, directories, links, modes, times, and a walk over all.
import glob
import os
import pathlib
import shutil
import stat

p = pathlib.Path("d/e/f")
p.mkdir(parents=True)
(p / "one.txt").write_text("eins\nzwei\n", encoding="utf-8")
os.symlink("one.txt", p / "link")
os.link(p / "one.txt", p / "hard")
print((p / "link").read_text(), os.stat(p / "hard").st_nlink, os.readlink(p / "link"))
os.chmod(p / "one.txt", 0o600)
print(stat.filemode(os.stat(p / "one.txt").st_mode))
os.utime(p / "one.txt", (1e9, 1e9))
print(os.path.getmtime(p / "one.txt"))
os.rename("d", "copy")
for base, dirs, names in sorted(os.walk("copy")):
    print(base, sorted(dirs), sorted(names))
os.replace(p / "hard", "moved")
with open("moved", "r+b") as f:
    f.seek(0, 2)
    f.write(b"drei")
    f.truncate(6)
print(open("moved").read(), sorted(glob.glob("**/*.txt", recursive=True)))
shutil.rmtree("copy/e/f")
for bad in (lambda: open("nowhere/x"), lambda: os.mkdir("copy"), lambda: os.rmdir("copy"),
            lambda: open("copy")):
    try:
        bad()
    except OSError as e:
        print(e)
