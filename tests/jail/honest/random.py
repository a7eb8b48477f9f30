# What is by chance: random numbers, hashes of strings, identifiers.
# differ: every line is by chance
import os
import random
import secrets
import uuid

print("random", random.random())
print("hash", hash("text"))
print("bytes", os.urandom(8).hex())
print("token", secrets.token_hex(8))
print("uuid", uuid.uuid4())
print("system", random.SystemRandom().random())
