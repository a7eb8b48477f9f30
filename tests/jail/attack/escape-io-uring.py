# io_uring does what the filter does not see; it must not be there.
# expect: ok
# prints: ENOSYS ENOSYS ENOSYS
import wall

print(wall.denied("setup", wall.call("io_uring_setup", 4, bytes(256))),
      wall.denied("enter", wall.call("io_uring_enter", 0, 0, 0, 0, 0, 0)),
      wall.denied("register", wall.call("io_uring_register", 0, 0, 0, 0)))
