# Programs and maps in the kernel.
# expect: blocked bpf
# each: 0 5
import wall

wall.denied("bpf", wall.call("bpf", int(wall.WORD), bytes(128), 128))
