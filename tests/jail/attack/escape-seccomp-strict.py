# The other way to a filter of one's own.
# expect: ok|blocked
import wall

wall.denied("PR_SET_SECCOMP", wall.call("prctl", 22, 2, 0, 0, 0))
wall.held()
