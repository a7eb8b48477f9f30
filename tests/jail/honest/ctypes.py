# The C library by hand.
import ctypes
import ctypes.util

m = ctypes.CDLL(ctypes.util.find_library("m") or "libm.so.6")
m.cos.restype = ctypes.c_double
m.cos.argtypes = [ctypes.c_double]
print(m.cos(0.0))
c = ctypes.CDLL(None)
print(c.abs(-5), c.strlen(b"text"))
COMPARE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
numbers = (ctypes.c_int * 5)(3, 1, 2, 5, 4)
c.qsort(numbers, 5, ctypes.sizeof(ctypes.c_int), COMPARE(lambda a, b: a[0] - b[0]))
print(list(numbers))
