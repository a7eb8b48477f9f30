# System V memory, messages and semaphores.
# expect: ok
# pair: both make some, both look for the other's
# user: too
import wall

CREATE = 0o1000 | 0o666
made = [wall.call("shmget", wall.KEY, 4096, CREATE),
        wall.call("msgget", wall.KEY, CREATE),
        wall.call("semget", wall.KEY, 1, CREATE)]
wall.step()
for name, *args in (("shmget", 4096, 0), ("msgget", 0), ("semget", 1, 0)):
    wall.denied("other's " + name, wall.call(name, wall.OTHER_KEY, *args))
for name, id in zip(("shmget", "msgget", "semget"), made):
    wall.denied("own " + name, id)  # outlives us, outside of all limits
wall.step()
wall.held()
