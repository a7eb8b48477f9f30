# Asks for input where there is none.
name = input()
print(name)
