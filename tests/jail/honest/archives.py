# Zip and tar files, gzip, and sums over bytes.
import bz2
import gzip
import hashlib
import io
import lzma
import tarfile
import zipfile
import zlib

with zipfile.ZipFile("a.zip", "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("in.txt", "text " * 100)
    z.write("main.py")
with zipfile.ZipFile("a.zip") as z:
    print(z.namelist(), len(z.read("in.txt")), z.testzip())
with tarfile.open("a.tar.gz", "w:gz") as t:
    t.add("main.py")
print(tarfile.open("a.tar.gz").getnames())
data = b"data" * 1000
for m in gzip, bz2, lzma, zlib:
    print(m.__name__, m.decompress(m.compress(data)) == data)
print(hashlib.sha256(data).hexdigest(), hashlib.md5(data).hexdigest(), zlib.crc32(data))
print(hashlib.scrypt(b"p", salt=b"s", n=2, r=1, p=1).hex()[:16], io.BytesIO(data).read(4))
