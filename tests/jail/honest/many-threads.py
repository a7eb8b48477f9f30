# Fifty threads at once, all of which wait for one another.
import threading

barrier, names = threading.Barrier(51), []


def work(i):
    barrier.wait()
    names.append(i)


threads = [threading.Thread(target=work, args=(i,), daemon=True) for i in range(50)]
for t in threads:
    t.start()
barrier.wait()
for t in threads:
    t.join()
print(len(set(names)), threading.active_count())
