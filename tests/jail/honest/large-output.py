# Much output, below the limit, on both streams.
import sys

for i in range(12000):
    print(i, "x" * 20)
for i in range(5000):
    print("error", i, file=sys.stderr)
sys.stdout.write("y" * 200000)
