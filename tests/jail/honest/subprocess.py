# Other Pythons: input, output, exit status, a pipe between two, a time limit.
import subprocess
import sys

PY = sys.executable
done = subprocess.run([PY, "-c", "print(input().upper()); raise SystemExit(5)"],
                      input="text\n", capture_output=True, text=True)
print(done.returncode, repr(done.stdout), repr(done.stderr))
a = subprocess.Popen([PY, "-c", "for i in range(5): print(i)"], stdout=subprocess.PIPE)
b = subprocess.Popen([PY, "-c", "import sys; print(sum(map(int, sys.stdin)))"],
                     stdin=a.stdout, stdout=subprocess.PIPE, text=True)
a.stdout.close()
print(b.communicate()[0], a.wait(), b.returncode)
try:
    subprocess.run([PY, "-c", "import time; time.sleep(60)"], timeout=0.2)
except subprocess.TimeoutExpired as e:
    print(type(e).__name__)
try:
    subprocess.run(["no-such-program"])
except FileNotFoundError as e:
    print(e)
print(subprocess.run([PY, "-c", "1/0"], stderr=subprocess.PIPE, text=True).stderr)
