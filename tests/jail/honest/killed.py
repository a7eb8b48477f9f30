# A death of a signal of its own.
import os
import signal

print("now", flush=True)
os.kill(os.getpid(), signal.SIGTERM)
