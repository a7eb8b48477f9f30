# A name that looks like the numbers behind it, for who reads processes as text.
# expect: time_limit cpu
# options: --cpu-s 1 --wall-s 25
# each: )_R_0_0_0 \n0_0_(
import wall

PR_SET_NAME = 15
name = wall.WORD.replace("_", " ").encode().decode("unicode_escape").encode()
wall.libc.prctl(PR_SET_NAME, name, 0, 0, 0)
while True:
    pass
