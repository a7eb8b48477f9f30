# Reads standard input in all the ways there are.
# stdin: one\ntwo\nthree\nfour \u00e9\nrest
import sys

print(repr(sys.stdin.readline()))
print(repr(next(sys.stdin)))
print(repr(sys.stdin.read(4)))
print([line for line in sys.stdin])
print(repr(sys.stdin.read()), sys.stdin.isatty(), sys.stdin.encoding)
