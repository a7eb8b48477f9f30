# Text of all the world, in output, in file names and in errors.
import os
import sys
import unicodedata

text = "žluťoučký 日本語 🙂 e\u0301 עברית"
print(text, len(text), len(text.encode()), sys.stdout.encoding, sys.getdefaultencoding())
print(unicodedata.normalize("NFC", "e\u0301") == "é", "ß".upper(), "İ".lower().encode())
with open("日本.txt", "w", encoding="utf-8") as f:
    f.write(text)
print(sorted(os.listdir(".")), open("日本.txt").read() == text, sys.getfilesystemencoding())
print(ascii(text), file=sys.stderr)
try:
    print("\udc80")
except UnicodeEncodeError as e:
    print(e)
sys.stdout.flush()
sys.stdout.buffer.write(b"\xff\xfe raw\n")
raise ValueError("ünïcödé 🙁")
