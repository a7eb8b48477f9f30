# Blocked calls by many at once: one is told, and all are ended.
# expect: blocked unshare
import wall

for _ in range(20):
    wall.fork(lambda: wall.denied("unshare", wall.call("unshare", wall.NEWUSER)))
wall.sleep()
