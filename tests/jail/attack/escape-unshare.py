# New namespaces, of which it would be the master.
# expect: blocked unshare
# each: NEWUSER NEWNS NEWPID NEWNET NEWIPC NEWUTS NEWCGROUP NEWTIME
# user: too
import wall

wall.denied("unshare", wall.call("unshare", getattr(wall, wall.WORD)))
