# Files watched, to see what others do with them.
# expect: ok
import wall

fd = wall.call("inotify_init1", 0)
wall.denied("inotify_init1", fd)
wall.denied("inotify_init", wall.call(wall.NR.get("inotify_init", -1)))
wall.denied("inotify_add_watch", wall.call("inotify_add_watch", fd, b"/usr/lib", 1))
wall.held()
