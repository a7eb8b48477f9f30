# A shell's commands.
import os
import subprocess

print(os.system("echo from a shell; exit 3") >> 8, flush=True)
print(subprocess.check_output("printf '%s\\n' c a b | sort | tr a-z A-Z", shell=True))
print(os.popen("cat main.py | head -n 1").read())
