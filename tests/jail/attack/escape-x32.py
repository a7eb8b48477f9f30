# Calls by their x32 numbers, of which a filter for x86-64 may know nothing.
# expect: blocked|failed SIGSYS
# each: 39 101 272 521 522
# only: x86_64
import wall

wall.leak("x32 returns", wall.call(0x40000000 | int(wall.WORD), 0, 0, 0, 0))
