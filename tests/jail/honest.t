#!/bin/sh
# Honest programs do in the sandbox what they do under python3 alone: the same
# output, the same errors, the same exit status. compare.py has the details.
# JAIL_COMMAND is another way of running than codesync-jail, with its options.
. tests/jail/lib.sh

JAIL_COMMAND=${JAIL_COMMAND:-$JAIL} \
    /usr/bin/python3 -B tests/jail/compare.py "$T" "$@"
