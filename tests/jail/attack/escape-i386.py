# Calls by their i386 numbers, through int 0x80.
# expect: blocked|failed SIGSYS
# each: 20 21 26 310
# only: x86_64
import ctypes
import mmap

import wall

# push rbx; mov eax, edi; xor ebx, ebx; xor ecx, ecx; int 0x80; pop rbx; ret
CODE = bytes.fromhex("5389f831db31c9cd805bc3")
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(CODE)
fn = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(
    ctypes.addressof(ctypes.c_char.from_buffer(page)))
wall.leak("int 0x80 returns", fn(int(wall.WORD)))
