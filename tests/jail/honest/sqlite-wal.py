# A database with a write-ahead log, which asks for locks and does not only take them.
import sqlite3

one = sqlite3.connect("test.db")
print(one.execute("pragma journal_mode = wal").fetchone())
one.execute("create table n (x)")
with one:
    one.executemany("insert into n values (?)", [(i,) for i in range(100)])
two = sqlite3.connect("test.db")
print(two.execute("select sum(x) from n").fetchone())
print(one.execute("pragma wal_checkpoint(truncate)").fetchone())
