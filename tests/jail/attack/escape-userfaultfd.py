# Page faults answered at leisure: the tool of races.
# expect: ok
import wall

for flags in 0, 1, 0o2000000:
    wall.denied("userfaultfd", wall.call("userfaultfd", flags))
wall.held()
