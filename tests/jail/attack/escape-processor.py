# Ports and segments of the processor.
# expect: blocked WORD
# each: iopl ioperm modify_ldt uselib
# only: x86_64
import wall

wall.denied(wall.WORD, wall.call(wall.WORD, 0, 1, 1))
