# Prints.
print("Hello, world!")
