# Recursion without an end that nobody handles.
def f(x):
    return f(x + 1)


f(0)
