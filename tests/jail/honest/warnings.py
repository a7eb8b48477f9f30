# Warnings, and errors made of them.
import warnings


def old():
    warnings.warn("old is old", DeprecationWarning, stacklevel=2)


old()
warnings.warn("take care")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    old()
    print([str(w.message) for w in caught])
warnings.simplefilter("error")
old()
