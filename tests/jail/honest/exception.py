# An exception that nobody handles, with a cause and a context.
def parse(text):
    try:
        return int(text)
    except ValueError as e:
        raise RuntimeError(f"no number: {text!r}") from e


def main():
    for text in "1", "2", "three":
        print(parse(text))


main()
