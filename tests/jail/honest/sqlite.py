# A database in memory and one in a file, from two connections, with a rollback.
import sqlite3

db = sqlite3.connect(":memory:")
db.execute("create table t (a, b)")
db.executemany("insert into t values (?, ?)", [(i, str(i) * i) for i in range(5)])
print(db.execute("select sum(a), group_concat(b) from t").fetchone())
one, two = sqlite3.connect("test.db"), sqlite3.connect("test.db")
with one:
    one.execute("create table n (x unique)")
    one.execute("insert into n values (1)")
try:
    with one:
        one.execute("insert into n values (2)")
        one.execute("insert into n values (1)")
except sqlite3.IntegrityError as e:
    print(e)
print(two.execute("select * from n").fetchall())
one.close()
two.execute("vacuum")
