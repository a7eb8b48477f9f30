# A debugger's and a profiler's hooks.
import cProfile
import io
import pstats
import sys
import timeit
import tracemalloc

lines = []
sys.settrace(lambda f, e, a: lines.append((e, f.f_code.co_name)))
max([1], key=lambda x: x)
sys.settrace(None)
print(lines)
p = cProfile.Profile()
p.runcall(sorted, range(1000))
pstats.Stats(p, stream=io.StringIO()).print_stats()
print(timeit.timeit("1 + 1", number=1000) > 0)
tracemalloc.start()
keep = bytearray(1 << 20)
print(tracemalloc.get_traced_memory()[0] > 1 << 20)
