# Deaths of a signal of its own that look like limits and stops.
# expect: failed WORD
# each: SIGKILL SIGTERM SIGINT SIGHUP SIGQUIT SIGABRT SIGSEGV SIGBUS SIGXCPU SIGXFSZ SIGUSR1 SIGALRM SIGPIPE SIGTRAP SIGPOLL
import os
import signal

import wall

sig = getattr(signal, wall.WORD)
if wall.WORD != "SIGKILL":
    signal.signal(sig, signal.SIG_DFL)
os.kill(os.getpid(), sig)
