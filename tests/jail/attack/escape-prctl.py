# What a process may ask for itself: tracers, memory maps, other filters, orphans.
# expect: ok|blocked
import wall

for name, option, *args in (
        ("PR_SET_DUMPABLE", 4, 1), ("PR_SET_KEEPCAPS", 8, 1),
        ("PR_SET_SECCOMP", 22, 1), ("PR_SET_TSC", 26, 1),
        ("PR_SET_SECUREBITS", 28, 0x2f), ("PR_SET_TIMERSLACK", 29, 1),
        ("PR_SET_MM", 35, 8, 0), ("PR_SET_CHILD_SUBREAPER", 36, 1),
        ("PR_SET_THP_DISABLE", 41, 1), ("PR_SET_SPECULATION_CTRL", 53, 0, 8),
        ("PR_SCHED_CORE", 62, 1, 0, 0), ("PR_SET_MDWE", 65, 1),
        ("PR_SET_PTRACER", 0x59616d61, -1)):
    if name == "PR_SET_SECCOMP":
        continue  # would end us where it is let through; escape-kernel has it
    wall.denied(name, wall.call("prctl", option, *args, *[0] * (4 - len(args))))
wall.held()
