# One takes all the processes that it may; the other needs its own.
# expect: ok
# pair: one takes, the other needs
# user: too
import wall

n = 0
if wall.ROLE == "a":
    try:
        while n < 200:
            wall.fork(wall.sleep)
            n += 1
    except OSError:
        pass
wall.step()
if wall.ROLE == "b":
    try:
        while n < 20:
            wall.fork(wall.sleep)
            n += 1
    except OSError as e:
        wall.leak("the other leaves", n, e)
wall.step()
wall.held()
