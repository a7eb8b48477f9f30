# Temporary files and directories.
import os
import tempfile

with tempfile.NamedTemporaryFile("w+", suffix=".txt") as f:
    f.write("text")
    f.flush()
    print(os.path.getsize(f.name), os.path.dirname(f.name) == tempfile.gettempdir())
with tempfile.TemporaryDirectory() as d:
    open(os.path.join(d, "x"), "w").close()
    print(os.listdir(d))
print(os.path.exists(d))
with tempfile.TemporaryFile() as f:
    print(f.write(b"x" * 100000), f.seek(5), f.read(1))
s = tempfile.SpooledTemporaryFile(10)
s.write(b"y" * 100)
s.seek(0)
print(len(s.read()))
