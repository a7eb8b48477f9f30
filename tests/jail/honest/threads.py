# Threads with a lock, a queue, a barrier and a pool.
import concurrent.futures
import queue
import threading

lock, jobs, done = threading.Lock(), queue.Queue(), []


def work():
    while (job := jobs.get()) is not None:
        with lock:
            done.append(job * job)


threads = [threading.Thread(target=work) for _ in range(4)]
for t in threads:
    t.start()
for i in range(20):
    jobs.put(i)
for t in threads:
    jobs.put(None)
for t in threads:
    t.join()
print(sorted(done))
barrier = threading.Barrier(3)
with concurrent.futures.ThreadPoolExecutor(3) as pool:
    print(sorted(pool.map(lambda i: (barrier.wait() >= 0, i), range(3))))
try:
    with concurrent.futures.ThreadPoolExecutor() as pool:
        pool.submit(lambda: 1 / 0).result()
except ZeroDivisionError as e:
    print(type(e).__name__, e)
