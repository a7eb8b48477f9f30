#!/bin/sh
# What a program can reach, and what becomes of those that try more.
. tests/jail/lib.sh

mkdir "$T/two"
echo 'import other; print(other.x)' >"$T/two/main.py"
echo 'x = "sibling"' >"$T/two/other.py"
jail --dir "$T/two" -- /usr/bin/python3 main.py
ok "a file beside it can be imported" out_is sibling

python <<'P'
import socket, urllib.request
for fn in (lambda: socket.create_connection(("127.0.0.1", 22), 1),
           lambda: socket.socket(),
           lambda: urllib.request.urlopen("http://192.0.2.1/", timeout=1)):
    try: fn()
    except OSError as e: print("Network is unreachable" in str(e))
P
ok "no network, as an ordinary error" out_is "True
True
True"

echo secret >"$T/secret"
chmod 644 "$T/secret"
python <<P
import os
for path in "/etc/shadow", "/root", "/home", "/var", "/sys", "$T/secret":
    print(os.path.exists(path), end=" ")
print(sorted(os.listdir("/dev")))
P
ok "the host's files are not there" out_is "False False False False False False ['full', 'null', 'random', 'shm', 'stderr', 'stdout', 'urandom', 'zero']"

python <<'P'
import os, errno
for path in "/x", "/etc/passwd", "/usr/x", "/usr/bin/python3", "/dev/x":
    try: open(path, "a"); print(path)
    except OSError as e: print(errno.errorcode[e.errno] in ("EROFS", "EACCES"))
P
ok "the root is read-only" out_is "True
True
True
True
True"

python <<'P'
import os
print(os.path.exists("/proc"), os.path.exists("/sys"))
for sig in 9, 15:
    try: os.kill(1, sig) # not heard, or refused
    except PermissionError: pass
print(os.getpid() < 10, os.getppid())
P
ok "other processes and init are out of reach" out_is "False False
True 1"

python <<'P'
import os
def is_open(fd):
    try: os.fstat(fd); return True
    except OSError: return False
print([fd for fd in range(256) if is_open(fd)])
print(os.getuid(), os.getcwd(), sorted(os.environ))
P
ok "no descriptor and no variable of ours comes in" out_is "[0, 1, 2]
1000 /work ['HOME', 'LANG', 'LOGNAME', 'PATH', 'PYTHONDONTWRITEBYTECODE', 'PYTHONNOUSERSITE', 'PYTHONUTF8', 'TMPDIR', 'USER']"

mkdir "$T/names"
cat >"$T/names/main.sh" <<'P'
echo out >/dev/stdout
echo err >/dev/stderr
sh -c 'echo more >>/dev/stderr' # a child's are the same
{ true </dev/stdin; } 2>&- || echo no input
rm -f /dev/stderr 2>&- || echo kept
P
jail --dir "$T/names" -- /bin/bash main.sh
ok "output can be opened by name, input can not" \
    [ "$(cat "$T/out" "$T/err")" = "out
no input
kept
err
more" ]

python <<'P'
import os, sys
spec = sys.modules["sitecustomize"].__spec__
print(os.path.exists(spec.cached), spec.origin)
P
if [ "$(/usr/bin/python3 -c 'import sys; print(sys.implementation.cache_tag)')" = \
    "$(sed -n 's/.*sitecustomize\.\([a-z0-9-]*\)\.pyc.*/\1/p' "$BUILD/runner/site.h" | head -n 1)" ]; then
	ok "Python need not compile what is ours" out_is "True /etc/codesync/cold/sitecustomize.py"
else
	skip "Python need not compile what is ours" "it was built with another version"
fi

for call in "ptrace 0 0 0 0" "mount 0 0 0 0 0" "unshare 268435456" \
    "bpf 0 0 0" "init_module 0 0 0" "keyctl 0 0 0"; do
	set -- $call
	nr=$(awk -v c="__NR_$1" '$2 == c { print $3 }' \
	    /usr/include/*-linux-gnu/asm/unistd_64.h 2>/dev/null)
	[ -n "$nr" ] || {
		skip "$1 is blocked" "no kernel headers"
		continue
	}
	name=$1
	shift
	python <<P
import ctypes
ctypes.CDLL(None).syscall($nr, $(echo "$@" | tr ' ' ','))
P
	ok "$name is blocked and named" ended 159 blocked "\"syscall\":\"$name\""
done

python <<'P'
import subprocess, sys
subprocess.run([sys.executable, "-c", "import ctypes; ctypes.CDLL(None).unshare(0x10000000)"])
print("went on")
P
ok "also in a child" ended 159 blocked '"syscall":"unshare"'

python <<'P'
import os
for fn in (lambda: os.setuid(0), lambda: os.chown("main.py", 0, 0),
           lambda: os.chroot("/"), lambda: os.setpriority(0, 0, -5)):
    try: fn()
    except PermissionError: print("PermissionError")
P
ok "what it may try in vain is a PermissionError" out_is "PermissionError
PermissionError
PermissionError
PermissionError"

python <<'P'
import os
print(os.getpriority(os.PRIO_PROCESS, 0))
P
ok "it runs at the lowest priority" out_is "19"

python <<'P'
import subprocess, sys, threading, sqlite3, tempfile, asyncio, multiprocessing, shutil
print(subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True).stdout.strip())
t = threading.Thread(target=lambda: print("thread")); t.start(); t.join()
db = sqlite3.connect("a.db"); db.execute("create table t (x)"); db.commit(); print("sqlite")
with tempfile.NamedTemporaryFile() as f: f.write(b"x")
async def main(): await asyncio.sleep(0.01); print("asyncio")
asyncio.run(main())
shutil.copy("main.py", "copy.py")
with multiprocessing.Pool(2) as p: print(p.map(abs, [-1, -2]))
P
ok "honest programs notice nothing" out_is "42
thread
sqlite
asyncio
[1, 2]"

echo "1..$n"
