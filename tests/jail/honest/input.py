# Reads numbers until the input ends, with a prompt.
# stdin: 3\n4\nfive\n6\n
total = 0
while True:
    try:
        text = input("number? ")
    except EOFError:
        print("\nthe sum is", total)
        break
    try:
        total += int(text)
    except ValueError as e:
        print("no:", e)
