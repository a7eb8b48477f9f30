# Objects into bytes and back, in memory and in files.
import copy
import pickle
import shelve


class Point:
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return f"Point({self.x})"


p = [Point(1), {"a": (1, 2)}, {3, 4}]
print(pickle.loads(pickle.dumps(p)), copy.deepcopy(p))
with shelve.open("shelf") as s:
    s["k"] = p
with shelve.open("shelf") as s:
    print(s["k"], list(s))
try:
    pickle.dumps(lambda: 0)
except Exception as e:
    print(type(e).__name__)
