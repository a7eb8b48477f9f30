# An interrupt, as by Ctrl-C, that nobody handles.
import signal

try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    print("caught")
signal.raise_signal(signal.SIGINT)
