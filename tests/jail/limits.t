#!/bin/sh
# Every limit ends the run, or fails inside it as an ordinary error.
. tests/jail/lib.sh

python --cpu-s 1 <<'P'
while True: pass
P
ok "processor time" ended 124 time_limit '"limit":"cpu"'

python --cpu-s 1 <<'P'
import os
for i in range(3): os.fork()
while True: pass
P
ok "processor time of all processes together" ended 124 time_limit '"limit":"cpu"'

# cpu_ms MIN: so much is reported
cpu_ms() {
	[ "$(jq .cpu_ms "$T/report")" -ge "$1" ]
}
python <<'P'
import os, signal, time
def burn(s):
    end = time.process_time() + s
    while time.process_time() < end: pass
    os._exit(0)
r, w = os.pipe()
if os.fork() == 0:
    if os.fork() == 0: burn(0.3)
    os._exit(0)
os.wait()
if os.fork() == 0:
    os.close(w)
    while True: pass
os.close(w)
os.read(r, 1) # the orphan has ended
P
ok "the time of orphans and of those that run on is counted" cpu_ms 400

python <<'P'
import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
r, w = os.pipe()
for i in range(40):
    if os.fork() == 0:
        end = time.process_time() + 0.01
        while time.process_time() < end: pass
        os._exit(0)
    try: os.wait() # for all of them, and for nobody's time
    except ChildProcessError: pass
P
if grep -q rlimits "$T/report"; then
	skip "and of children that nobody waits for" "needs a control group"
else
	ok "and of children that nobody waits for" cpu_ms 400
fi

python --wall-s 1 <<'P'
import time
time.sleep(60)
P
ok "time in all" ended 124 time_limit '"limit":"wall"'

rm -f "$T/in"
mkfifo "$T/in"
rc=0
exec 8<>"$T/in"
"$JAIL" --report 9 --wall-s 1 --idle-s 2 -- /usr/bin/python3 -c 'input()' \
    <"$T/in" >"$T/out" 2>"$T/err" 9>"$T/report" 8>&- || rc=$?
exec 8>&-
ok "waiting for input has a limit of its own" ended 124 time_limit '"limit":"idle"'

python --memory-mb 64 <<'P'
a = []
while True: a.append(bytearray(1 << 20))
P
ok "memory" ended 137 memory_limit

python --memory-mb 64 <<'P'
import os, time
for i in range(6): os.fork() or (time.sleep(0.05), globals().update(a=bytearray(b"x" * (30 << 20))), time.sleep(20))
time.sleep(20)
P
ok "memory of all processes together" ended 137 memory_limit

python --output-kb 64 <<'P'
while True: print("x" * 100)
P
ok "output" ended 123 output_limit '"output_truncated":true'
ok "output up to the limit is passed on" [ "$(wc -c <"$T/out")" = 65536 ]

python --output-kb 1 <<'P'
import os
os.write(1, b"x" * 5000)
P
ok "output that was written at once" ended 123 output_limit

python --processes 8 --wall-s 10 <<'P'
import os, time
pids = 0
try:
    for i in range(100):
        if os.fork() == 0:
            time.sleep(20)
        pids += 1
except OSError as e:
    print(pids < 8 and pids > 3, type(e).__name__)
os._exit(0)
P
ok "processes: fork fails" out_is "True BlockingIOError"

python --processes 16 --wall-s 1 --cpu-s 5 <<'P'
import os
while True:
    try: os.fork()
    except OSError: pass
P
ok "a fork bomb ends in time" ended 124 time_limit

python --files-mb 1 <<'P'
import errno
for path in "/work/a", "/tmp/a":
    try:
        with open(path, "wb", buffering=0) as f:
            for i in range(20): f.write(b"x" * 100000)
    except OSError as e:
        print(errno.errorcode[e.errno] in ("EFBIG", "ENOSPC"))
    try:
        for i in range(20):
            with open(path + str(i), "wb", buffering=0) as f: f.write(b"x" * 100000)
    except OSError as e:
        print(errno.errorcode[e.errno])
P
ok "files: writing fails" out_is "True
ENOSPC
True
ENOSPC"

python <<'P'
try: bytearray(1 << 40)
except MemoryError: print("MemoryError")
P
ok "one huge piece of memory is a MemoryError" out_is MemoryError

echo "1..$n"
