#!/usr/bin/python3
"""code.py REGEX FILE... - lines of C that match outside of comments and
strings, as FILE:LINE:TEXT."""
import re
import sys

SKIP = re.compile(
    r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def blank(match):
    """The same number of lines, so that numbers stay right."""
    return ' ' + '\n' * match.group().count('\n')


def main():
    wanted = re.compile(sys.argv[1])
    for name in sys.argv[2:]:
        with open(name, encoding='utf-8') as f:
            text = f.read()
        lines = text.split('\n')
        for i, line in enumerate(SKIP.sub(blank, text).split('\n')):
            if wanted.search(line):
                print(f'{name}:{i + 1}:{lines[i].strip()}')


main()
