# Dataclasses, json, re, enum, typing, collections: what most programs are made of.
import collections
import dataclasses
import enum
import functools
import heapq
import itertools
import json
import re


class Kind(enum.Enum):
    A = 1
    B = "b"


@dataclasses.dataclass(order=True)
class Item:
    weight: int
    name: str = "x"
    tags: list = dataclasses.field(default_factory=list)


@functools.lru_cache(maxsize=None)
def ways(n):
    return 1 if n < 2 else ways(n - 1) + ways(n - 2)


items = [Item(3, "c"), Item(1, "a", ["t"]), Item(2)]
print(sorted(items), dataclasses.asdict(items[1]), Kind("b"), ways(80))
print(json.dumps({"a": [1, 2.5, None, True], "é": "é"}, indent=1, sort_keys=True))
try:
    json.loads('{"a": }')
except json.JSONDecodeError as e:
    print(e)
print(re.sub(r"(?P<w>\w+)@(\w+)\.com", r"\g<w> at \2", "me@example.com you@test.com"))
print(collections.Counter("mississippi").most_common(2), heapq.nsmallest(2, [3, 1, 2]))
print(list(itertools.islice(itertools.permutations("abc"), 4)))
match items[1]:
    case Item(weight=1, name=n):
        print("matched", n)
