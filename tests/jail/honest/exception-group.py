# Several exceptions at once, with a note, under the names of classes of its own.
class Late(Exception):
    pass


def check(n):
    e = Late(f"part {n}")
    e.add_note("it was too late")
    return e


raise ExceptionGroup("two", [check(1), ExceptionGroup("inner", [check(2), KeyError("k")])])
