# Children by hand: waiting, exit status, a pipe, a signal.
import os
import signal

r, w = os.pipe()
if os.fork() == 0:
    os.write(w, b"from the child")
    os._exit(9)
print(os.waitstatus_to_exitcode(os.wait()[1]), os.read(r, 100))
pid = os.fork()
if pid == 0:
    signal.pause()
os.kill(pid, signal.SIGKILL)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
