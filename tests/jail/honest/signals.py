# Handlers, alarms, timers, masks, and waiting for a signal.
import os
import signal
import time

got = []
signal.signal(signal.SIGUSR1, lambda s, f: got.append(signal.Signals(s).name))
os.kill(os.getpid(), signal.SIGUSR1)
signal.signal(signal.SIGALRM, lambda s, f: got.append("alarm"))
signal.setitimer(signal.ITIMER_REAL, 0.05)
signal.pause()
print(got)


def late(s, f):
    raise TimeoutError("too late")


signal.signal(signal.SIGALRM, late)
signal.alarm(1)
try:
    time.sleep(60)
except TimeoutError as e:
    print(e)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
os.kill(os.getpid(), signal.SIGUSR2)
print(signal.sigpending(), signal.sigwait([signal.SIGUSR2]))
print(signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGPIPE),
      signal.getsignal(signal.SIGINT))
