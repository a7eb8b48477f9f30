# A program that cannot be compiled.
def f(x):
    return x +

print(f(1))
