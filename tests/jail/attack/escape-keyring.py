# Keyrings, which no namespace divides.
# expect: ok|blocked WORD
# each: add_key request_key keyctl
import wall

USER, SESSION, USER_SESSION, GET_ID = -4, -3, -5, 0
name = wall.MARK.encode()
if wall.WORD == "add_key":
    got = wall.call("add_key", b"user", name, b"x", 1, USER)
elif wall.WORD == "request_key":
    got = wall.call("request_key", b"user", name, b"x", USER)
else:
    got = wall.call("keyctl", GET_ID, USER_SESSION, 1)
if wall.denied(wall.WORD, got) not in ("ENOSYS", "EPERM"):
    wall.leak("it has looked for keys")
wall.held()
