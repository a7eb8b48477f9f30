# Calls newer than the sandbox: what it does not know must not be there.
# expect: ok
import wall

for name in ("cachestat", "lsm_list_modules", "landlock_create_ruleset",
             "set_mempolicy_home_node", "memfd_secret", "signalfd4"):
    said = wall.denied(name, wall.call(name, -1, 0, 0, 0, 0, 0))
    if said != "ENOSYS":
        wall.leak(name, "is there:", said)
for number in range(470, 600):
    said = wall.denied(number, wall.call(number, 0, 0, 0, 0, 0, 0))
    if said != "ENOSYS":
        wall.leak(number, "is there:", said)
wall.held()
