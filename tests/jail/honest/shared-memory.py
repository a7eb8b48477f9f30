# Memory with a name, and futures in other processes.
import concurrent.futures
from multiprocessing import shared_memory


def fill(name):
    m = shared_memory.SharedMemory(name)
    m.buf[:5] = b"hello"
    m.close()
    return True


if __name__ == "__main__":
    m = shared_memory.SharedMemory(create=True, size=64)
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        print(pool.submit(fill, m.name).result())
    print(bytes(m.buf[:5]))
    m.close()
    m.unlink()
