# File systems, by the old calls and the new.
# expect: blocked WORD
# each: mount umount2 pivot_root open_tree move_mount fsopen fsconfig fsmount fspick mount_setattr
import wall

wall.denied(wall.WORD, wall.call(wall.WORD, b"tmpfs", b"/tmp", b"tmpfs", 0, 0))
