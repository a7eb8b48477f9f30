# Processes that begin from the beginning, and read main.py again.
import multiprocessing as mp


def child(conn):
    conn.send([__name__, sum(range(10))])


if __name__ == "__main__":
    ctx = mp.get_context("spawn")
    here, there = ctx.Pipe()
    p = ctx.Process(target=child, args=(there,))
    p.start()
    print(here.recv())
    p.join()
    print(p.exitcode)
