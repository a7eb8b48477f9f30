# Processes with a pool, a queue, a lock and shared values.
import multiprocessing as mp


def square(x):
    return x * x


def add(value, lock, n):
    for _ in range(n):
        with lock:
            value.value += 1


def put(q):
    q.put({"from": "child"})


if __name__ == "__main__":
    with mp.Pool(3) as pool:
        print(pool.map(square, range(10)))
    value, lock = mp.Value("i", 0), mp.Lock()
    children = [mp.Process(target=add, args=(value, lock, 50)) for _ in range(3)]
    for c in children:
        c.start()
    for c in children:
        c.join()
    print(value.value, [c.exitcode for c in children])
    q = mp.Queue()
    c = mp.Process(target=put, args=(q,))
    c.start()
    print(q.get())
    c.join()
