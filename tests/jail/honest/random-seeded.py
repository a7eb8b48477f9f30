# Random numbers from a seed are the same everywhere.
import random

random.seed(42)
print([random.randint(1, 100) for _ in range(10)], random.sample(range(50), 5))
letters = list("abcdefgh")
random.shuffle(letters)
print(letters, random.gauss(0, 1), random.Random("text").random())
