# The host's clock.
# expect: blocked WORD
# each: clock_settime clock_adjtime settimeofday adjtimex
import wall

TAI, REALTIME = 11, 0
which = TAI if wall.WORD == "clock_adjtime" else REALTIME
args = (which, bytes(256)) if wall.WORD.startswith("clock") else (bytes(256), 0)
wall.denied(wall.WORD, wall.call(wall.WORD, *args))
