#!/usr/bin/python3
"""fold.py FILE < LOG - the bytes of a room's FILE, made from the JSON lines of
`room tail` alone. `at` and `del` count bytes; each hunk applies to the result of
the one before. Revisions must count up by one."""
import json
import sys


def fold(lines, name):
    text, last = b'', None
    for line in lines:
        entry = json.loads(line)
        if last is not None and entry['rev'] != last + 1:
            sys.exit(f'fold: revision {entry["rev"]} follows {last}')
        last = entry['rev']
        if entry['type'] != 'edit' or entry['file'] != name:
            continue
        for hunk in entry['hunks']:
            at, gone = hunk['at'], hunk['del']
            if at + gone > len(text):
                sys.exit(f'fold: revision {last} is past the end')
            text = text[:at] + hunk['ins'].encode() + text[at + gone:]
        text.decode()  # every state is UTF-8
    return text


if __name__ == '__main__':
    sys.stdout.buffer.write(fold(sys.stdin, sys.argv[1]))
