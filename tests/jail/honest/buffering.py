# Output in pieces, flushed and not, without an end of line, and by descriptor.
import os
import sys

print("a", end="")
print("b", end="", flush=True)
sys.stdout.write("c\n")
sys.stdout.flush()
os.write(1, b"written at once\n")
sys.stderr.write("error without an end")
print("x", "y", sep=", ", end="!\n")
print(*range(5), sep="\n")
sys.stdout.writelines(["one\n", "two"])
