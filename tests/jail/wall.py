"""wall.py - what the attacks share. It lies beside main.py in the sandbox, with
made.py, in which the judge tells what is true of this run: MARK, a name that
occurs nowhere else; KEY, the same as a number; WORD, of the header's `each`; NR,
the system calls' numbers; and the host's HOST_NAME, HOST_PID (the judge's),
HOST_FILE (readable by all), HOST_SOCKET (abstract, listening), HOST_PORT and
HOST_CORE (the largest core allowed).

A process that imports this is called MARK, so that the judge finds it."""
import ctypes
import errno
import os
import signal
import time

from made import *  # noqa: F401,F403
from made import MARK, NR

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
libc.prctl(15, MARK.encode(), 0, 0, 0)  # PR_SET_NAME

NEWTIME, NEWNS, NEWCGROUP, NEWUTS = 0x80, 0x20000, 0x2000000, 0x4000000
NEWIPC, NEWUSER, NEWPID, NEWNET = 0x8000000, 0x10000000, 0x20000000, 0x40000000


def call(name, *args):
    """The result of a system call (by name or number), or -errno."""
    number = NR[name] if isinstance(name, str) else name
    args = [ctypes.c_long(a) if isinstance(a, int) else a for a in args]
    result = libc.syscall(ctypes.c_long(number), *args)
    return -ctypes.get_errno() if result == -1 else result


def leak(*what):
    print("LEAK", *what, flush=True)


def held():
    """Nothing got through: the last thing a program says."""
    print("held", flush=True)


def denied(what, result):
    """RESULT, of call(), should be an error."""
    if result >= 0:
        leak(what, result)
    return errno.errorcode.get(-result, str(result))


def refused(what, fn, *args, **kw):
    """FN should fail as the operating system's refusal; what it says."""
    try:
        got = fn(*args, **kw)
    except OSError as e:
        return errno.errorcode.get(e.errno, str(e.errno))
    leak(what, repr(got)[:200])
    return "OK"


def fork(fn, *args):
    """A child that does FN and no more; its pid."""
    pid = os.fork()
    if pid == 0:
        try:
            fn(*args)
        finally:
            os._exit(0)
    return pid


def hoard(fill, children):
    """CHILDREN leave in the kernel what they can, up to 20 MB each: FILL does
    one more and says how many bytes it has."""
    total = os.pipe()

    def child():
        size = 0
        try:
            while size < 20 << 20:
                size += fill()
        except OSError:
            pass
        os.write(total[1], b"%08d" % size)
        time.sleep(3)

    n = 0
    try:
        while n < children:
            fork(child)
            n += 1
    except OSError:
        pass
    size = sum(int(os.read(total[0], 8)) for _ in range(n))
    if size > 160 << 20:  # two and a half times what the run may have
        leak("the kernel keeps", size)


def sleep():
    while True:
        signal.pause()


def step():
    """In a pair: wait until the other is here too, or has ended."""
    print("step", flush=True)
    return input()
