# Processor time: of one, of several, of threads, of those that ignore SIGXCPU.
# expect: time_limit cpu
# each: one several threads ignoring
# options: --cpu-s 1 --wall-s 25
import hashlib
import os
import signal
import threading

import wall


def burn():
    while True:
        hashlib.pbkdf2_hmac("sha256", b"x", b"y", 10000)


if wall.WORD == "several":
    os.fork()
    os.fork()
elif wall.WORD == "threads":
    for _ in range(4):
        threading.Thread(target=burn).start()
elif wall.WORD == "ignoring":
    for sig in signal.SIGXCPU, signal.SIGVTALRM, signal.SIGPROF, signal.SIGALRM:
        signal.signal(sig, signal.SIG_IGN)
burn()
