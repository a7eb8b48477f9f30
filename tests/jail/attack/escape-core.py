# A crash: no core, and no helper program of the host's for it.
# expect: ok
# user: too
import os
import resource
import signal

import wall

# 1, not 0, where it may be: a core_pattern that is a program ignores 0
most = min(wall.HOST_CORE, 1)
if resource.getrlimit(resource.RLIMIT_CORE) != (most, most):
    wall.leak("limit", resource.getrlimit(resource.RLIMIT_CORE))
for sig in signal.SIGSEGV, signal.SIGABRT, signal.SIGQUIT:
    pid = os.fork()
    if pid == 0:
        signal.signal(sig, signal.SIG_DFL)
        os.kill(os.getpid(), sig)
        os._exit(0)
    if os.WCOREDUMP(os.waitpid(pid, 0)[1]):
        wall.leak("a core of", sig)
wall.held()
