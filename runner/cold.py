# The sandbox's sitecustomize. Through a pipe Python would keep 8 KiB of output
# back; this gives it the rule that it has on a terminal, at a third of the cost
# of -u. Nothing of it shall be seen by the program or by those that it starts.
import os, sys
os.environ.pop('PYTHONPATH', None)
here = os.path.dirname(__file__)
if here in sys.path:
    sys.path.remove(here)
del here
for stream in (sys.stdout, sys.stderr):
    if stream is not None:
        stream.reconfigure(line_buffering=True)
del stream
