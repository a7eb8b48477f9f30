# Numbers of all kinds.
import cmath
import decimal
import fractions
import math
import statistics

decimal.getcontext().prec = 50
print(decimal.Decimal(2).sqrt(), decimal.Decimal("0.1") + decimal.Decimal("0.2"))
print(fractions.Fraction(1, 3) + fractions.Fraction(1, 6), 0.1 + 0.2)
print(math.factorial(50), math.comb(40, 20), math.isqrt(10**40), cmath.sqrt(-1))
print(2**1000 % 997, float("inf") - 1, statistics.pstdev([1, 2, 3, 4]), round(2.5), -7 // 2)
print(len(str(3**9000)))
int("9" * 5000)
