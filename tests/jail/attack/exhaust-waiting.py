# To wait for input that never comes, which has a limit of its own.
# expect: time_limit idle
# stdin: open
# options: --idle-s 1 --wall-s 4
import wall

wall.leak("has read", input())
