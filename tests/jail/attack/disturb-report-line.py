# A last line of errors without an end, before the report that follows there.
# expect: failed 7
# report: stderr
# prints: held
# each: unfinished false carriage-return
import os

import wall

wall.held()
os.write(2, {"unfinished": b"no end of line: ",
             "false": b'{"verdict":"ok","exit_code":0}\n{"verdict":"ok",',
             "carriage-return": b"x\r"}[wall.WORD])
os._exit(7)
