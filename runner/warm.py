# What comes after cold.py where Python waits for its program: imports, of which
# site.py writes the names here, and a tidy heap, which also ends sooner.
import gc
for name in MODULES:
    try:
        __import__(name)
    except ImportError:
        pass
del name
sys.modules['random'].seed()
gc.collect()
gc.freeze()
