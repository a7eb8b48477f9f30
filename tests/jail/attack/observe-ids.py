# Who it is: nobody of the host, in no group of the host.
# expect: ok
# user: too
import os

import wall

if set(os.getresuid()) != {1000} or set(os.getresgid()) != {1000}:
    wall.leak(os.getresuid(), os.getresgid())
if set(os.getgroups()) - {1000}:
    wall.leak("groups", os.getgroups())
wall.held()
