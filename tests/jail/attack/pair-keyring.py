# A key of one, found by the other, who is the same user.
# expect: ok|blocked add_key|blocked request_key
# pair: one adds, the other asks
import wall

USER, SESSION = -4, -3
for ring in USER, SESSION:
    wall.call("add_key", b"user", wall.MARK.encode(), b"x", 1, ring)
wall.step()
wall.denied("request_key", wall.call("request_key", b"user", wall.OTHER_MARK.encode(), 0, 0))
wall.step()
wall.held()
