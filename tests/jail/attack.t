#!/bin/sh
# What attacks the sandbox is held by it, and leaves nothing on the host. Each
# program of attack/ says in its header how it should end (judge.py has the form).
# JAIL_COMMAND is another way of running than codesync-jail, with its options.
. tests/jail/lib.sh

JAIL_COMMAND=${JAIL_COMMAND:-$JAIL} \
    /usr/bin/python3 -B tests/jail/judge.py "$T" "$@"
