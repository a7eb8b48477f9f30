# Be a tracer of init, of a child, or of itself.
# expect: blocked ptrace
# each: traceme attach-init attach-child seize
# user: too
import wall

TRACEME, ATTACH, SEIZE = 0, 16, 0x4206
if wall.WORD == "traceme":
    args = TRACEME, 0
elif wall.WORD == "attach-init":
    args = ATTACH, 1
elif wall.WORD == "seize":
    args = SEIZE, 1
else:
    args = ATTACH, wall.fork(wall.sleep)
wall.denied("ptrace", wall.call("ptrace", *args, 0, 0))
