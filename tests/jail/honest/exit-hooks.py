# What is registered for the end, and objects that end with it.
import atexit
import weakref


class Thing:
    def __del__(self):
        print("deleted")


atexit.register(print, "first registered, last run")
atexit.register(lambda: print("last registered, first run"))
thing = Thing()
weakref.finalize(thing, print, "finalized")
print("end of the program")
