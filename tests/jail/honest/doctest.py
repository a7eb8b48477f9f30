# Examples in documentation, tried.
import doctest


def fib(n):
    """
    >>> [fib(i) for i in range(8)]
    [0, 1, 1, 2, 3, 5, 8, 13]
    >>> fib(-1)
    Traceback (most recent call last):
    ValueError: negative
    >>> fib(3)
    3
    """
    if n < 0:
        raise ValueError("negative")
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


print(doctest.testmod())
