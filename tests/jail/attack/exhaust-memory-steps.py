# Memory piece by piece.
# expect: memory_limit
# user: too
import wall

pieces = []
while len(pieces) < 1000:
    pieces.append(bytearray(b"x") * (1 << 20))
wall.leak("has", len(pieces), "MB")
