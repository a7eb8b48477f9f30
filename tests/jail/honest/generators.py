# Generators, coroutines, context managers, descriptors and metaclasses.
import contextlib
import typing


class Meta(type):
    def __new__(mcs, name, bases, ns):
        ns["tag"] = name.lower()
        return super().__new__(mcs, name, bases, ns)


class Base(metaclass=Meta):
    def __init_subclass__(cls, **kw):
        print("made", cls.__name__, kw)


class Child(Base, key=1):
    x: typing.ClassVar[int] = 1


@contextlib.contextmanager
def around(name):
    print("enter", name)
    try:
        yield name
    finally:
        print("leave", name)


def count():
    got = yield 1
    print("got", got)
    yield from range(3)


with contextlib.suppress(KeyError), around("a"), around("b"):
    {}["missing"]
g = count()
print(next(g), g.send("text"), list(g), Child.tag, typing.get_type_hints(Child))
